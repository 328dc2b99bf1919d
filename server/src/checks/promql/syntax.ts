import type { Span } from "../../base/text.ts";
import type { EmbeddedText } from "../../model/document.ts";
import type { ParseError, ParserOptions } from "../../promql/ast.ts";
import { parseExpr } from "../../promql/parse.ts";
import type { Snapshot } from "../../world/snapshot.ts";
import type { Check, CheckContext, Finding } from "../check.ts";
import { ruleFileOf } from "../rule/context.ts";
import { isLogQl, isLogQlPath } from "./dialect.ts";

/** Every error of Prometheus' parser in every expression. */
export const promqlSyntax: Check = {
  id: "promql.syntax",
  severity: "error",
  kinds: ["rules", "PrometheusRule", "promql"],
  summary: "Prometheus cannot parse the expression.",
  *run(context) {
    const options = parserOptions(featuresOf(context.snapshot));
    const kind = `errors of PromQL ${JSON.stringify(options)}`;
    const parse = (text: string): readonly ParseError[] => parseExpr(text, options).errors;
    for (const expression of expressionsOf(context)) {
      const { text } = expression;
      yield* findingsOf(expression, context.recall?.of(kind, text, parse) ?? parse(text));
    }
  },
};

/** The parser's options for features that are switched on, by the names of `--enable-feature`, Thanos' by its flag. */
export function parserOptions(features: readonly string[]): ParserOptions {
  return {
    experimentalFunctions: features.includes("promql-experimental-functions"),
    fillModifiers: features.includes("promql-binop-fill-modifiers"),
    thanosFunctions: features.includes("query.enable-x-functions"),
    unquotedUtf8Names: features.includes("promql-unquoted-utf8-names"),
  };
}

/** What is switched on by the settings, or in any environment of the file; which of them lack it is told elsewhere. */
export function featuresOf({ features, environments }: Snapshot): readonly string[] {
  return [...features, ...environments.flatMap(({ environment }) => environment.features)];
}

/** The PromQL of a part; nothing where the file holds LogQL. */
export function expressionsOf(context: CheckContext): readonly EmbeddedText[] {
  return context.once?.(readExpressions) ?? readExpressions(context);
}

function readExpressions(context: CheckContext): readonly EmbeddedText[] {
  const expressions = allExpressions(context);
  const { path } = context.snapshot.document;
  return isLogQlPath(path) || expressions.some(({ text }) => isLogQl(text)) ? [] : expressions;
}

function allExpressions(context: CheckContext): readonly EmbeddedText[] {
  const { model } = context.part;
  if (model.kind === "promql") return model.expression.text.trim() === "" ? [] : [model.expression];
  const expressions: EmbeddedText[] = [];
  for (const group of ruleFileOf(context)?.groups ?? [])
    for (const { expr } of group.rules) if (expr !== undefined && expr.text !== "") expressions.push(expr);
  return expressions;
}

function* findingsOf(expression: EmbeddedText, errors: readonly ParseError[]): Iterable<Finding> {
  const inFile = expression.scalar !== undefined;
  for (const error of errors) {
    yield {
      check: promqlSyntax.id,
      severity: "error",
      message: `parse error: ${error.message}`,
      span: sourceSpan(expression, error.span),
      related:
        error.bracket === undefined
          ? undefined
          : [{ message: "never closed", span: expression.map.spanToSource(error.bracket) }],
      refusedBy: inFile ? "prometheus" : undefined,
      anchor: expression.scalar?.span.start ?? 0,
    };
  }
}

/** The file span of an error; the parser's ranges can run past the end of the text. */
function sourceSpan({ text, map }: EmbeddedText, span: Span): Span {
  return map.spanToSource({ start: span.start, end: Math.min(Math.max(span.end, span.start), text.length) });
}

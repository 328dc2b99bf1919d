import { nearest } from "../../base/nearest.ts";
import type { Span } from "../../base/text.ts";
import type { EmbeddedText } from "../../model/document.ts";
import type { ParseError, ParseResult, ParserOptions } from "../../promql/ast.ts";
import type { Dialect } from "../../promql/dialect.ts";
import { aggregations, functions } from "../../promql/functions.ts";
import { errorsFor } from "../../promql/old-spellings.ts";
import { parseExpr } from "../../promql/parse.ts";
import { featuresOf, spokenIn } from "../../world/spoken.ts";
import type { Facts, Fix, RawFinding, RuleCheck, RuleContext } from "../check.ts";
import { unslipped } from "./slips.ts";

/** Every error of Prometheus' parser in every expression. */
export const promqlSyntax: RuleCheck = {
  unit: "rule",
  id: "promql.syntax",
  severity: "error",
  kinds: ["rules", "PrometheusRule", "promql"],
  needs: ["promql"],
  wants: ["faulty"],
  summary: "Prometheus cannot parse the expression.",
  run(context) {
    const expression = expressionOf(context);
    if (expression === undefined) return [];
    const today = parsedOf(context, expression).errors;
    if (today.length === 0) return [];
    const options = parserOptions(featuresOf(context.facts));
    const errors = errorsFor(expression.text, today, options, dialectsOf(context.facts));
    if (errors.length > 0 && context.ruler === "vmalert")
      return errors.map((error) => gently(expression, error));
    return findingsOf(expression, errors, (text) => parseExpr(text, options).errors);
  },
};

/** The expression as the parser of today reads it, once for all checks. */
export function parsedOf(context: RuleContext, { text }: EmbeddedText): ParseResult {
  return parsedTextOf(context, text).result;
}

/** The same with what is made of it; shared by rules of the same text. */
export function parsedTextOf(context: RuleContext, text: string): ParsedText {
  const reading = readingOf(context.facts);
  return context.recall(reading.key, text, () => new ParsedText(text, reading));
}

/** An expression as the parser reads it, and what checks make of that. */
export class ParsedText {
  readonly result: ParseResult;
  /** Whether names are taken away at the end of all (`promql-delayed-name-removal`). */
  readonly delayedNameRemoval: boolean;
  #make: unknown;
  #made: unknown;

  constructor(text: string, { options, delayedNameRemoval }: Reading) {
    this.result = parseExpr(text, options);
    this.delayedNameRemoval = delayedNameRemoval;
  }

  /** What one function makes of it, once. */
  once<T>(make: (parsed: ParsedText) => T): T {
    if (this.#make !== make) {
      this.#made = make(this);
      this.#make = make;
    }
    return this.#made as T;
  }
}

/** How expressions are read, and the words that tell it from other ways. */
interface Reading {
  readonly options: ParserOptions;
  readonly delayedNameRemoval: boolean;
  readonly key: string;
}

function readingWith(features: readonly string[]): Reading {
  const options = parserOptions(features);
  const delayedNameRemoval = features.includes("promql-delayed-name-removal");
  return { options, delayedNameRemoval, key: `PromQL ${JSON.stringify([options, delayedNameRemoval])}` };
}

const plainly = readingWith([]);

/** It is asked for of every rule, and nearly always nothing is switched on. */
function readingOf(facts: Facts): Reading {
  if (facts.features.length + facts.environments.length === 0) return plainly;
  return readingWith(featuresOf(facts));
}

/** The parser's options for features that are switched on, by the names of `--enable-feature`, Thanos' by its flag. */
export function parserOptions(features: readonly string[]): ParserOptions {
  return {
    experimentalFunctions: features.includes("promql-experimental-functions"),
    fillModifiers: features.includes("promql-binop-fill-modifiers"),
    thanosFunctions: features.includes("query.enable-x-functions"),
    unquotedUtf8Names: features.includes("promql-unquoted-utf8-names"),
  };
}

/** What the environments of the file speak; nothing where one of them does not tell, which may be of today. */
function dialectsOf({ environments, features }: Facts): readonly Dialect[] {
  const dialects: Dialect[] = [];
  for (const access of environments) {
    const { dialect } = spokenIn(access, features);
    if (dialect === undefined) return [];
    dialects.push(dialect);
  }
  return dialects;
}

/** The rule's PromQL; nothing where it has none. */
export function expressionOf({ kind, rule: { expr } }: RuleContext): EmbeddedText | undefined {
  const isEmpty = expr === undefined || (kind === "promql" ? expr.text.trim() : expr.text) === "";
  return isEmpty ? undefined : expr;
}

function* findingsOf(
  expression: EmbeddedText,
  errors: readonly ParseError[],
  errorsIn: (text: string) => readonly ParseError[],
): Iterable<RawFinding> {
  const inFile = expression.scalar !== undefined;
  for (const [index, error] of errors.entries()) {
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
      // It mends all of them.
      fixes: renamed(expression, error) ?? (index === 0 ? mended(expression, errorsIn) : undefined),
    };
  }
}

/** What Prometheus refuses may be MetricsQL, which only vmalert reads. */
function gently(expression: EmbeddedText, { message, span }: ParseError): RawFinding {
  return {
    check: promqlSyntax.id,
    severity: "info",
    message: `Only MetricsQL may know this, Prometheus does not: parse error: ${message}`,
    span: sourceSpan(expression, span),
  };
}

/** What an unknown function was most likely meant to be. */
function renamed(expression: EmbeddedText, { message, span }: ParseError): readonly Fix[] | undefined {
  const name = /^unknown function with name "(\w+)"/.exec(message)?.[1];
  const meant = name === undefined ? undefined : nearest(name, [...functions.keys(), ...aggregations.keys()]);
  if (name === undefined || meant === undefined) return undefined;
  const at = { start: span.start, end: span.start + name.length };
  if (expression.text.slice(at.start, at.end) !== name) return undefined;
  const edit = { span: expression.map.spanToSource(at), newText: meant };
  return [{ title: `Write ${meant}`, safe: false, edits: [edit] }];
}

/** Operators of other languages as PromQL writes them, and brackets closed, where the expression parses then. */
function mended(
  { text, map }: EmbeddedText,
  errorsIn: (text: string) => readonly ParseError[],
): readonly Fix[] | undefined {
  const changes = unslipped(text, errorsIn);
  const words = [...new Set(changes?.map(({ newText }) => newText.trim()))].join(" and ");
  const edits = changes?.map(({ span, newText }) => ({ span: map.spanToSource(span), newText }));
  return edits === undefined ? undefined : [{ title: `Write ${words}`, safe: false, edits }];
}

/** The file span of an error; the parser's ranges can run past the end of the text. */
function sourceSpan({ text, map }: EmbeddedText, span: Span): Span {
  return map.spanToSource({ start: span.start, end: Math.min(Math.max(span.end, span.start), text.length) });
}

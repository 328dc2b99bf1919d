import { goPosition } from "../../base/go-position.ts";
import { LineIndex, type Range } from "../../base/text.ts";
import type { Expr, ParseError, ParserOptions, ValueType } from "../ast.ts";
import { parseExpr } from "../parse.ts";
import { children, walk } from "../walk.ts";
import { analyseLabels, type LabelAnalysis } from "./analyse.ts";
import { isMetadataLabel, isOpen, labelFact } from "./facts.ts";
import { reasonClause } from "./reasons.ts";
import type { LabelFlow, LabelOptions, Reason } from "./types.ts";

export interface ExplainedReason {
  readonly reason: string;
  readonly range: Range;
}

/** What is known of the labels of an expression, as `promscope explain` prints it; ranges as in LSP. */
export interface Explanation {
  readonly text: string;
  readonly range: Range;
  readonly type: ValueType;
  readonly labels: {
    readonly guaranteed: readonly string[];
    readonly possible: readonly string[];
    readonly impossible: readonly ({ readonly name: string } & ExplainedReason)[];
    /** Labels that are not listed may occur. */
    readonly open: boolean;
    /** It can never return anything. */
    readonly empty: boolean;
    /** Why it is empty. */
    readonly because?: ExplainedReason | undefined;
    /** All values that labels can have, where they are known. */
    readonly values?: Readonly<Record<string, readonly string[]>> | undefined;
  };
  /** It returns something whenever it is evaluated. */
  readonly always: boolean;
  readonly children: readonly Explanation[];
}

/** An error of the parser, as Prometheus words it. */
export interface ExplainError {
  readonly message: string;
  readonly range: Range;
}

/** The answer for a text that Prometheus refuses. */
export interface ExplainRefusal {
  readonly text: string;
  /** The first error as promtool prints it: `1:5: parse error: …`. */
  readonly error: string;
  readonly errors: readonly ExplainError[];
}

export type ExplainAnswer = Explanation | ExplainRefusal;

/** Whether Prometheus would refuse the text. */
export function isRefusal(answer: ExplainAnswer): answer is ExplainRefusal {
  return "error" in answer;
}

/** Deeper parts are left out: what nobody reads, and what would be written again for each level. */
const maxDepth = 60;
const maxNames = 200;

/** Labels that are mentioned in an expression: what there is to say of them is said for each part. */
export function mentionedLabels(expr: Expr): Set<string> {
  const names = new Set<string>(["__name__"]);
  for (const node of walk(expr)) {
    if (names.size > maxNames) break;
    if (node.kind === "selector") for (const { name } of node.matchers) names.add(name);
    if (node.kind === "aggregate") {
      for (const { name } of node.grouping ?? []) names.add(name);
      if (node.operator === "count_values" && node.parameter?.kind === "string")
        names.add(node.parameter.value);
    }
    if (node.kind === "binary") {
      for (const { name } of node.matching?.labels ?? []) names.add(name);
      for (const { name } of node.matching?.include ?? []) names.add(name);
    }
    if (node.kind === "call") for (const name of labelArguments(node.name, node.args)) names.add(name);
  }
  names.delete("");
  return names;
}

/** The label names among the arguments of a function. */
function labelArguments(name: string, args: readonly Expr[]): readonly string[] {
  const text = (at: number): string[] => {
    const arg = args[at];
    return arg?.kind === "string" ? [arg.value] : [];
  };
  if (name === "label_replace") return [...text(1), ...text(3)];
  if (name === "label_join") return [...text(1), ...args.slice(3).flatMap((_, at) => text(at + 3))];
  return name === "histogram_quantiles" ? text(1) : [];
}

class Explainer {
  readonly #analysis: LabelAnalysis;
  readonly #text: string;
  readonly #names: ReadonlySet<string>;
  readonly #lines: LineIndex;

  constructor(text: string, analysis: LabelAnalysis) {
    this.#text = text;
    this.#analysis = analysis;
    this.#names = mentionedLabels(analysis.expr);
    this.#lines = new LineIndex(text);
  }

  #reason(reason: Reason): ExplainedReason {
    return { reason: reasonClause(reason), range: this.#lines.range(reason.span) };
  }

  #labels(flow: LabelFlow): Explanation["labels"] {
    const guaranteed: string[] = [];
    const possible: string[] = [];
    const impossible: ({ name: string } & ExplainedReason)[] = [];
    const values: [string, readonly string[]][] = [];
    // That the type and unit went with the name is worth a word only where somebody speaks of them.
    const listed = [...flow.labels].flatMap(([name, { presence }]) =>
      presence === "impossible" && isMetadataLabel(name) ? [] : [name],
    );
    for (const name of [...new Set([...this.#names, ...listed])].sort()) {
      const fact = labelFact(flow, name);
      if (fact.presence === "guaranteed") guaranteed.push(name);
      else if (fact.presence === "possible") possible.push(name);
      else if (fact.reason !== undefined) impossible.push({ name, ...this.#reason(fact.reason) });
      if (fact.presence !== "impossible" && fact.values !== undefined) values.push([name, fact.values]);
    }
    return {
      guaranteed,
      possible,
      impossible,
      open: isOpen(flow),
      empty: flow.empty !== undefined,
      ...(flow.empty === undefined ? {} : { because: this.#reason(flow.empty) }),
      ...(values.length === 0 ? {} : { values: Object.fromEntries(values) }),
    };
  }

  explain(expr: Expr, depth = 0): Explanation {
    const flow = this.#analysis.of(expr);
    return {
      text: this.#text.slice(expr.span.start, expr.span.end),
      range: this.#lines.range(expr.span),
      type: expr.type,
      labels: this.#labels(flow),
      always: flow.always,
      children: depth >= maxDepth ? [] : children(expr).map((child) => this.explain(child, depth + 1)),
    };
  }
}

/** Everything that a parser can be told to accept: what is explained need not run on a particular server. */
const everything: ParserOptions = {
  experimentalFunctions: true,
  fillModifiers: true,
  unquotedUtf8Names: true,
  thanosFunctions: true,
};

/**
 * Explains an expression and all its parts. One that only lacks a feature flag is explained nevertheless; of one that
 * Prometheus refuses the errors of its parser are given, in the words for the options that were asked for.
 */
export function explainExpr(
  text: string,
  parser: ParserOptions = {},
  options: LabelOptions = {},
): ExplainAnswer {
  const strict = parseExpr(text, parser);
  const { expr, errors } = strict.errors.length === 0 ? strict : parseExpr(text, everything);
  if (expr === undefined || errors.length > 0) return refusal(text, strict.errors);
  return new Explainer(text, analyseLabels(expr, options)).explain(expr);
}

function refusal(text: string, refused: readonly ParseError[]): ExplainRefusal {
  const lines = new LineIndex(text);
  const errors = refused.map(({ message, span }) => ({ message, range: lines.range(span) }));
  const [first] = errors;
  const at = goPosition(text, refused[0]?.span.start ?? 0);
  return { text, error: `${at}: parse error: ${first?.message ?? "no expression"}`, errors };
}

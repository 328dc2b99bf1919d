import { isOpaque } from "../../base/opaque.ts";
import type { Span } from "../../base/text.ts";
import type { Expr } from "../../promql/ast.ts";
import type { RunAnswer, RunResult } from "../../world/live.ts";
import type { RuleContext } from "../check.ts";
import { type Analysed, analysed } from "../flow/analysis.ts";
import { type LiveSource, sourcesOf } from "./sources.ts";

/** What came of running a rule's expression in an environment, because somebody asked for it. */
export interface RanRule {
  readonly source: LiveSource;
  readonly result: RunResult;
  /** Whether all that could answer did. */
  readonly whole: boolean;
  /** What was run, and how much of it stands before the expression. */
  readonly sent: string;
  readonly before: number;
}

/** The results of a rule's expression where it is run, as with `promscope check --run`; nowhere else. */
export function ranRules(context: RuleContext): readonly RanRule[] {
  return context.once(run);
}

function run(context: RuleContext): readonly RanRule[] {
  if (!context.facts.environments.some(({ live }) => live?.run !== undefined)) return [];
  const found = analysed(context);
  if (found === undefined || isOpaque(found.text.text)) return [];
  const { type } = found.expr;
  if (type !== "vector" && type !== "scalar") return [];
  const sent = type === "vector" ? counted(found.text.text) : found.text.text;
  return sourcesOf(context.facts).flatMap((source): readonly RanRule[] => {
    const fact = source.live.run?.(sent);
    if (fact === undefined || fact.status === "unavailable") return [];
    const before = type === "vector" ? counting.length : 0;
    return [{ source, result: fact.value, whole: fact.status === "ok", sent, before }];
  });
}

const counting = "count(";

/** How many series an expression gives, as an expression; a comment at its end ends before the bracket. */
export function counted(expression: string): string {
  return `${counting}${expression}\n)`;
}

/** How many series what was counted gave. */
export function countIn({ series }: RunAnswer): number {
  return series[0]?.value ?? 0;
}

/** The text of a part of the expression. */
export function textAt({ text }: Analysed, { start, end }: Span): string {
  return text.text.slice(start, end);
}

/** An operator whose result may be something though its sides do not match. */
export function needNotMatch(node: Expr): boolean {
  return node.kind === "binary" && (node.operator === "or" || node.operator === "unless");
}

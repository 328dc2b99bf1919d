import type { Span } from "../../base/text.ts";
import type { DurationExpr, Expr, VectorSelector } from "../../promql/ast.ts";
import { selectors } from "../../promql/walk.ts";
import type { RuleContext } from "../check.ts";
import { type Analysed, analysed, unwrapped } from "../flow/analysis.ts";

/** A selector of which the index can be asked what it finds now. */
export interface JudgedSelector {
  readonly found: Analysed;
  readonly selector: VectorSelector;
  readonly metric: string;
  /** Where the metric's name is written, in the expression. */
  readonly nameSpan: Span;
  /** Metrics that may stand in for it: those of the other sides of `or` around it. */
  readonly substitutes: readonly string[];
}

/** Series that Prometheus makes itself, of which the index says nothing about rules. */
const synthetic = /^(?:ALERTS|ALERTS_FOR_STATE|scrape_.*)$/;
/** The index shows what was there in about the last three hours; who looks further back may find more. */
const maxLookBack = 7_200;

/** The selectors of a rule that are there to find something, and to find it now. */
export function judgedSelectors(context: RuleContext): readonly JudgedSelector[] {
  return context.once(judge);
}

function judge(context: RuleContext): readonly JudgedSelector[] {
  const found = analysed(context);
  if (found === undefined) return [];
  const judged: JudgedSelector[] = [];
  const guarded = guardedBy(found);
  for (const node of found.nodes) {
    if (node.kind !== "selector" || node.name === undefined || synthetic.test(node.name)) continue;
    if (guarded.has(node.name)) continue;
    // Variables of dashboards, and names that are patterns of something else.
    if (node.name.includes("$")) continue;
    const nameSpan = node.nameSpan ?? node.matchers.find(({ name }) => name === "__name__")?.valueSpan;
    const substitutes = nameSpan === undefined ? undefined : around(node, found);
    if (nameSpan !== undefined && substitutes !== undefined)
      judged.push({ found, selector: node, metric: node.name, nameSpan, substitutes });
  }
  return judged;
}

/** Metrics whose absence the expression asks for itself: `absent(x) or x == 0`. */
function guardedBy({ nodes }: Analysed): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of nodes)
    if (node.kind === "call" && node.name.startsWith("absent"))
      for (const { name } of selectors(node)) if (name !== undefined) names.add(name);
  return names;
}

/** What may stand in for a selector; nothing where it may well find nothing, or looks at another time. */
function around(selector: VectorSelector, { parents, labels }: Analysed): readonly string[] | undefined {
  if (selector.at !== undefined || looksBack(selector.offset)) return undefined;
  const substitutes: string[] = [];
  let below: Expr = selector;
  for (let node = parents.get(selector); node !== undefined; below = node, node = parents.get(node)) {
    if (node.kind === "matrix" && looksBack(node.range)) return undefined;
    if (
      node.kind === "subquery" &&
      (node.at !== undefined || looksBack(node.range) || looksBack(node.offset))
    )
      return undefined;
    if (node.kind === "call" && node.name.startsWith("absent")) return undefined;
    if (node.kind !== "binary") continue;
    // Who compares what excludes takes it to be there.
    if (node.operator === "unless" && below === node.right && !isCompared(below)) return undefined;
    if (node.operator !== "or") continue;
    const other = below === node.left ? node.right : node.left;
    const names = selectors(other).flatMap(({ name }) => name ?? []);
    // `or vector(0)`: someone knows that it may find nothing.
    if (names.length === 0 || labels.of(other).always) return undefined;
    substitutes.push(...names);
  }
  return substitutes;
}

function isCompared(expr: Expr): boolean {
  const inner = unwrapped(expr);
  return inner.kind === "binary" && /^[=!<>]=?$|^==$/.test(inner.operator) && !inner.bool;
}

function looksBack(duration: DurationExpr | undefined): boolean {
  if (duration === undefined) return false;
  return duration.seconds === undefined || Math.abs(duration.seconds) > maxLookBack;
}

import type { Expr } from "../../promql/ast.ts";
import { parseDuration } from "../../promql/literals.ts";
import { type Analysed, unwrapped } from "../flow/analysis.ts";
import { durationText } from "./durations.ts";

const aggregations: ReadonlySet<string> = new Set(
  "sum avg min max count group stddev stdvar topk bottomk quantile".split(" "),
);
const functions: ReadonlySet<string> = new Set(
  "rate irate increase delta idelta deriv changes resets last present".split(" "),
);
/** What divides. */
const quotients: ReadonlySet<string> = new Set(["ratio", "mean", "percent", "percentage"]);
/** By convention not said beside other operations. */
const unsaid: ReadonlySet<string> = new Set(["sum", "group"]);

/**
 * What the operations in a name of the form `level:metric:operations` say that the expression does not do, as the rest
 * of a sentence; nothing where the name says nothing that can be told. What the metrics say that are read is done already.
 */
export function operationsFault(name: string, found: Analysed): string | undefined {
  const parts = name.split(":");
  const said = parts.length < 3 ? undefined : parts.at(-1);
  if (said === undefined) return undefined;
  const done = new Set(found.selectors.flatMap((selector) => selector.name?.split(/[:_]/) ?? []));
  const words = said.split("_");
  for (const word of words) {
    const fault = done.has(word) ? undefined : wordFault(word, found);
    if (fault !== undefined) return `says ${word}, and ${fault}`;
  }
  const last = unwrapped(found.expr);
  const operator = last.kind === "aggregate" ? last.operator : undefined;
  if (operator === undefined || unsaid.has(operator) || !aggregations.has(operator)) return undefined;
  const isSaid = words.some((word) => word.replace(/\d.*$/, "") === operator || quotients.has(word));
  return isSaid ? undefined : `does not say ${operator}, which the expression ends with`;
}

function wordFault(word: string, { nodes }: Analysed): string | undefined {
  const [, operation = "", range] = /^([a-z]+?)((?:\d+(?:ms|[smhdwy]))+)?$/.exec(word) ?? [];
  if (quotients.has(operation) && range === undefined)
    return nodes.some((node) => node.kind === "binary" && node.operator === "/")
      ? undefined
      : "nothing is divided";
  if (!aggregations.has(operation) && !functions.has(operation)) return undefined;
  if (range !== undefined) return rangeFault(operation, parseDuration(range).value, nodes);
  const isDone = nodes.some((node) =>
    node.kind === "aggregate" ? node.operator === operation : isCallOf(node, operation),
  );
  return isDone ? undefined : `the expression has no ${operation}`;
}

function isCallOf(node: Expr, operation: string): boolean {
  return node.kind === "call" && (node.name === operation || node.name === `${operation}_over_time`);
}

function rangeFault(operation: string, wanted: number, nodes: readonly Expr[]): string | undefined {
  const ranges = nodes.flatMap((node) => {
    if (node.kind !== "call" || !isCallOf(node, operation)) return [];
    return node.args.flatMap((arg) => {
      const of = unwrapped(arg);
      return of.kind === "matrix" || of.kind === "subquery" ? [of.range.seconds] : [];
    });
  });
  if (ranges.length === 0) return `the expression has no ${operation} over a range`;
  // A range that is calculated may be any.
  if (ranges.some((seconds) => seconds === undefined || seconds === wanted)) return undefined;
  return `the expression has ${operation} over ${durationText(ranges[0] ?? 0)}`;
}

import type { Labels } from "../base/labels.ts";
import { parseExpr } from "../promql/parse.ts";

/** Why a server did not evaluate a query, where the reason lies in the query, in what it reads, or in a limit. */
export type QueryError =
  | {
      /** The side that should have one series for each match has several. */
      readonly kind: "not-unique";
      readonly side: "left" | "right";
      /** The labels that both of the series have, as far as they are compared. */
      readonly group: Labels;
      readonly pair: readonly [Labels, Labels];
    }
  /** Several series match one of the other side, and no `group_left` says that they may. */
  | { readonly kind: "not-explicit" }
  /** With `group_left` or `group_right` two results have the same labels. */
  | { readonly kind: "not-grouped" }
  /** Two results have the same labels, as after a function that takes the name away. */
  | { readonly kind: "same-labels" }
  /** More samples, series, chunks or bytes than the server reads for one query. */
  | { readonly kind: "limit" }
  /** An argument that is only looked at when the query runs, or words that this server does not read. */
  | { readonly kind: "refused" };

/** `promql/engine.go`, `VectorBinop`; the engine of Thanos has the same words (`execution/binary/utils.go`). */
const notUnique =
  /found duplicate series for the match group (\{.*?\}) on the (left|right) hand-side of the operation: \[(.*)\];many-to-many matching not allowed/s;

/** VictoriaMetrics (`app/vmselect/promql/binary_op.go`), which says it of either side. */
const victoriaNotUnique = /duplicate time series on the (left|right) side of [^:{]*: (\{.*\} and \{.*\})$/s;

const patterns: readonly (readonly [RegExp, Exclude<QueryError["kind"], "not-unique">])[] = [
  [/many-to-one matching must be explicit/, "not-explicit"],
  [/grouping labels must ensure unique matches/, "not-grouped"],
  [/cannot contain metrics with the same labelset/, "same-labels"],
  [/would (?:load|result in|read) too many (?:samples|series)/, "limit"],
  // Mimir's and Cortex' limits have ids or these words (`pkg/querier/limits`, `err-mimir-max-…`).
  [/err-mimir-max-(?:series|chunks|chunk-bytes|estimated|query)/, "limit"],
  [/the query (?:hit|exceeded) the (?:maximum|max|aggregated) /, "limit"],
  // VictoriaMetrics (`app/vmselect`).
  [/(?:exceeds|more than) .*-search\.max[A-Z]\w+/, "limit"],
  [/parse error: /, "refused"],
  [/^invalid (?:regular expression|destination label name|source label name) in label_/, "refused"],
  [/^invalid (?:label name|smoothing factor|trend factor)/, "refused"],
  [/^(?:Parameter value is NaN|Ratio value is NaN|Scalar value .* (?:under|over)flows int64)$/, "refused"],
  [/modifier (?:can only be used with|is not supported)/, "refused"],
];

/**
 * What a server's words mean. Nothing for words that are not known: they may be about its storage, its network or its
 * stores, and then nothing is wrong with the query.
 */
export function queryErrorOf(error: string): QueryError | undefined {
  const [, group, side, pair] = notUnique.exec(error) ?? [];
  if (group !== undefined && (side === "left" || side === "right") && pair !== undefined) {
    const both = labelSets(pair);
    const [first, second] = both ?? [];
    const shared = labelSets(groupText(error) ?? group)?.[0];
    if (first !== undefined && second !== undefined && shared !== undefined)
      return { kind: "not-unique", side, group: shared, pair: [first, second] };
  }
  const victoria = victoriaNotUnique.exec(error);
  if (victoria !== null) {
    const [first, second] = labelSets(victoria[2] ?? "") ?? [];
    const of = victoria[1] === "left" ? "left" : "right";
    // Which of the labels are compared is not told.
    if (first !== undefined && second !== undefined)
      return { kind: "not-unique", side: of, group: {}, pair: [first, second] };
  }
  const kind = patterns.find(([pattern]) => pattern.test(error))?.[1];
  return kind === undefined ? undefined : { kind };
}

/** The match group, whose values may hold any characters. */
function groupText(error: string): string | undefined {
  return /match group (\{.*\}) on the (?:left|right) hand-side of the operation: \[/s.exec(error)?.[1];
}

/** Sets of labels as Prometheus prints them, with commas between them; nothing for what is none. */
function labelSets(text: string): readonly Labels[] | undefined {
  const sets: Labels[] = [];
  let start = 0;
  let inside = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (inside && sign === "\\") at++;
    else if (sign === '"') inside = !inside;
    else if (!inside && sign === "{") start = at;
    else if (!inside && sign === "}") {
      const set = labelSet(text.slice(start, at + 1));
      if (set === undefined) return undefined;
      sets.push(set);
    }
  }
  return sets;
}

function labelSet(text: string): Labels | undefined {
  if (text === "{}") return {};
  const { expr } = parseExpr(text);
  if (expr?.kind !== "selector") return undefined;
  return Object.fromEntries(expr.matchers.map(({ name, value }) => [name, value]));
}

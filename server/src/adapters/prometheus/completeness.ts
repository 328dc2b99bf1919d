import type { Expr, VectorSelector } from "../../promql/ast.ts";
import { nodesOf } from "../../promql/walk.ts";
import type { Completeness, MissingStore } from "../../world/query.ts";
import { couldMatch } from "../../world/relevance.ts";
import { isPartialWarning, missingIn } from "./annotations.ts";
import type { ApiReply } from "./api.ts";
import type { Recognised } from "./capabilities.ts";
import type { StoreView } from "./session.ts";
import type { AbsentStore } from "./stores.ts";
import { bag } from "./wire.ts";

export interface CompletenessFacts {
  readonly host: string;
  readonly backend: Recognised;
  readonly reply: ApiReply;
  /** What is known of the stores, and whether that was asked with this query. */
  readonly view: StoreView | undefined;
  readonly viewIsFresh: boolean;
  /** Stores that were left out because they hang. */
  readonly without: readonly AbsentStore[];
  /** Of the expression; nothing where it could not be read, and then any store could hold something of it. */
  readonly selectors: readonly VectorSelector[] | undefined;
  /** Milliseconds since the epoch at which the query's time ends. */
  readonly end: number;
}

/** Functions that answer without a sample. */
const fromNothing = ["absent", "absent_over_time", "vector", "scalar"];

/**
 * Whether the answer to an expression with selectors comes, or may come, from no sample at all: then it looks the
 * same whether nothing matches or a wrong tenant hides everything. Not all backends say how much they read.
 */
export function readsNothing(reply: ApiReply, seriesCount: number, expr: Expr | undefined): boolean {
  const nodes = expr === undefined ? [] : nodesOf(expr);
  if (expr !== undefined && !nodes.some(({ kind }) => kind === "selector")) return false;
  const { samples } = bag(bag(reply.data)["stats"]);
  const read = bag(samples)["totalQueryableSamples"];
  if (typeof read === "number") return read === 0;
  // VictoriaMetrics counts series, and writes the number as a text.
  const fetched = bag(reply.envelope["stats"])["seriesFetched"];
  if (fetched !== undefined) return Number(fetched) === 0;
  return seriesCount === 0 || nodes.some((node) => node.kind === "call" && fromNothing.includes(node.name));
}

/**
 * Whether everyone who could hold a part of the answer gave it. The absence of warnings proves nothing: a
 * Querier drops a dead store silently after ten seconds, so its list of stores is compared with our memory of it.
 */
export function completenessOf(facts: CompletenessFacts): Completeness {
  const { host, backend, reply, view, selectors } = facts;
  const missing = new Map<string, MissingStore>();
  for (const { store, labels, reason, minTime } of [...(view?.absent ?? []), ...facts.without]) {
    const couldAnswer =
      selectors === undefined || labels.length === 0 || labels.some((set) => couldMatch(selectors, set));
    if (couldAnswer && minTime <= facts.end) missing.set(store, { store, labels, reason });
  }
  const labelsOf = (address: string) =>
    view?.stores.find((store) => store.address === address)?.labelSets ?? [];
  for (const warning of reply.warnings.filter(isPartialWarning)) {
    const found = missingIn(warning, host, labelsOf);
    if (!missing.has(found.store)) missing.set(found.store, found);
  }
  // VictoriaMetrics' cluster says it in a field of its own.
  const { isPartial } = reply.envelope as { isPartial?: unknown };
  if (isPartial === true)
    missing.set(host, { store: host, labels: [], reason: "says that its answer is partial" });
  if (missing.size > 0) return { status: "partial", missing: [...missing.values()] };
  // A single VictoriaMetrics has no such field, and answers alone.
  const alone =
    backend.has("self-contained") || (backend.flavour === "victoriametrics" && isPartial === undefined);
  const tells = alone || (facts.viewIsFresh && view !== undefined) || isPartial === false;
  return { status: tells ? "complete" : "unknown", missing: [] };
}

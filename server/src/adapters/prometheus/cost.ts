import { CancellationSource, type CancellationToken } from "../../base/cancellation.ts";
import { type Known, known, mapKnown, partial } from "../../base/known.ts";
import type { Expr } from "../../promql/ast.ts";
import { defaultCostLimits, indexSelector, type QueryCost, readsOf } from "../../world/cost.ts";
import type { Metrics } from "../../world/ports.ts";
import type { QueryRequest } from "../../world/query.ts";
import type { BackendSession } from "./session.ts";
import { bag } from "./wire.ts";

/** Nobody waits longer than this to hear what a query would cost. */
export const costPatienceMs = 2_000;
/** Series of one selector that are counted: a query that reads more is heavy anyway. */
const mostCounted = defaultCostLimits.series + 1;

/**
 * What the query-cost API of Prometheus tells (3.16 on, with `--enable-feature=query-cost`; `web/api/v1/api.go`);
 * `params` as for the query itself. Nothing where the server does not tell after all.
 */
export async function toldCost(
  session: BackendSession,
  params: URLSearchParams,
  range: boolean,
  token: CancellationToken,
): Promise<Known<QueryCost> | undefined> {
  const endpoint = range ? "query_range_cost" : "query_cost";
  const request = { endpoint, params, method: "POST", deadlineMs: costPatienceMs } as const;
  const answer = await session.call(request, token);
  if (!answer.ok) return undefined;
  const told = bag(bag(answer.reply.data)["estimate"]);
  const { seriesTouched: series, samplesRead: samples } = told as Record<string, unknown>;
  if (typeof series !== "number" || typeof samples !== "number") return undefined;
  return known({ series, samples, source: "server", atLeast: false }, session.source, session.clock.now());
}

/** An estimate from how many series there are: requests to the index alone, no sample is read. */
export async function estimateCost(
  metrics: Metrics,
  expr: Expr,
  request: QueryRequest,
  source: { readonly name: string; readonly now: number },
  token: CancellationToken,
): Promise<Known<QueryCost>> {
  const late = new CancellationSource();
  const listener = token.onCancellationRequested(() => late.cancel());
  const timer = setTimeout(() => late.cancel(), costPatienceMs);
  try {
    const counted = await Promise.all(
      readsOf(expr, request).map(async ({ selector, samplesPerSeries }) => {
        const fact = await metrics.seriesCount(indexSelector(selector), mostCounted, late.token);
        return mapKnown(fact, (series) => costOf(series, samplesPerSeries, series >= mostCounted));
      }),
    );
    return sum(counted, source);
  } finally {
    clearTimeout(timer);
    listener.dispose();
  }
}

function costOf(series: number, samplesPerSeries: number, atLeast: boolean): QueryCost {
  return { series, samples: Math.round(series * samplesPerSeries), source: "index", atLeast };
}

/** A part that is not known makes the whole unknown; that its series cannot be counted is what counts most. */
function sum(
  parts: readonly Known<QueryCost>[],
  source: { readonly name: string; readonly now: number },
): Known<QueryCost> {
  const uncounted = parts.find((part) => part.status === "unavailable" && part.reason === "limited");
  if (uncounted !== undefined) return uncounted;
  const missing: string[] = [];
  let total: QueryCost = { series: 0, samples: 0, source: "index", atLeast: false };
  for (const part of parts) {
    if (part.status === "unavailable") return part;
    if (part.status === "partial") missing.push(...part.missing);
    const { series, samples, atLeast } = part.value;
    total = {
      ...total,
      series: total.series + series,
      samples: total.samples + samples,
      atLeast: total.atLeast || atLeast,
    };
  }
  return missing.length === 0
    ? known(total, source.name, source.now)
    : partial(total, source.name, source.now, missing);
}

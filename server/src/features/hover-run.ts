import type { LastRun } from "../world/last-runs.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { ago } from "./hover-age.ts";
import { code, type MarkupText, markup, plain } from "./markdown.ts";
import { sparkline } from "./sparkline.ts";

/** The last run of an expression that reads the metric, in the environment where it was run most recently. */
export function lastRunOfMetric(metric: string, snapshot: Snapshot, now: number): MarkupText | undefined {
  return latest(snapshot, (environment) => snapshot.lastRuns?.ofMetric(environment, metric), now);
}

/** The last run of exactly this expression. */
export function lastRunOfExpression(expr: string, snapshot: Snapshot, now: number): MarkupText | undefined {
  return latest(snapshot, (environment) => snapshot.lastRuns?.ofExpression(environment, expr), now);
}

function latest(
  { environments }: Snapshot,
  find: (environment: string) => LastRun | undefined,
  now: number,
): MarkupText | undefined {
  const runs = environments.flatMap(({ environment }) => find(environment.name) ?? []);
  const [run] = runs.sort((a, b) => b.asOf - a.asOf);
  return run === undefined ? undefined : runText(run, now);
}

/** The first series of the run as a sparkline, with its bounds. */
function runText(run: LastRun, now: number): MarkupText | undefined {
  const { environment, expression, asOf, series, total } = run;
  const when = markup`run in ${plain(environment)} ${plain(ago(asOf, now))}`;
  const [first] = series;
  if (first === undefined) return markup`${code(expression)} gave nothing, ${when}.`;
  const values = first.values.map(([, value]) => numberOf(value));
  const finite = values.filter(Number.isFinite);
  const last = values.at(-1);
  if (last === undefined) return undefined;
  const others = total > 1 ? markup`, the first of ${plain(total.toLocaleString("en"))} series` : plain("");
  const line = values.length > 1 ? sparkline(values) : undefined;
  if (line === undefined) return markup`${code(expression)} was ${code(short(last))}${others}, ${when}.`;
  const low = short(finite.reduce((a, b) => Math.min(a, b)));
  const high = short(finite.reduce((a, b) => Math.max(a, b)));
  const bounds = markup`${code(low)} to ${code(high)}, last ${code(short(last))}`;
  return markup`${code(line)} ${bounds}${others}: ${code(expression)}, ${when}.`;
}

/** A sample's value as the HTTP API writes it. */
function numberOf(text: string): number {
  if (text === "+Inf") return Number.POSITIVE_INFINITY;
  return text === "-Inf" ? Number.NEGATIVE_INFINITY : Number(text);
}

function short(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value);
}

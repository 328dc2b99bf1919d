import type { RuleCheck } from "../check.ts";
import { analysed } from "../flow/analysis.ts";
import { flowKinds } from "../flow/kinds.ts";
import { sentence } from "../monitor/words.ts";
import { countIn, ranRules } from "./ran.ts";

/** What an average series costs a Prometheus in memory, in bytes, by its own metrics. */
const bytesOfSeries =
  "avg(avg_over_time(go_memstats_alloc_bytes[2h]) / avg_over_time(prometheus_tsdb_head_series[2h]))";

/** What the expression gives and costs at each evaluation, without any limit: `policy.cost` has those. */
export const queryCost: RuleCheck = {
  unit: "rule",
  id: "live.query-cost",
  severity: "info",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["environment", "selector"],
  beyondFile: true,
  summary: "How many series the expression gives and what it reads for that; only told with --run.",
  *run(context) {
    const found = analysed(context);
    for (const { source, result } of ranRules(context)) {
      if (found === undefined || !result.ok) continue;
      const series = found.expr.type === "vector" ? countIn(result) : 1;
      const { totalSamples, peakSamples, seconds } = result.cost;
      // What is not there costs nothing until it is.
      if (series === 0 && totalSamples === 0) continue;
      const samples =
        totalSamples === undefined
          ? ""
          : ` from ${amount(totalSamples)} samples${peakSamples === undefined ? "" : `, at most ${amount(peakSamples)} at a time`}`;
      const memory =
        context.rule.kind === "record" && series > 0 ? source.live.run?.(bytesOfSeries) : undefined;
      const bytes = memory?.status === "ok" && memory.value.ok ? memory.value.series[0]?.value : undefined;
      const kept =
        bytes === undefined || !(bytes > 0) ? "" : `; keeping them takes ${bytesText(bytes * series)}`;
      yield {
        check: queryCost.id,
        severity: "info",
        message: sentence(
          `${source.name}: ${amount(series)} series${samples}${seconds === undefined ? "" : `, in ${timeText(seconds)}`}${kept}.`,
        ),
        span: found.at(found.expr.span),
      };
    }
  },
};

/** "950", "12k", "3.4M". */
export function amount(value: number): string {
  const units = [
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const;
  const unit = units.find(([least]) => value >= 10 * least || (least > 1e3 && value >= least));
  return unit === undefined
    ? String(Math.round(value))
    : `${Number((value / unit[0]).toPrecision(3))}${unit[1]}`;
}

function bytesText(bytes: number): string {
  const power = Math.min(3, Math.max(0, Math.floor(Math.log2(bytes) / 10)));
  return `${Number((bytes / 1024 ** power).toPrecision(2))} ${["B", "KiB", "MiB", "GiB"][power] ?? "B"}`;
}

/** "12 ms", "3.4 s". */
export function timeText(seconds: number): string {
  const milliseconds = seconds * 1000;
  if (milliseconds < 1) return "under 1 ms";
  return seconds < 1 ? `${Math.round(milliseconds)} ms` : `${Number(seconds.toPrecision(2))} s`;
}

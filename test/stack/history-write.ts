import type { Series, Target } from "./history-estate.ts";
import { type Span, within } from "./history-signals.ts";

/** The half hour of every incident period that replica b has lost, so that deduplication has work to do. */
const lost: Span = { from: 130 * 60, to: 160 * 60 };

/** How one replica saw the world. */
export interface View {
  readonly replica: "a" | "b";
  /** Seconds between two scrapes. */
  readonly step: number;
}

/** When a replica scraped in [from, to): replicas of a pair never scrape at the same moment. */
function scrapeTimes(view: View, from: number, to: number): readonly number[] {
  const jitter = view.replica === "b" ? 0.137 : 0;
  const times: number[] = [];
  for (let time = Math.ceil(from / view.step) * view.step; time + jitter < to; time += view.step) {
    if (view.replica === "a" || !within(lost, time)) times.push(time + jitter);
  }
  return times;
}

/** Text of a label set, the sample's own labels before the target's. */
function labelText(target: Target, series: Series): string {
  const labels = { ...target.labels, ...series.labels };
  const parts = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return parts.length === 0 ? "" : `{${parts.join(",")}}`;
}

/** What a replica has in [from, to), as OpenMetrics with timestamps, for `promtool tsdb create-blocks-from`. */
export function* openMetrics(
  targets: readonly Target[],
  view: View,
  from: number,
  to: number,
): Generator<string> {
  const times = scrapeTimes(view, from, to);
  for (const target of targets) {
    if (target.scraped) {
      const name = `up${labelText(target, { labels: {}, value: () => 1 })}`;
      yield times.map((time) => `${name} ${target.down(time) ? 0 : 1} ${time.toFixed(3)}\n`).join("");
    }
    const reachable = times.filter((time) => !target.down(time));
    for (const family of target.families) {
      for (const series of family.series) {
        const name = `${family.name}${series.suffix ?? ""}${labelText(target, series)}`;
        yield reachable.map((time) => `${name} ${series.value(time)} ${time.toFixed(3)}\n`).join("");
      }
    }
  }
  yield "# EOF\n";
}

/** What a target shows on its metrics page now, in Prometheus' text format with TYPE and HELP. */
export function exposition(target: Target, time: number): string {
  const lines = target.families.flatMap(({ name, type, help, series }) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...series.map((one) => {
      const own = labelText({ ...target, labels: {} }, one);
      return `${name}${one.suffix ?? ""}${own} ${one.value(time)}`;
    }),
  ]);
  return `${lines.join("\n")}\n`;
}

import type { OracleSample, OracleSeries } from "./oracle.ts";
import type { Random } from "./random.ts";

/** The metrics of `randomSeries`; `h` and `n` are native histograms, `mix` is now a float and now a histogram. */
export const seriesMetrics = [
  "a",
  "b",
  "c_total",
  "d_bucket",
  "h",
  "n",
  "mix",
  "target_info",
  "build_info",
  "m.é",
];
/** The labels that these series have. */
export const seriesLabels = ["job", "instance", "x", "y", "le", "o.x"];
export const seriesValues = ["1", "2", "p-1:90", "0.5", "+Inf"];
/** What few people write as a value. */
const oddValues = ["é", " ", "a\nb", "$1", "a,b", '"', "NaN"];
const oddFloats: readonly OracleSample[] = ["NaN", "+Inf", "-Inf", "stale", 0.1, -0.5, 1e300, -1e300];

function valuesOf(random: Random, name: string): OracleSample[] {
  const base = random.below(4) - 1;
  const rising = random.chance(0.5);
  const odd = random.chance(0.2) ? 0.2 : 0;
  const length = random.chance(0.1) ? 1 : 41;
  const shape = random.below(6);
  const changing = random.chance(0.2);
  return Array.from({ length }, (_, at) => {
    if (random.chance(0.05)) return null;
    const float = rising ? base + at : random.below(4) - 1;
    const native = name === "h" || name === "n" || (name === "mix" && random.chance(0.5));
    if (native) return { size: float, shape: changing ? random.below(6) : shape };
    return random.chance(odd) ? random.pick(oddFloats) : float;
  });
}

/** Series with few labels of few values, so that much matches. */
export function randomSeries(random: Random): OracleSeries[] {
  const found = new Map<string, OracleSeries>();
  const shares = random.chance(0.3) ? 0.85 : 0.55;
  for (let n = 6 + random.below(34); n > 0; n--) {
    const name = random.pick(seriesMetrics);
    const own: Record<string, string> = { __name__: name };
    for (const label of seriesLabels) {
      if (random.chance(label === "le" ? (name === "d_bucket" ? 0.9 : 0.1) : shares))
        own[label] = random.chance(0.02) ? random.pick(oddValues) : random.pick(seriesValues);
    }
    if (random.chance(0.15)) own["__type__"] = random.pick(["gauge", "counter"]);
    if (random.chance(0.1)) own["__unit__"] = "seconds";
    found.set(JSON.stringify(own), { labels: own, values: valuesOf(random, name) });
  }
  return [...found.values()];
}

import { afterAll, beforeAll, expect, test } from "vitest";
import { shareOf } from "../../server/src/checks/flow/share.ts";
import { parseExpr } from "../../server/src/promql/parse.ts";
import { type Oracle, startOracle } from "../oracle/oracle.ts";
import { Random } from "../oracle/random.ts";
import { randomSeries, seriesLabels, seriesValues } from "../oracle/random-series.ts";

/** `SEED` repeats a run, `SELF_DIVISIONS` makes it longer. */
const seed = Number(process.env["SEED"] ?? 1);
const count = Number(process.env["SELF_DIVISIONS"] ?? 400);

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(async () => await oracle.close());

const labels = seriesLabels.filter((name) => /^\w+$/.test(name));

function matchers(random: Random, most: number): string[] {
  const written = Array.from({ length: random.below(most + 1) }, () => {
    const operator = random.pick(["=", "!=", "=~", "!~"]);
    const value = random.pick([...seriesValues, "", ".*", "1|2"]);
    return `${random.pick(labels)}${operator}"${value.replaceAll("+", "\\\\+")}"`;
  });
  return [...new Set(written)];
}

/** A metric divided by itself, with matchers that only one side has. */
function division(random: Random): string {
  const name = random.pick(["a", "b", "c_total", "d_bucket"]);
  const common = matchers(random, 2);
  const more = matchers(random, 2);
  const around: string[] = [];
  if (random.chance(0.6)) around.push(random.pick(["rate", "increase", "max_over_time", "last_over_time"]));
  if (random.chance(0.7)) {
    const names = labels.filter(() => random.chance(0.5)).join(", ");
    const grouping = random.pick([`by (${names}) `, `without (${names}) `, ""]);
    around.unshift(`${random.pick(["sum", "max", "avg", "count", "stddev"])} ${grouping}`);
  }
  const side = (own: readonly string[]): string => {
    const range = /rate|increase|over_time/.test(around.join()) ? "[5m]" : "";
    const selector = `${name}{${[...common, ...own].join(",")}}${range}`;
    return around.reduceRight((inner, call) => `${call}(${inner})`, selector);
  };
  return random.chance(0.7) ? `${side(more)} / ${side([])}` : `${side([])} / ${side(more)}`;
}

test(`what is divided by itself is 1, and a part is no more than its whole, seed ${seed}`, {
  timeout: 300_000,
}, async () => {
  console.log(`SEED=${seed} SELF_DIVISIONS=${count}`);
  const random = new Random(seed);
  const found = { itself: 0, part: 0 };
  for (let n = 0; n < count; n++) {
    if (n % 20 === 0) await oracle.series(randomSeries(random));
    const text = division(random);
    const { expr } = parseExpr(text);
    const kind = expr?.kind === "binary" ? shareOf(expr)?.kind : undefined;
    if (kind === undefined) continue;
    // A comparison drops NaN. Random series fall below 0, so that only what is counted is a part of a whole there.
    const answer = await oracle.evaluate(`(${text}) > -Inf`);
    // Series that differ in their metadata only are refused.
    const values = answer.error === undefined ? (answer.values ?? []) : [];
    const isRight = (value: string): boolean => (kind === "itself" ? value === "1" : Number(value) <= 1);
    if (kind === "itself" || text.startsWith("count"))
      expect(
        values.filter((value) => !isRight(value)),
        text,
      ).toEqual([]);
    if (values.length > 0) found[kind]++;
  }
  expect(found.itself).toBeGreaterThan(count / 100);
  expect(found.part).toBeGreaterThan(count / 400);
});

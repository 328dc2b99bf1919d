import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseMetric, parseSeries } from "../../server/src/promql/series/parse.ts";
import { seriesValues } from "../../server/src/promql/series/values.ts";
import { type Oracle, startOracle } from "../oracle/oracle.ts";
import { Random } from "../oracle/random.ts";
import { seriesText } from "../oracle/series.ts";
import { hasSharedCases, sharedCases } from "../shared.ts";

interface SeriesCase {
  readonly input: string;
  readonly fail: boolean;
}

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(async () => await oracle.close());

const seed = Number(process.env["SEED"] ?? 1);

/** What differs from Prometheus about a text; nothing where nothing does. */
async function difference(text: string): Promise<string | undefined> {
  const theirs = await oracle.seriesDescription(text);
  const ours = parseSeries(text);
  const first = theirs.errors[0]?.message.replace(/"<Item \d+>" /, "");
  if (ours.error?.message !== first)
    return `${JSON.stringify(text)}: ${ours.error?.message ?? "accepted"}, not ${first ?? "accepted"}`;
  if (first !== undefined) return undefined;
  const count = ours.items.reduce((sum, { times }) => sum + times, 0);
  const values = seriesValues(ours.items, 60);
  const shown = theirs.values ?? [];
  const same =
    count === theirs.count &&
    values.length === shown.length &&
    values.every((value, index) => {
      const their = shown[index] ?? "";
      if (typeof value === "number") return Object.is(value, Number(their.replace("Inf", "Infinity")));
      return their.startsWith("{{") ? value === "histogram" : value === their;
    });
  return same ? undefined : `${JSON.stringify(text)}: ${values.join(" ")}, not ${shown.join(" ")}`;
}

test(`generated series descriptions are read as Prometheus reads them, seed ${seed}`, async () => {
  const random = new Random(seed);
  const differences: string[] = [];
  let refused = 0;
  for (let index = 0; index < 6000; index++) {
    const text = seriesText(random);
    const found = await difference(text);
    if (found !== undefined) differences.push(found);
    if (parseSeries(text).error !== undefined) refused++;
  }
  expect(differences.slice(0, 20)).toEqual([]);
  expect(refused).toBeGreaterThan(1000);
  expect(refused).toBeLessThan(5000);
}, 120_000);

test(`generated metrics are read as Prometheus reads them, seed ${seed}`, async () => {
  const random = new Random(seed + 1);
  const differences: string[] = [];
  for (let index = 0; index < 2000; index++) {
    const text = seriesText(random).replace(/\s.*$/s, "");
    const theirs = (await oracle.metric(text)).errors[0]?.message;
    const ours = parseMetric(text).error?.message;
    if (ours !== theirs) differences.push(`${JSON.stringify(text)}: ${ours}, not ${theirs}`);
  }
  expect(differences.slice(0, 20)).toEqual([]);
}, 120_000);

describe.skipIf(!hasSharedCases)("the shared cases of series descriptions (needs ../shared/cases)", () => {
  test("have Prometheus' verdicts and values", async () => {
    const cases = sharedCases<SeriesCase>("promql-series-cases");
    const wrong: string[] = [];
    for (const { input, fail } of cases) {
      if ((parseSeries(input).error !== undefined) !== fail) wrong.push(`${input}: fail is ${fail}`);
      const found = await difference(input);
      if (found !== undefined) wrong.push(found);
    }
    expect(cases.length).toBeGreaterThan(20);
    expect(wrong).toEqual([]);
  });
});

import { expect, test } from "vitest";
import { neverCancelled } from "../../../server/src/base/cancellation.ts";
import { hover } from "../../../server/src/features/hover.ts";
import { RunMemory } from "../../../server/src/world/last-runs.ts";
import { asOf, fakeEnvironment } from "./fakes.ts";
import { marked } from "./files.ts";

const alert = (expr: string, text: string): string =>
  `groups:\n- name: g\n  rules:\n  - alert: A\n    expr: ${expr}\n    annotations:\n      a: '${text}'\n`;

async function check(expr: string, text: string): Promise<string | undefined> {
  const { snapshot, offset } = marked(alert(expr, `|${text}`), []);
  return (await hover(snapshot, offset + 3, neverCancelled))?.contents;
}

test("the text for an alert as the expression could return it", async () => {
  expect(
    await check(
      'sum by (job, code) (rate(x_total{code="500"}[5m])) > 0.05',
      "{{ $labels.job }} has {{ $value | humanizePercentage }} of {{ $labels.code }}{{ $labels.instance }}",
    ),
  ).toBe(
    '```\n<job> has 6% of 500\n```\n\nFor an alert as the expression could return it: `code="500"`, `job="<job>"`, value `0.06`.',
  );
});

test("queries give nothing, and it says so", async () => {
  const text = await check("up == 0", '{{ with query "up" }}x{{ else }}y{{ end }} {{ $labels.job }}');
  expect(text).toContain("y <job>");
  expect(text).toContain("Its queries are not run here");
  expect(await check("up == 0", '{{ query "up" | first | value }}')).toContain(
    "depends on the result of a query",
  );
});

test("a text that fails is told", async () => {
  expect(await check("up == 0", "{{ $value | toUpper }}")).toContain("This fails when the alert fires");
});

test("nothing of a text is ever read as markup", async () => {
  const text = await check('up{job="```<b>x</b>"} == 0', "{{ $labels.job }} **bold**");
  expect(text?.startsWith("````\n```<b>x</b> **bold**\n````\n")).toBe(true);
});

test("nothing where there is nothing to expand or nothing to expand it with", async () => {
  expect(await check("up == 0", "plain text")).toBeUndefined();
  expect(await check("sum(", "{{ $labels.job }}")).toBeUndefined();
  expect(await check("up == 0", "{{ $labels.job }")).toBeUndefined();
  expect(await check("up < 0 > 1", "{{ $labels.job }} text")).toBeUndefined();
});

test("the first result of the last run is better than a guess", async () => {
  const lastRuns = new RunMemory();
  lastRuns.remember(
    "Prod",
    { expression: "up == 0" },
    {
      backend: "http://x",
      expression: "up == 0",
      resultType: "vector",
      series: [{ labels: { job: "db", instance: "a:1" }, values: [[1, "0"]] }],
      warnings: [],
      infos: [],
      completeness: { status: "complete", missing: [] },
      elapsedMs: 1,
      stats: null,
    },
    asOf,
  );
  const { snapshot, offset } = marked(
    alert("up == 0", "|{{ $labels.job }} {{ $labels.instance }} {{ $value }}"),
    [fakeEnvironment("Prod", { series: [] })],
  );
  const found = await hover({ ...snapshot, lastRuns }, offset + 3, neverCancelled, undefined, asOf + 12_000);
  expect(found?.contents).toBe(
    "```\ndb a:1 0\n```\n\nFor the first result of the run in Prod 12 s ago, value `0`.",
  );
});

test("what an aggregation does to labels stands in its hover", async () => {
  const { snapshot, offset } = marked(alert("s|um by (job) (up) == 0", "x"), []);
  expect((await hover(snapshot, offset, neverCancelled))?.contents).toContain("keeps: `job`");
});

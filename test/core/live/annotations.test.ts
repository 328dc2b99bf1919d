import { expect, test } from "vitest";
import { RunMemory } from "../../../server/src/world/last-runs.ts";
import type { QueryAnswer } from "../../../server/src/world/query.ts";
import { emptyAnswer } from "./empty-answer.ts";
import { fakeIndex } from "./fake-index.ts";
import { liveFindings } from "./live-check.ts";

const answer = (more: Partial<QueryAnswer>): QueryAnswer => ({
  ...emptyAnswer,
  environment: "Dev",
  expression: "rate(queue_depth[5m]) + höhe",
  ...more,
});
const expression = "rate(queue_depth[5m])";
const counter =
  'metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "queue_depth"';

/** What is told of the expression after a run of it that gave this. */
function told(text: string, run: Partial<QueryAnswer>, ran = expression): readonly string[] {
  const lastRuns = new RunMemory();
  lastRuns.remember("Dev", { expression: ran }, answer({ expression: ran, ...run }), 0);
  const index = fakeIndex({ series: [{ __name__: "queue_depth" }, { __name__: "a_b" }] });
  return liveFindings(text, [index], { lastRuns }).filter((line) => line.includes("query-annotation"));
}

test("a remark of a Prometheus stands where it says", () => {
  expect(told(expression, { infos: [`PromQL info: ${counter} (1:6)`] })).toEqual([
    `live.query-annotation info "queue_depth" Dev says: ${counter}`,
  ]);
  const mixed = 'encountered a mix of histograms and floats for metric name "a_b"';
  const text = 'label_replace(a_b, "x", "ä", "", "") or\na_b';
  expect(told(text, { warnings: [`PromQL warning: ${mixed} (2:1)`] }, text)).toEqual([
    `live.query-annotation warning "a_b" Dev says: ${mixed}`,
  ]);
});

test("Thanos tells no place: it is that of the metric, else all of it", () => {
  expect(told(expression, { warnings: [`PromQL info: ${counter}`] })).toEqual([
    `live.query-annotation info "queue_depth" Dev says: ${counter}`,
  ]);
  expect(told(expression, { warnings: ["PromQL warning: something is odd"] })).toEqual([
    `live.query-annotation warning "${expression}" Dev says: something is odd`,
  ]);
});

test("where a scope was put in, the place that is told is another text's", () => {
  const sent = 'rate(queue_depth{cluster="dev"}[5m])';
  expect(told(expression, { expression: sent, infos: [`PromQL info: something is odd (1:30)`] })).toEqual([
    `live.query-annotation info "${expression}" Dev says: something is odd`,
  ]);
});

test("warnings about stores are told with the result, not in the text", () => {
  expect(told(expression, { warnings: ["receive series from Addr: x: Unavailable"] })).toEqual([]);
});

test("it is gone when a letter changes", () => {
  const infos = [`PromQL info: ${counter} (1:6)`];
  expect(told("rate(queue_depth[6m])", { infos })).toEqual([]);
});

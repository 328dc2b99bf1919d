import { expect, test } from "vitest";
import { type Explanation, explainExpr, isRefusal } from "../../../server/src/promql/labels/explain.ts";

function explained(text: string): Explanation {
  const answer = explainExpr(text);
  if (isRefusal(answer)) throw new Error(answer.error);
  return answer;
}

const at = (line: number, from: number, to: number) => ({
  start: { line, character: from },
  end: { line, character: to },
});

test("an expression is explained with its parts, the reasons at their places", () => {
  const answer = explained('sum by (job) (\n  foo{job="a"}\n)');
  expect(answer).toMatchObject({
    text: 'sum by (job) (\n  foo{job="a"}\n)',
    range: { start: { line: 0, character: 0 }, end: { line: 2, character: 1 } },
    type: "vector",
    labels: {
      guaranteed: ["job"],
      possible: [],
      impossible: [
        { name: "__name__", reason: "sum by keeps only the labels that it names", range: at(0, 4, 12) },
      ],
      open: false,
      empty: false,
      values: { job: ["a"] },
    },
    always: false,
  });
  expect(answer.children).toHaveLength(1);
  expect(answer.children[0]).toMatchObject({
    text: 'foo{job="a"}',
    range: at(1, 2, 14),
    labels: { guaranteed: ["__name__", "job"], possible: [], impossible: [], open: true, empty: false },
    children: [],
  });
});

test("what can never return anything says why and where", () => {
  const { labels } = explained("count(foo) == 0");
  expect(labels.empty).toBe(true);
  expect(labels.because).toEqual({ reason: "the comparison == is never true", range: at(0, 11, 13) });
});

test("scalars, strings and ranges are explained too", () => {
  expect(explained("time()")).toMatchObject({
    type: "scalar",
    labels: { open: false, possible: [] },
    always: true,
  });
  expect(explained('"x"')).toMatchObject({ type: "string", labels: { open: false, guaranteed: [] } });
  expect(explained("foo[5m]")).toMatchObject({
    type: "matrix",
    labels: { open: true, guaranteed: ["__name__"] },
  });
  expect(explained("rate(foo[5m])").children.map(({ type }) => type)).toEqual(["matrix"]);
});

test("what only needs a feature that is off is explained nevertheless", () => {
  expect(explained("info(foo)").labels.open).toBe(true);
  expect(explained("foo + on (x) fill (0) bar").labels.possible).toEqual(["x"]);
});

test("what Prometheus refuses is answered with its errors", () => {
  expect(explainExpr("sum(\nfoo")).toMatchObject({
    text: "sum(\nfoo",
    error: "2:4: parse error: unclosed left parenthesis",
  });
  expect(explainExpr("")).toMatchObject({
    error: "unknown position: parse error: no expression found in input",
  });
});

test("labels with the names of JavaScript's own properties are labels like others", () => {
  const { labels } = explained('foo{__proto__="a", constructor="b"}');
  expect(labels.guaranteed).toEqual(["__name__", "__proto__", "constructor"]);
  expect(Object.entries(labels.values ?? {})).toEqual([
    ["__name__", ["foo"]],
    ["__proto__", ["a"]],
    ["constructor", ["b"]],
  ]);
});

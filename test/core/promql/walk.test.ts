import { expect, test } from "vitest";
import type { Expr } from "../../../server/src/promql/ast.ts";
import { parseExpr } from "../../../server/src/promql/parse.ts";
import { enclosing, nodeAt, selectors, walk } from "../../../server/src/promql/walk.ts";

const text = "topk(5, rate(foo[5m])) / on (a) bar{x='y'} offset 1m";

function parsed(of: string): Expr {
  const { expr } = parseExpr(of);
  if (expr === undefined) throw new Error(`no tree of ${of}`);
  return expr;
}

function textsOf(nodes: Iterable<Expr>): string[] {
  return [...nodes].map(({ span }) => text.slice(span.start, span.end));
}

test("a walk meets parents before children, in the order of the text", () => {
  expect(textsOf(walk(parsed(text)))).toEqual([
    text,
    "topk(5, rate(foo[5m]))",
    "5",
    "rate(foo[5m])",
    "foo[5m]",
    "foo",
    "bar{x='y'} offset 1m",
  ]);
});

test("all selectors are found, also those of ranges", () => {
  expect(selectors(parsed(text)).map(({ name }) => name)).toEqual(["foo", "bar"]);
});

test("the innermost node is the one that a cursor touches", () => {
  const at = (offset: number) => textsOf([nodeAt(parsed(text), offset) ?? parsed("x")])[0];
  expect(at(text.indexOf("foo"))).toBe("foo");
  expect(at(text.indexOf("foo") + 3)).toBe("foo");
  expect(at(text.indexOf("5m"))).toBe("foo[5m]");
  expect(at(text.indexOf(" / ") + 1)).toBe(text);
  expect(at(text.length)).toBe("bar{x='y'} offset 1m");
  expect(nodeAt(parsed("foo"), 4)).toBeUndefined();
});

test("a selection has a chain of nodes that hold it", () => {
  const start = text.indexOf("foo");
  expect(textsOf(enclosing(parsed(text), { start, end: start + 7 }))).toEqual([
    text,
    "topk(5, rate(foo[5m]))",
    "rate(foo[5m])",
    "foo[5m]",
  ]);
  expect(enclosing(parsed("foo"), { start: 0, end: 9 })).toEqual([]);
});

test("types are those that Prometheus computes", () => {
  const types = ["foo", "1", "'x'", "foo[5m]", "foo[5m:]", "-(1 + 2)", "1 + foo", "time()", "sum(foo)"];
  expect(types.map((of) => parsed(of).type)).toEqual([
    "vector",
    "scalar",
    "string",
    "matrix",
    "matrix",
    "scalar",
    "vector",
    "scalar",
    "vector",
  ]);
});

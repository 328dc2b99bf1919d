import { describe, expect, test } from "vitest";
import type { Span } from "../../../server/src/base/text.ts";
import type { Expr, ParserOptions } from "../../../server/src/promql/ast.ts";
import { parseExpr } from "../../../server/src/promql/parse.ts";
import { walk } from "../../../server/src/promql/walk.ts";
import { Generator } from "../../oracle/generate-promql.ts";
import { Random } from "../../oracle/random.ts";

/** The errors of a text as `start message`. */
function errors(text: string, options?: ParserOptions): string[] {
  return parseExpr(text, options).errors.map(({ message, span }) => `${span.start} ${message}`);
}

/** The tree of a text that must be accepted. */
function tree(text: string): Expr {
  const { expr, errors: found } = parseExpr(text);
  expect(found).toEqual([]);
  if (expr === undefined) throw new Error(`no tree of ${text}`);
  return expr;
}

/** The texts that the spans of a tree cut out, the outermost first. */
function cut(text: string, ...path: readonly string[]): string {
  let node: unknown = tree(text);
  for (const key of path) node = (node as Record<string, unknown>)[key];
  const { start, end } = node as { readonly start: number; readonly end: number };
  return text.slice(start, end);
}

describe("verdicts", () => {
  test("an empty text has no expression", () => {
    expect(errors("")).toEqual(["0 no expression found in input"]);
    expect(parseExpr("# only a comment").expr).toBeUndefined();
  });

  test("every error is reported, in the order in which the parser meets them", () => {
    expect(errors("sum(bar")).toEqual([
      "7 unclosed left parenthesis",
      "0 no arguments for aggregate expression provided",
    ]);
    expect(errors('foo{a=~"(", b=~"["}')).toEqual([
      "4 error parsing regexp: missing closing ): `(`",
      "12 error parsing regexp: missing closing ]: `[`",
    ]);
  });

  test("types are checked only where the syntax is sound", () => {
    expect(errors("rate(foo)")).toEqual([
      '5 expected type range vector in call to function "rate", got instant vector',
    ]);
    expect(errors("rate(foo) + unknown(bar)")).toEqual(['12 unknown function with name "unknown"']);
  });

  test("options open what the defaults refuse", () => {
    expect(errors("mad_over_time(foo[5m])")).toEqual(['0 function "mad_over_time" is not enabled']);
    expect(errors("mad_over_time(foo[5m])", { experimentalFunctions: true })).toEqual([]);
    expect(errors("foo + fill(0) bar")).toEqual(["0 binop fill modifiers are experimental and not enabled"]);
    expect(errors("foo + fill(0) bar", { fillModifiers: true })).toEqual([]);
  });

  test("places count UTF-16 units, whatever the text holds", () => {
    expect(errors('foo{a="日本😀"} bar')).toEqual(['14 unexpected identifier "bar"']);
    expect(errors("foo\ud800")).toEqual(["3 unexpected character: '\ufffd'"]);
  });

  test("an error that means an open bracket says which", () => {
    const bracketOf = (text: string) => parseExpr(text).errors.find(({ bracket }) => bracket)?.bracket;
    expect(bracketOf("sum(rate(foo[5m])")).toEqual({ start: 3, end: 4 });
    expect(bracketOf("foo[5m")).toEqual({ start: 3, end: 4 });
    expect(bracketOf("foo[")).toEqual({ start: 3, end: 4 });
    expect(bracketOf('foo{a="b"')).toEqual({ start: 3, end: 4 });
    expect(bracketOf("foo)")).toBeUndefined();
  });

  test("no error ends before it starts", () => {
    for (const text of ["1 > 2", "foo + sum(bar", "foo + bool bar", "topk(5, foo", "foo[5m/0]"])
      for (const { span } of parseExpr(text).errors) expect(span.end).toBeGreaterThanOrEqual(span.start);
  });
});

describe("trees", () => {
  test("modifiers hang on the selector that they follow", () => {
    expect(cut("a + b offset 5m", "right", "span")).toBe("b offset 5m");
    expect(cut("x > 5 and b offset 10m > 0", "right", "left", "offset", "span")).toBe("10m");
    expect(tree("-1^2")).toMatchObject({ kind: "unary", expr: { kind: "binary", operator: "^" } });
  });

  test("spans end with what was written, where Prometheus' own run on", () => {
    expect(cut("(foo offset 5m)", "expr", "span")).toBe("foo offset 5m");
    expect(cut("sum(sum(foo) )", "expr", "span")).toBe("sum(foo)");
    expect(cut("foo[5m] @ start()", "span")).toBe("foo[5m] @ start()");
  });

  test("selectors keep their names and matchers where they stand", () => {
    const text = 'foo{job=~"a|b", "odd.label"="x"}';
    expect(tree(text)).toMatchObject({
      kind: "selector",
      name: "foo",
      nameSpan: { start: 0, end: 3 },
      bracesSpan: { start: 3, end: 32 },
      matchers: [
        { name: "job", operator: "=~", value: "a|b", nameSpan: { start: 4, end: 7 } },
        { name: "odd.label", operator: "=", value: "x", valueSpan: { start: 28, end: 31 } },
      ],
    });
    expect(tree('{"a.b"}')).toMatchObject({
      name: "a.b",
      nameSpan: undefined,
      matchers: [{ name: "__name__" }],
    });
  });

  test("aggregations, calls and matching tell their parts", () => {
    expect(tree("topk by (job) (5, rate(foo[5m]))")).toMatchObject({
      kind: "aggregate",
      operator: "topk",
      parameter: { kind: "number", value: 5 },
      grouping: [{ name: "job", span: { start: 9, end: 12 } }],
      groupingSpan: { start: 5, end: 13 },
      expr: { kind: "call", name: "rate", args: [{ kind: "matrix", range: { seconds: 300 } }] },
    });
    expect(tree("foo * on (a, b) group_left (c) bar")).toMatchObject({
      matching: {
        cardinality: "many-to-one",
        on: true,
        labels: [{ name: "a" }, { name: "b" }],
        include: [{ name: "c" }],
      },
    });
    expect(tree("foo and bar")).toMatchObject({ matching: { cardinality: "many-to-many", on: undefined } });
    expect(tree("foo * 2")).toMatchObject({ type: "vector", matching: undefined });
    expect(tree("sum(foo)")).toMatchObject({ grouping: undefined });
    expect(tree("sum by () (foo)")).toMatchObject({ grouping: [] });
  });

  test("a duration that is no literal tells what it computes", () => {
    expect(tree("foo[5m:step() * 2]")).toMatchObject({
      kind: "subquery",
      range: { seconds: 300, text: "5m" },
      step: {
        seconds: undefined,
        text: "step() * 2",
        operation: { operator: "*", left: { operation: { operator: "step" } }, right: { seconds: 2 } },
      },
    });
    expect(tree("foo offset -(1h + 5m)")).toMatchObject({
      offset: { operation: { operator: "-", right: { operation: { operator: "+", wrapped: true } } } },
    });
  });

  test("escapes are decoded, bytes that are no UTF-8 kept apart", () => {
    expect(tree(String.raw`"\n\x41\u00e9\U0001F600\101"`)).toMatchObject({ value: "\nAé😀A" });
    expect(tree(String.raw`"\xc3\xa9"`)).toMatchObject({ value: "é" });
    expect(tree(String.raw`"\xff"`)).toMatchObject({ value: "\udcff" });
    expect(tree("`\\d`")).toMatchObject({ value: "\\d" });
  });
});

describe("whatever the text", () => {
  test("the tree is well-formed and every place lies in the text", () => {
    const generator = new Generator(new Random(1));
    let partial = 0;
    for (let i = 0; i < 5000; i++) {
      const text = generator.expression();
      const { expr: root, errors: found } = parseExpr(text);
      const inside = ({ start, end }: Span): boolean => 0 <= start && start <= end && end <= text.length;
      for (const { span, bracket } of found)
        expect(inside(span) && (bracket === undefined || inside(bracket)), text).toBe(true);
      if (root === undefined) continue;
      if (found.length > 0) partial++;
      for (const node of walk(root)) {
        expect(inside(node.span), text).toBe(true);
        if (node.kind === "matrix") expect(node.selector.kind, text).toBe("selector");
      }
    }
    expect(partial).toBeGreaterThan(500);
  });
});

import { describe, expect, test } from "vitest";
import type { Expr } from "../../../server/src/promql/ast.ts";
import { parseExpr } from "../../../server/src/promql/parse.ts";
import { prettyExpr } from "../../../server/src/promql/pretty.ts";
import { printExpr } from "../../../server/src/promql/print.ts";

function parsed(text: string): Expr {
  const { expr } = parseExpr(text);
  if (expr === undefined) throw new Error(`no tree: ${text.slice(0, 50)}`);
  return expr;
}

describe("one line", () => {
  test("is spelled as Prometheus spells it", () => {
    const text = 'SUM(rate(http_requests_total{job="a",code=~"5.."}[300s] offset 3600s))by(le)# why\n/1e3';
    expect(printExpr(parsed(text))).toBe(
      'sum by (le) (rate(http_requests_total{code=~"5..",job="a"}[5m] offset 1h)) / 1000',
    );
  });

  test("parses to the same line again", () => {
    const texts = [
      "-(a ^ -b)",
      "foo[1m + step():5m] @ end()",
      "{'a.b'='c'}",
      "a * on () group_right () b",
      "-1 ^ 2",
    ];
    for (const text of texts) {
      const line = printExpr(parsed(text));
      expect(printExpr(parsed(line))).toBe(line);
    }
  });

  test("of a broken expression lacks what is not there", () => {
    expect(printExpr(parsed("sum(foo"))).toBe("sum()");
    expect(printExpr(parsed("nope(foo)"))).toBe("nope(foo)");
    expect(printExpr(parsed("topk(foo)"))).toBe("topk(foo)");
  });
});

describe("formatted", () => {
  test("what fits into 100 bytes stays", () => {
    const name = "a".repeat(93);
    expect(prettyExpr(parsed(`sum((${name}))`))).toBe(`sum((${name}))`);
    expect(prettyExpr(parsed(`sum(((${name})))`))).toBe(`sum(\n  ((${name}))\n)`);
  });

  test("counts bytes, not characters", () => {
    const fits = `sum({a="${"é".repeat(44)}"})`;
    expect(prettyExpr(parsed(fits))).toBe(fits);
    const value = "é".repeat(45);
    expect(prettyExpr(parsed(`sum({a="${value}"})`))).toBe(`sum(\n  {a="${value}"}\n)`);
  });
});

const deep = 50_000;

describe("nesting and length", () => {
  test.each([
    ["parentheses", `${"(".repeat(deep)}foo${")".repeat(deep)}`],
    ["minuses", `${"-".repeat(deep)}foo`],
    ["a sum", `foo${" + foo".repeat(deep)}`],
    ["calls", `${"abs(".repeat(deep)}foo${")".repeat(deep)}`],
    ["durations", `foo[${"-".repeat(deep)}step()]`],
    ["matchers", `foo{${Array.from({ length: deep }, () => 'a="b"').join(",")}}`],
  ])("%s cost no stack", (_, text) => {
    const expr = parsed(text);
    expect(printExpr(expr)).toBe(text);
    expect(prettyExpr(expr).replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
  });

  test("what would be indented without end stays on one line", () => {
    const text = `${"(".repeat(deep)}foo${")".repeat(deep)}`;
    expect(prettyExpr(parsed(text))).toBe(text);
  });
});

import { expect, test } from "vitest";
import { analyseLabels } from "../../../server/src/promql/labels/analyse.ts";
import { explainExpr, isRefusal } from "../../../server/src/promql/labels/explain.ts";
import { firstGroupFilled, regexValues } from "../../../server/src/promql/labels/value-matchers.ts";
import { parseExpr } from "../../../server/src/promql/parse.ts";
import { walk } from "../../../server/src/promql/walk.ts";
import { Generator } from "../../oracle/generate-promql.ts";
import { Random } from "../../oracle/random.ts";
import { summary } from "./summary.ts";

test("deep expressions neither overflow the stack nor take long", () => {
  const deep = 6_000;
  expect(summary(`${"-".repeat(deep)}up`)).toBe("-__name__ …");
  expect(summary(`${"(".repeat(deep)}up${")".repeat(deep)}`)).toBe("+__name__=up …");
  expect(summary(`${"sum(".repeat(deep)}up${")".repeat(deep)}`)).toBe("-__name__");
  expect(summary(`up${" + up".repeat(deep)}`)).toBe("-__name__ …");
  expect(summary(`up${" or down".repeat(deep)}`)).toBe("+__name__=up|down …");
});

test("of very many labels some are forgotten, and labels that are not listed may occur then", () => {
  const wide = Array.from({ length: 2000 }, (_, n) => `a{l${n}="1"}`).join(" and ");
  expect(summary(wide)).toContain("…");
  const by = Array.from({ length: 2000 }, (_, n) => `l${n}`).join(", ");
  expect(summary(`sum by (${by}) (a)`)).toContain("…");
});

test("long lists of values are not carried along", () => {
  const values = Array.from({ length: 5000 }, (_, n) => `v${n}`).join("|");
  expect(summary(`up{job=~"${values}"}`)).toBe("+__name__=up +job …");
});

test("explanations of deep expressions end at some depth", () => {
  const answer = explainExpr(`${"-".repeat(20_000)}up`);
  expect(isRefusal(answer)).toBe(false);
  expect(JSON.stringify(answer).length).toBeLessThan(5_000_000);
});

test.each([
  ["a|b", ["a", "b"]],
  ["(a|b)", ["a", "b"]],
  ["(?:a|b)", ["a", "b"]],
  ["^a$", ["a"]],
  ["a\\.b", ["a.b"]],
  ["a\\\\b", ["a\\b"]],
  ["", [""]],
  ["a||b", ["a", "", "b"]],
  ["a.b", undefined],
  ["a\\|b", undefined],
  ["(a)|(b)", undefined],
  ["a\\db", undefined],
  ["^a|b$", undefined],
  ["(?i)a", undefined],
  ["[a]", undefined],
  ["a\\", undefined],
])("the values of %s", (source, values) => {
  expect(regexValues(source)).toEqual(values);
});

test.each<[string, boolean]>([
  ["(.+)", true],
  ["([^:]+):.*", true],
  ["^a[(](b.*)$", true],
  ["(a+)(b)?", true],
  ["(a)+", true],
  ["(.*)", false],
  ["(a)?b", false],
  ["(a){0}b", false],
  ["(a)|b", false],
  ["(a|)", false],
  ["(?:a)(b)", false],
  ["((a))", false],
  ["\\Q(a)\\E", false],
  ["(\\b)a", false],
  ["\\(a)", false],
  ["(", false],
  ["a", false],
])("whether the first group of %s is filled by every match: %s", (source, filled) => {
  expect(firstGroupFilled(source)).toBe(filled);
});

test("with delayed name removal the name is there for joins, and goes in the end", () => {
  const delayed = { delayedNameRemoval: true };
  expect(summary("rate(a[5m])", delayed)).toBe("-__name__ …");
  expect(summary("sum by (__name__) (rate(a[5m]))", delayed)).toBe("-__name__");
  expect(summary('label_replace(rate(a[5m]), "x", "$1", "__name__", "(.*)")', delayed)).toBe(
    "-__name__ +x=a …",
  );
  expect(summary('label_replace(rate(a[5m]), "x", "$1", "__name__", "(.*)")')).toBe("-__name__ -x …");
  expect(summary("rate(a[5m]) > rate(b[5m])", delayed)).toBe("+__name__=a … if");
  expect(summary("rate(a[5m]) or b", delayed)).toBe("?__name__=a|b …");
});

test("broken and odd expressions are answered without an error", () => {
  const generator = new Generator(new Random(1));
  let trees = 0;
  for (let n = 0; n < 2000; n++) {
    const { expr } = parseExpr(generator.expression(), { experimentalFunctions: true });
    if (expr === undefined) continue;
    trees++;
    const labels = analyseLabels(expr);
    for (const node of walk(expr)) {
      expect(labels.of(node).rest).toBeDefined();
      if (node.kind === "binary") labels.join(node);
    }
  }
  expect(trees).toBeGreaterThan(500);
});

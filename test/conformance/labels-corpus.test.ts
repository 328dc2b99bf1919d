import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Expr } from "../../server/src/promql/ast.ts";
import { analyseLabels } from "../../server/src/promql/labels/analyse.ts";
import { mentionedLabels } from "../../server/src/promql/labels/explain.ts";
import { labelFact } from "../../server/src/promql/labels/facts.ts";
import { parseExpr } from "../../server/src/promql/parse.ts";
import { selectors, walk } from "../../server/src/promql/walk.ts";
import { refutation } from "../oracle/labels.ts";
import { type Oracle, type OracleSeries, startOracle } from "../oracle/oracle.ts";
import { allOptions } from "../oracle/promql.ts";
import { Random } from "../oracle/random.ts";
import { shared } from "../shared.ts";

interface CorpusExpression {
  readonly expr?: string;
  readonly templated: boolean;
}

interface Parsed {
  readonly text: string;
  readonly expr: Expr;
}

function corpusExpressions(file: string): Parsed[] {
  const texts = readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as CorpusExpression)
    .flatMap(({ expr, templated }) => (templated || typeof expr !== "string" ? [] : [expr]));
  return [...new Set(texts)].flatMap((text) => {
    const { expr, errors } = parseExpr(text, allOptions);
    return expr === undefined || errors.length > 0 ? [] : [{ text, expr }];
  });
}

/** Series that the selectors of an expression find, with labels that it speaks of. */
function fittingSeries(expr: Expr, random: Random): OracleSeries[] {
  const names = [...mentionedLabels(expr)].filter((name) => name !== "__name__");
  const values = new Map<string, string[]>();
  for (const { matchers } of selectors(expr))
    for (const { name, operator, value } of matchers)
      if (operator === "=" && value !== "") values.set(name, [...(values.get(name) ?? []), value]);
  const found = new Map<string, OracleSeries>();
  for (const { name: metric, matchers } of selectors(expr)) {
    if (metric === undefined) continue;
    for (let n = 0; n < 3; n++) {
      const labels: Record<string, string> = { __name__: metric };
      for (const name of names)
        if (random.chance(0.7)) labels[name] = random.pick([...(values.get(name) ?? []), "1", "1", "2.5"]);
      for (const { name, operator, value } of matchers)
        if (operator === "=" && random.chance(0.9)) labels[name] = value;
      const kept = Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ""));
      const steady = random.below(3) - 1;
      const samples = Array.from({ length: 41 }, (_, at) => (n === 0 ? at * 1000 : steady));
      found.set(JSON.stringify(kept), { labels: kept, values: samples });
    }
  }
  return [...found.values()];
}

const file = shared("corpus", "expressions.jsonl");

describe.skipIf(file === undefined)(
  `labels of real expressions${file === undefined ? " (the corpus is absent)" : ""}`,
  () => {
    const all = file === undefined ? [] : corpusExpressions(file);
    let oracle: Oracle;
    beforeAll(async () => {
      oracle = await startOracle();
    });
    afterAll(async () => await oracle.close());

    test("what we know of them and of their parts holds against Prometheus' engine", async () => {
      const random = new Random(1);
      const refuted: string[] = [];
      let filled = 0;
      for (const { text, expr } of all) {
        await oracle.series(fittingSeries(expr, random));
        const analysis = analyseLabels(expr);
        const parts = [...walk(expr)].filter(({ type, kind }) => type === "vector" && kind !== "paren");
        const asked = parts.map(async (part) => {
          const answer = await oracle.evaluate(text.slice(part.span.start, part.span.end), allOptions);
          if (answer.error !== undefined) return;
          if ((answer.labels ?? []).length > 0) filled++;
          const wrong = refutation(analysis.of(part), answer);
          if (wrong !== undefined) refuted.push(`${text}\n  ${wrong}\n  ${JSON.stringify(answer.labels)}`);
        });
        await Promise.all(asked);
      }
      expect(
        refuted
          .toSorted((a, b) => a.length - b.length)
          .slice(0, 5)
          .join("\n"),
      ).toBe("");
      expect(filled).toBeGreaterThan(all.length);
    });

    test("at least two thirds of the labels that they speak of are certain or impossible", () => {
      let decided = 0;
      let spoken = 0;
      for (const { expr } of all) {
        const { flow } = analyseLabels(expr);
        for (const name of mentionedLabels(expr)) {
          spoken++;
          if (labelFact(flow, name).presence !== "possible") decided++;
        }
      }
      expect(decided / spoken).toBeGreaterThan(2 / 3);
    });

    test("those that can never return anything are the ones that were read and found to be so", () => {
      const kinds: Record<string, number> = {};
      for (const { expr } of all) {
        const { empty } = analyseLabels(expr).flow;
        if (empty !== undefined) kinds[empty.kind] = (kinds[empty.kind] ?? 0) + 1;
      }
      // Joins of two states of one metric without on() or ignoring(), `sum(x == 0) > 0`, `count(x) == 0`,
      // and one `!~".*"` of a template.
      expect(kinds).toEqual({ contradiction: 1, "never-true": 4, "no-match": 12 });
    });
  },
);

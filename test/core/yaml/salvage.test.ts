import { expect, test } from "vitest";
import { asMap, asSeq, textOf, valueAt } from "../../../server/src/yaml/access.ts";
import type { YamlNode } from "../../../server/src/yaml/node.ts";
import { parseYaml } from "../../../server/src/yaml/parse.ts";
import { ruleFile } from "../../bench/rules.ts";

const count = 400;
const sound = ruleFile(count);

interface Read {
  readonly alert: string;
  readonly expr: string;
  /** What stands in the file where the expression is said to be. */
  readonly source: string;
}

function rulesOf(text: string, root: YamlNode | undefined): readonly Read[] {
  const groups = asSeq(valueAt(asMap(root), "groups"))?.items ?? [];
  return groups.flatMap((group) =>
    (asSeq(valueAt(asMap(group), "rules"))?.items ?? []).map((rule) => {
      const expr = valueAt(asMap(rule), "expr");
      const { start, end } = expr?.span ?? { start: 0, end: 0 };
      return {
        alert: textOf(valueAt(asMap(rule), "alert")) ?? "",
        expr: textOf(expr) ?? "",
        source: text.slice(start, end),
      };
    }),
  );
}

const faults: readonly (readonly [name: string, was: string, is: string])[] = [
  ["a brace that is not closed", "    for: 5m", "    for: {"],
  ["a bracket that is not closed", "    for: 5m", "    for: [a"],
  ["a quote that is not closed", "    for: 5m", "    for: '5m"],
  ["a double quote that is not closed", "    for: 5m", '    for: "5m'],
  ["a key indented too little", "    for: 5m", "   for: 5m"],
  ["a key at the start of the line", "    for: 5m", "for: 5m"],
  ["a key indented too much", "    for: 5m", "     for: 5m"],
  ["a tab", "    for: 5m", "\tfor: 5m"],
  ["two colons", "    for: 5m", "    for: 5m: 6"],
  ["no colon", "    for: 5m", "    for 5m"],
  ["a character that starts no token", "    for: 5m", "    for: %5m"],
  ["a control character", "    for: 5m", "    for: \u0007"],
];

test.each(faults)("a large file with %s keeps all other rules, at their places", (_, was, is) => {
  for (const number of [0, 1, 19, 20, 200, count - 1]) {
    const at = sound.indexOf(was, sound.indexOf(`- alert: Alert${number}\n`) - 2);
    const text = sound.slice(0, at) + is + sound.slice(at + was.length);
    const [document, ...others] = parseYaml(text).documents;
    expect(others).toEqual([]);
    expect(document?.problems.map(({ fatal }) => fatal)).toEqual([true]);
    const rules = rulesOf(text, document?.root);
    const rest = rulesOf(sound, parseYaml(sound).documents[0]?.root).filter((_, n) => n !== number);
    const names = new Map(rules.map((rule) => [rule.alert, rule]));
    const lost = rest.filter(({ alert, expr, source }) => {
      const found = names.get(alert);
      return found?.expr !== expr || found.source !== source;
    });
    // A rule that has lost its beginning may take its neighbour with it.
    expect(lost.length, `${number}: ${lost.map(({ alert }) => alert).join(", ")}`).toBeLessThanOrEqual(1);
  }
});

test("a rule without its dash costs its group at most", () => {
  for (const number of [0, 7, 200]) {
    const text = sound.replace(`  - alert: Alert${number}\n`, `  alert: Alert${number}\n`);
    expect(rulesOf(text, parseYaml(text).documents[0]?.root).length).toBeGreaterThanOrEqual(count - 20);
  }
});

test("what opens before everything and never closes costs only its line", () => {
  for (const open of ["{", "[", "x: '"]) {
    const text = `${open}\n${sound}`;
    const [document] = parseYaml(text).documents;
    expect(document?.problems).toHaveLength(1);
    expect(rulesOf(text, document?.root).length, open).toBe(count);
  }
});

test("the faulty rule is read as far as it goes", () => {
  const text = sound.replace("Alert200\n    expr: ", "Alert200\n    expr: up +\n    for 1m\n    expr: ");
  const rules = rulesOf(text, parseYaml(text).documents[0]?.root);
  expect(rules.find(({ alert }) => alert === "Alert200")?.expr).toMatch(/^up \+/);
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { type Oracle, startOracle } from "../oracle/oracle.ts";

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(async () => await oracle.close());

const rules = (expr: string): string => `groups:\n- name: a\n  rules:\n  - record: b\n    expr: ${expr}\n`;

test("the oracle loads rule files as Prometheus does", async () => {
  expect(await oracle.rules(rules("sum(foo)"))).toEqual({ errors: [], groups: 1 });
  expect(await oracle.rules(rules("sum(foo"))).toEqual({
    groups: 1,
    errors: [
      {
        message:
          '5:11: group "a", rule 1, "b": could not parse expression: 1:8: parse error: unclosed left parenthesis',
        group: "a",
        rule: 1,
        ruleName: "b",
      },
    ],
  });
});

test("the oracle tells options apart and takes text that is no UTF-8", async () => {
  const text = "limitk(1, foo)";
  expect((await oracle.expr(text)).errors).toHaveLength(1);
  expect(await oracle.expr(text, { experimentalFunctions: true })).toMatchObject({
    errors: [],
    type: "vector",
  });
  const bytes = Uint8Array.from([0x22, 0xff, 0x22]);
  expect((await oracle.expr(bytes)).errors).toEqual([{ start: 0, end: 3, message: "invalid UTF-8 rune" }]);
});

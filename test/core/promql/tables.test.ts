import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { generate } from "../../../scripts/lalr.ts";
import { tablesPath, tablesSource } from "../../../scripts/promql-tables.ts";
import { aggregations } from "../../../server/src/promql/functions.ts";
import { keywords } from "../../../server/src/promql/keywords.ts";
import { Token } from "../../../server/src/promql/tables.generated.ts";
import { binaryPrecedence } from "../../../server/src/promql/words.ts";

describe("the tables of the parser", () => {
  test("are those of the grammar", () => {
    expect(readFileSync(tablesPath, "utf8")).toBe(tablesSource());
  });

  test("the words of other files are the lexer's", () => {
    const between = (first: number, last: number) =>
      [...keywords].filter(([, token]) => first <= token && token <= last).map(([word]) => word);
    expect(new Set(between(Token.AVG, Token.LIMIT_RATIO))).toEqual(new Set(aggregations.keys()));
    for (const word of between(Token.ADD, Token.ATAN2)) expect(binaryPrecedence.has(word), word).toBe(true);
  });
});

describe("the generator of tables", () => {
  const grammar = `
start = expr
expr = expr ADD expr -> add
| expr MUL expr -> multiply
| expr EQL expr -> equal
| NUMBER -> number
`;
  const tokens = ["ADD", "MUL", "EQL", "NUMBER"];
  const automaton = generate(grammar, tokens, [
    ["nonassoc", "EQL"],
    ["left", "ADD"],
    ["right", "MUL"],
  ]);
  const token = (name: string): number => automaton.tokens.indexOf(name);

  /** What the state behind `expr <operator> expr` does on a token. */
  function actionBehind(operator: string, next: string): number | "error" | "accept" {
    const start = automaton.gotos[0]?.get("expr") ?? 0;
    const shifted = automaton.rows[start]?.actions.get(token(operator));
    const state = automaton.gotos[typeof shifted === "number" ? shifted : 0]?.get("expr") ?? 0;
    const row = automaton.rows[state];
    return row?.actions.get(token(next)) ?? -(row?.fallback ?? 0);
  }

  test("gives the tighter operator the operand, and equals to the side of their associativity", () => {
    expect(actionBehind("ADD", "MUL")).toBeGreaterThan(0);
    expect(actionBehind("MUL", "ADD")).toBeLessThan(0);
    expect(actionBehind("ADD", "ADD")).toBeLessThan(0);
    expect(actionBehind("MUL", "MUL")).toBeGreaterThan(0);
    expect(actionBehind("EQL", "EQL")).toBe("error");
  });

  test("acts without looking ahead only where a state can do one thing", () => {
    const shifted = automaton.rows[0]?.actions.get(token("NUMBER"));
    expect(automaton.rows[typeof shifted === "number" ? shifted : 0]?.blind).toBe(true);
    expect(automaton.rows[0]?.blind).toBe(false);
  });

  test("refuses a symbol that nothing defines", () => {
    expect(() => generate("start = missing", [], [])).toThrow("unknown symbol missing");
  });
});

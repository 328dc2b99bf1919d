import { writeFileSync } from "node:fs";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { type Automaton, generate } from "./lalr.ts";
import { grammar, precedence, tokens } from "./promql-grammar.ts";

/** Where the tables of the PromQL parser lie; `node scripts/promql-tables.ts` writes them. */
export const tablesPath = fileURLToPath(new URL("../server/src/promql/tables.generated.ts", import.meta.url));

const ACCEPT = 32767;
const ERROR = -32767;

/**
 * What a state does, by column: for each token a shift to a state (> 0), a reduction of a production (< 0), ERROR
 * or ACCEPT, where that is not its default; then for each nonterminal where to go.
 */
function sparseRow(automaton: Automaton, state: number): Map<number, number> {
  const cells = new Map<number, number>();
  for (const [token, action] of automaton.rows[state]?.actions ?? []) {
    if (action === "accept") cells.set(token, ACCEPT);
    else if (action === "error") cells.set(token, ERROR);
    // The error token is only ever shifted.
    else if (token !== 2 || action > 0) cells.set(token, action);
  }
  for (const [name, target] of automaton.gotos[state] ?? [])
    cells.set(automaton.tokens.length + automaton.nonterminals.indexOf(name), target);
  return cells;
}

/** The cells in which `row` differs from `base`, as column and value; 0 stands for a cell that is not there. */
function differences(row: ReadonlyMap<number, number>, base: ReadonlyMap<number, number>): number[] {
  const result: number[] = [];
  for (const [column, value] of row) if (base.get(column) !== value) result.push(column, value);
  for (const column of base.keys()) if (!row.has(column)) result.push(column, 0);
  return result;
}

/** Each row as: its default, whether that needs no token, the row it resembles most, and its differences. */
function packed(automaton: Automaton): number[] {
  const out: number[] = [];
  const rows = automaton.rows.map((_, state) => sparseRow(automaton, state));
  rows.forEach((row, state) => {
    let base = 0;
    let best = differences(row, new Map());
    for (let earlier = 1; earlier < state; earlier++) {
      const against = differences(row, rows[earlier] ?? new Map());
      if (against.length >= best.length) continue;
      best = against;
      base = earlier;
    }
    const { fallback, blind } = automaton.rows[state] ?? { fallback: 0, blind: false };
    out.push(fallback, blind ? 1 : 0, base, best.length / 2, ...best);
  });
  return out;
}

/** The text of `tables.generated.ts`. */
export function tablesSource(): string {
  const automaton = generate(grammar, tokens, precedence);
  const actions = [...new Set(automaton.productions.flatMap(({ action }) => action ?? []))];
  const productions = automaton.productions.map(({ left, right, action }) => [
    automaton.tokens.length + automaton.nonterminals.indexOf(left),
    right.length,
    action === undefined ? -1 : actions.indexOf(action),
  ]);
  const wrapped = (values: readonly number[]): string =>
    values
      .join(",")
      .replace(/(.{1,110})(,|$)/g, "$1$2\n")
      .trim();
  return `// Made by scripts/promql-tables.ts; do not edit.

export const Token = {
${automaton.tokens
  .map((name, index) => (/^[A-Z_]+[A-Z0-9_]*$/.test(name) ? `  ${name}: ${index},\n` : ""))
  .join("")}} as const;

export const END_OF_INPUT = 1;
export const ERROR_TOKEN = 2;
export const ACCEPT = ${ACCEPT};
export const ERROR = ${ERROR};
export const tokenCount = ${automaton.tokens.length};
export const rowWidth = ${automaton.tokens.length + automaton.nonterminals.length};
export const stateCount = ${automaton.rows.length};

export const actionNames = [
${actions.map((name) => `  "${name}",\n`).join("")}] as const;

/** For each production: the column of its nonterminal, its length, its action. */
export const productionText = \`
${wrapped(productions.flat())}
\`;

/**
 * For each state: the production that it reduces by default (0: error), whether it does so without reading a
 * token, an earlier state that it resembles (0: none), the number of cells that differ, and those as column and
 * value (0: the default).
 */
export const rowText = \`
${wrapped(packed(automaton))}
\`;
`;
}

if (argv[1] === fileURLToPath(import.meta.url)) writeFileSync(tablesPath, tablesSource());

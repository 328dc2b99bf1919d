import { expect } from "vitest";
import { lint } from "./check-yaml.ts";

/**
 * What pint's documented checks mark, and what they leave alone, in words of our own: `«…»` stands around what is
 * marked, and nothing is marked where there is none.
 */
export function marksOf(ids: readonly string[], marked: string, rule: (expr: string) => string): void {
  const expr = marked.replaceAll(/[«»]/g, "");
  const expected = [...marked.matchAll(/«([^»]*)»/g)].map(([, inner]) => inner);
  const { document, findings } = lint(rule(expr), "any.yaml", [], { "promql.regexp-smelly": "info" });
  const actual = findings
    .filter(({ check: id }) => ids.includes(id))
    .map(({ span }) => document.text.slice(span.start, span.end));
  expect([...new Set(actual)]).toEqual(expected);
}

/** A recording rule with an expression in double quotes. */
export const record = (expr: string): string => `- record: a:b\n  expr: ${JSON.stringify(expr)}\n`;
/** The same in a block. */
export const plain = (expr: string): string =>
  `- record: a:b\n  expr: |\n    ${expr.replaceAll("\n", "\n    ")}\n`;
/** An alert with an expression in a block, and more fields. */
export const alert = (expr: string, rest = ""): string =>
  `- alert: Some alert\n  expr: |\n    ${expr.replaceAll("\n", "\n    ")}\n${rest}`;
/** An alert that waits for ten minutes. */
export const lasting = (expr: string): string => alert(expr, "  for: 10m\n");

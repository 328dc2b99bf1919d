import { nearest } from "../../base/nearest.ts";
import type { LabelMatcher } from "../../promql/ast.ts";

/** Shorter values are near to nearly anything. */
const minLength = 4;
const maxCompared = 5_000;

/**
 * The value that was most likely meant. Values that count something (`503`, `sda1`, `node-7`) are near to each other
 * without any typo, and a pattern may mean more than one.
 */
export function nearValue({ operator, value }: LabelMatcher, values: readonly string[]): string | undefined {
  const isLiteral = operator === "=" || (operator === "=~" && /^[\w/:-]*$/.test(value));
  if (!isLiteral || value.length < minLength || withoutNumbers(value) === "") return undefined;
  const wanted = withoutNumbers(value);
  return nearest(
    value,
    values
      .slice(0, maxCompared)
      .filter((other) => withoutNumbers(other) !== wanted || sameButCase(other, value)),
  );
}

function withoutNumbers(value: string): string {
  return value.replace(/[0-9]+/g, "").replace(/^[^a-z]+$/i, "");
}

function sameButCase(a: string, b: string): boolean {
  return a !== b && a.toLowerCase() === b.toLowerCase();
}

/** The name that was most likely meant; two letters that changed places are one mistake, however short the name. */
export function nearName(name: string, names: readonly string[]): string | undefined {
  return nearest(name, names) ?? names.find((other) => isSwapped(name, other));
}

function isSwapped(a: string, b: string): boolean {
  if (a.length !== b.length || a === b) return false;
  let at = 0;
  while (a[at] === b[at]) at++;
  return a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
}

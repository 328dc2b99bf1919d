import { parseExpr } from "../../promql/parse.ts";
import type { OtherUse } from "./read.ts";
import { usesOf } from "./rule.ts";

/** Keys of a dashboard whose texts are PromQL: of a target, of a variable, of an annotation. */
const queryKey = /"(?:expr|query|definition)"[ \t\r\n]*:[ \t\r\n]*"((?:[^"\\\n]|\\.)*)"/dg;

/** More than this is no dashboard that a person reads. */
const maxLength = 5_000_000;

/**
 * The metrics and alerts that the queries of a Grafana dashboard read. Variables in them are read as plain names,
 * durations or numbers, so no use is certain.
 */
export function dashboardUses(text: string): readonly OtherUse[] {
  if (text.length > maxLength || !/"panels"[ \t\r\n]*:/.test(text)) return [];
  const uses: OtherUse[] = [];
  for (const match of text.matchAll(queryKey)) {
    const [start = 0] = match.indices?.[1] ?? [];
    const { value, places } = unescaped(match[1] ?? "", start);
    // A word alone may be a query of another language, or the name of a variable's values.
    if (!/[a-zA-Z_:]/.test(value)) continue;
    const { expr } = parseExpr(withoutVariables(value), { experimentalFunctions: true });
    if (expr === undefined) continue;
    for (const use of usesOf(expr)) {
      const span = { start: places[use.span.start] ?? start, end: places[use.span.end] ?? start };
      const isWritten = value.slice(use.span.start, use.span.end) === use.name;
      if (isWritten) uses.push({ ...use, span, by: "dashboard", certain: false });
    }
  }
  return uses;
}

/** The value of a JSON string with the place of each of its characters in the file. */
function unescaped(written: string, start: number): { value: string; places: number[] } {
  const places: number[] = [];
  let value = "";
  for (const { 0: piece, index } of written.matchAll(/\\u[0-9a-fA-F]{4}|\\.|[^\\]/gs)) {
    const char = piece.length === 1 ? piece : decoded(piece);
    places.push(start + index);
    value += char;
  }
  places.push(start + written.length);
  return { value, places };
}

function decoded(written: string): string {
  if (written.startsWith("\\u")) return String.fromCharCode(Number.parseInt(written.slice(2), 16));
  return { n: "\n", t: "\t", r: "\r", b: " ", f: " " }[written.charAt(1)] ?? written.charAt(1);
}

/**
 * Grafana's variables replaced by something as long that PromQL has in the same place: a duration between brackets
 * and behind `offset`, else a name.
 */
function withoutVariables(query: string): string {
  return query.replace(/\$\{[^}]*\}|\[\[\w+(?::\w+)?\]\]|\$\w+/g, (variable, at: number) => {
    const isDuration =
      /[[:][ \t\r\n]*$/.test(query.slice(0, at)) || /\boffset[ \t]+$/.test(query.slice(0, at));
    if (isDuration && variable.length > 1) return `${"0".repeat(variable.length - 2)}5m`;
    return "x".repeat(variable.length);
  });
}

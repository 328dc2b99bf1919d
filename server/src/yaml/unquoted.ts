import type { Span } from "../base/text.ts";
import type { YamlProblem } from "./node.ts";

/** A key or dash, and behind it on the same line a value that begins as a flow collection. */
const flowValue = /^([ \t]*(?:- +)*(?:[\w./-]+|"[^"]*"|'[^']*')[ \t]*:[ \t]+)([{[].*?)[ \t]*$/;

/**
 * The most common of all mistakes in rule files: `expr: {job="a"} > 1`, or a text that begins with a template,
 * without quotes. YAML reads a flow collection and stumbles over what stands behind it; `words` are go-yaml's.
 */
export function unquotedValue(text: string, offset: number, words: string): YamlProblem | undefined {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const newline = text.indexOf("\n", offset);
  const line = text.slice(start, newline < 0 ? text.length : newline).replace(/\r$/, "");
  const [, before, rest] = flowValue.exec(line) ?? [];
  if (before === undefined || rest === undefined || start + before.length > offset) return undefined;
  const value = rest.replace(/[ \t]+#.*$/, "");
  const end = closingBracket(value);
  const behind = end === undefined ? "" : value.slice(end).trimStart();
  if (behind === "" || /^[,:]/.test(behind)) return undefined;
  const at: Span = { start: start + before.length, end: start + before.length + value.length };
  const message = `${words}: a value that begins with ${value[0]} must be in quotes.`;
  const goesOn = /^(?:[ \t]*\r?\n)*([ \t]*)[^\s#]/.exec(text.slice(newline < 0 ? text.length : newline + 1));
  const indent = /^[ \t]*(?:- +)*/.exec(before)?.[0].length ?? 0;
  const isOneLine = goesOn === null || (goesOn[1]?.length ?? 0) <= indent;
  return { message, span: at, fatal: true, ...(isOneLine ? { quotable: true as const } : {}) };
}

/** The offset behind the bracket that closes the first one; nothing where none does. */
function closingBracket(value: string): number | undefined {
  let depth = 0;
  for (const { 0: token, index } of value.matchAll(/"(?:[^"\\]|\\.)*"|'[^']*'|[{}[\]]/g)) {
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    if (depth === 0 && (token === "}" || token === "]")) return index + 1;
  }
  return undefined;
}

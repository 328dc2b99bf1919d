import type { Scope } from "../../schema/layout.ts";
import { plainScalarTypeVersion2 } from "../../yaml/scalar-type.ts";

/** A scope as a person writes it: `spec.endpoints[0]`; the root is "the top level". */
export function placeName(scope: Scope): string {
  const path = pathText(scope);
  return path === "" ? "the top level" : `\`${path}\``;
}

function pathText(scope: Scope): string {
  const { head } = scope;
  if (head === undefined) return "";
  const outer = pathText(head.target);
  if (head.pair === undefined) return `${outer}[${head.key}]`;
  return outer === "" ? head.key : `${outer}.${head.key}`;
}

/** As many of the words as fit in `room` characters, quoted: "`a`, `b` and 3 more"; at least the first. */
export function listOf(words: readonly string[], room: number): string {
  let text = "";
  for (const [index, word] of words.entries()) {
    const next = `${index === 0 ? "" : ", "}\`${word}\``;
    const left = words.length - index;
    const rest = left === 1 ? 0 : " and 99 more".length;
    if (index > 0 && text.length + next.length + rest > room) return `${text} and ${left} more`;
    text += next;
  }
  return text;
}

/** A remote or written text cut so that a message stays one line. */
export function short(text: string, room = 40): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= room ? line : `${line.slice(0, room - 1)}…`;
}

/** A message of at most 120 characters, however long the names in it are. */
export function sentence(text: string): string {
  return text.length <= 120 ? text : `${text.slice(0, 119)}…`;
}

/** A word as a YAML scalar: plain where every YAML reads it as text, otherwise in quotes. */
export function scalarText(word: string): string {
  const plain = /^[a-zA-Z][\w./-]*$/.test(word) && plainScalarTypeVersion2(word) === "string";
  return plain ? word : JSON.stringify(word);
}

import { type YamlPlace, yamlPlaceAt } from "./yaml-place.ts";

interface Level {
  readonly kind: "map" | "list";
  /** In a mapping the key whose value is being written. */
  key: string | undefined;
  readonly siblings: Set<string>;
}

/**
 * The place of an offset within `{…}` and `[…]` that begin on its line; nothing outside of these and within quotes that
 * hold more than a word. What stands behind the cursor is not looked at, but for the rest of the word.
 */
export function flowPlaceAt(text: string, offset: number): YamlPlace | undefined {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const line = text.slice(lineStart, offset);
  const opening = /^ *(?:- +)*(?:[\w./-]+ *: +)?(?=[{[])/.exec(line)?.[0];
  if (opening === undefined) return undefined;
  // Where the flow collection stands: a key's value, or an item of a list.
  const around = yamlPlaceAt(`${text.slice(0, lineStart + opening.length)}\n`, lineStart + opening.length);
  if (around === undefined) return undefined;
  const base = around.key === undefined ? around.path : [...around.path, around.key];
  const levels: Level[] = [];
  let word = "";
  let quote = "";
  for (const char of line.slice(opening.length)) {
    if (quote !== "") {
      if (char === quote) quote = "";
      else word += char;
      continue;
    }
    const top = levels.at(-1);
    if ((char === '"' || char === "'") && word.trim() === "") quote = char;
    else if (char === "{" || char === "[") {
      levels.push({ kind: char === "{" ? "map" : "list", key: undefined, siblings: new Set() });
      word = "";
    } else if (char === "}" || char === "]") {
      levels.pop();
      word = "";
    } else if (char === ",") {
      if (top !== undefined) top.key = undefined;
      word = "";
    } else if (char === ":" && top?.kind === "map" && top.key === undefined) {
      top.key = word.trim();
      top.siblings.add(top.key);
      word = "";
    } else if (char !== " " || word !== "") word += char;
  }
  const top = levels.at(-1);
  if (top === undefined || !/^[\w./:-]*$/.test(word)) return undefined;
  const path = [...base];
  for (const [index, level] of levels.entries()) {
    if (level.kind === "list") path.push(0);
    else if (index < levels.length - 1 && level.key !== undefined) path.push(level.key);
  }
  const behind = /^[\w./:-]*/.exec(text.slice(offset))?.[0] ?? "";
  return {
    path,
    siblings: top.siblings,
    key: top.kind === "map" ? top.key : undefined,
    typed: { start: offset - word.length, end: offset + behind.length },
    quote,
    hasColon: /^ *:/.test(text.slice(offset + behind.length)),
    opensItem: false,
    document: around.document,
  };
}

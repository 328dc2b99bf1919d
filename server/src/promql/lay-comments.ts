/** Characters that no expression can hold outside of its strings, and that no string of one is printed with. */
const open = "\u0001";
const close = "\u0002";
const codes = { above: "a", behind: "b", below: "c" } as const;

/** A comment that stands within a text to be laid out by `layComments`. */
export function comment(side: keyof typeof codes, text: string): string {
  return `${open}${codes[side]}${text}${close}`;
}

const marked = new RegExp(`${open}([abc])([^${close}]*)${close}`, "g");

/**
 * Gives the comments within the lines of a text their places: on lines of their own above or below, with the
 * indentation of the line, or at its end. Of several at one end only the first stays there.
 */
export function layComments(text: string): string {
  if (!text.includes(open)) return text;
  return text.split("\n").flatMap(layLine).join("\n");
}

function layLine(line: string): readonly string[] {
  if (!line.includes(open)) return [line];
  const found: Record<string, string[]> = { a: [], b: [], c: [] };
  const code = line.replace(marked, (_, side: string, text: string) => {
    found[side]?.push(text);
    return "";
  });
  const indent = /^ */.exec(code)?.[0] ?? "";
  const [first, ...others] = found["b"] ?? [];
  const above = (found["a"] ?? []).map((text) => indent + text);
  const below = [...others, ...(found["c"] ?? [])].map((text) => indent + text);
  return [...above, first === undefined ? code : `${code} ${first}`, ...below];
}

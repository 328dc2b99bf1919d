/** What the regular expression of a matcher comes to; Prometheus anchors it at both ends itself. */
export type RegexShape =
  | { readonly kind: "literal"; readonly value: string }
  /** `.*` */
  | { readonly kind: "anything" }
  /** `.+` */
  | { readonly kind: "something" }
  | { readonly kind: "other" };

/** The shape of a regular expression that RE2 accepts, and whether anchors stand at its ends. */
export function regexShape(source: string): { readonly shape: RegexShape; readonly anchored: boolean } {
  const start = source.startsWith("^") ? 1 : 0;
  const end = /(?:^|[^\\])(?:\\\\)*\$$/.test(source) ? source.length - 1 : source.length;
  const inner = source.slice(start, Math.max(start, end));
  // In an alternation an anchor belongs to one of the branches.
  const anchored = inner.length < source.length && !isAlternation(inner);
  return { shape: shapeOf(inner), anchored };
}

/** Whether a `|` stands outside of all groups and classes. */
function isAlternation(pattern: string): boolean {
  let depth = 0;
  for (const [token] of pattern.matchAll(/\\.|\[\^?\]?(?:\\.|[^\]])*\]|[()|]/gs)) {
    if (token === "(") depth++;
    else if (token === ")") depth--;
    else if (token === "|" && depth === 0) return true;
  }
  return false;
}

function shapeOf(inner: string): RegexShape {
  if (inner === ".*") return { kind: "anything" };
  if (inner === ".+") return { kind: "something" };
  const value = literalOf(/^\(\?:([^()|]*)\)$/.exec(inner)?.[1] ?? inner);
  return value === undefined ? { kind: "other" } : { kind: "literal", value };
}

/** The one text that a pattern without operators matches. */
function literalOf(pattern: string): string | undefined {
  let value = "";
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    if (char === "\\") {
      const next = pattern.charAt(++at);
      if (!/^[^\w\s]$/.test(next)) return undefined;
      value += next;
    } else if (".+*?()[]{}|^$".includes(char)) return undefined;
    else value += char;
  }
  return value;
}

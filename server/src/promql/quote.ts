export type Quote = '"' | "'" | "`";

const escapes: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
  "'": "'",
};

/**
 * The text of a string literal that may be unclosed or wrong: escapes that Go does not know stay as they
 * are written. Verdicts on strings are the strict lexer's.
 */
export function unquoted(literal: string): string {
  const quote = literal.charAt(0);
  const closed = literal.length > 1 && literal.endsWith(quote);
  const inner = literal.slice(1, closed ? -1 : undefined);
  if (quote === "`" || !inner.includes("\\")) return inner;
  return inner.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/gs,
    (whole, hex?: string, four?: string, eight?: string, octal?: string, letter?: string) => {
      if (letter !== undefined) return escapes[letter] ?? whole;
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      const code = Number.parseInt(hex ?? four ?? eight ?? "", 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

const shortEscapes: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\\": "\\\\",
};

/** The inside of a string literal in the given quotes; nothing where backticks cannot hold the text. */
export function escapedFor(value: string, quote: Quote): string | undefined {
  if (quote === "`") return /[`\r]/.test(value) ? undefined : value;
  return value.replace(/[\\"'\u0000-\u001f\u007f]/g, (char) => {
    if (char === '"' || char === "'") return char === quote ? `\\${char}` : char;
    return shortEscapes[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}

/** A string literal in double quotes. */
export function quoted(value: string): string {
  return `"${escapedFor(value, '"') ?? ""}"`;
}

/** Whether a name may stand without quotes before braces (`model.IsValidLegacyMetricName`). */
export function isPlainMetricName(name: string): boolean {
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name);
}

/** Whether a name may stand without quotes as a label (`model.LabelName.IsValidLegacy`). */
export function isPlainLabelName(name: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);
}

import { unquote } from "../base/go-literal.ts";

export type Quote = '"' | "'" | "`";

/** The text of a string literal that may still be unclosed; verdicts on strings are the strict lexer's. */
export function unquoted(literal: string): string {
  const quote = literal.charAt(0);
  const whole = literal.length > 1 && literal.endsWith(quote) && !endsEscaped(literal.slice(0, -1));
  if (whole) return unquote(literal);
  return unquote((endsEscaped(literal) ? literal.slice(0, -1) : literal) + quote);
}

/** Whether a backslash at the end waits for another character. */
function endsEscaped(text: string): boolean {
  if (text.startsWith("`")) return false;
  return (/\\*$/.exec(text)?.[0].length ?? 0) % 2 === 1;
}

const shortEscapes: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\\": "\\\\",
};

/**
 * The inside of a string literal in the given quotes; nothing where backticks cannot hold the text. What YAML or the
 * lexer (U+FFFD) refuses, and what would not be seen or reorder the line, is escaped.
 */
export function escapedFor(value: string, quote: Quote): string | undefined {
  if (quote === "`") return /[`\r\ufffd]/.test(value) ? undefined : value;
  return value.replace(
    /[\\"'\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd]/g,
    (char) => {
      if (char === '"' || char === "'") return char === quote ? `\\${char}` : char;
      const code = char.charCodeAt(0);
      // Above ASCII, `\x` would be a byte and not a character.
      const [kind, length] = code < 0x80 ? ["x", 2] : ["u", 4];
      return shortEscapes[char] ?? `\\${kind}${code.toString(16).padStart(length, "0")}`;
    },
  );
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

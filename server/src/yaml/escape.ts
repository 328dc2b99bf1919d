import type { ScalarStyle } from "./node.ts";

/**
 * Text as it must be written inside a scalar of the given style. Nothing where that style cannot hold it:
 * a plain scalar ends at `: ` and ` #`, and none but the double-quoted style has a way to write control
 * characters. `style` is nothing for text outside of YAML.
 */
export function escapedForYaml(text: string, style: ScalarStyle | undefined): string | undefined {
  if (style === undefined) return text;
  if (style === "double") return doubleQuoted(text);
  if (/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\ufeff]/.test(text)) return undefined;
  if (style === "single") return text.replaceAll("'", "''");
  if (style === "plain") return /:(?:\s|$)|\s#/.test(text) ? undefined : text;
  return text;
}

function doubleQuoted(text: string): string {
  return text.replace(/[\\"\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/g, (char) => {
    if (char === "\\" || char === '"') return `\\${char}`;
    if (char === "\n") return "\\n";
    if (char === "\t") return "\\t";
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** Whether a plain scalar may begin with this text (YAML 1.2 §7.3.3). */
export function mayBeginPlain(text: string): boolean {
  return !/^(?:[[\]{},#&*!|>'"%@`]|[-?:](?:\s|$))/.test(text);
}

import { isOpaque, opaqueCharacter } from "../base/opaque.ts";
import { rewritten } from "../yaml/chart/scalars.ts";
import type { YamlScalar } from "../yaml/node.ts";

/** Stands in an expression for a number that only Helm knows. */
export const chartValue = "scalar(chart_value)";
/** Longer than anything asks a range to be. */
const range = "1d";
const stringOrComment = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|#[^\n]*/g;

/**
 * An expression with a range or a number in the place of what Helm puts in, where nothing else can stand there; what is
 * put into strings stays opaque. Nothing where Helm may put in anything, such as labels or whole selectors.
 */
export function chartExpression(scalar: YamlScalar): YamlScalar | undefined {
  const { value } = scalar;
  if (!isOpaque(value)) return scalar;
  const quoted = [...value.matchAll(stringOrComment)].map((found) => ({
    start: found.index,
    end: found.index + found[0].length,
  }));
  let known = true;
  const shown = rewritten(scalar, (run, at) => {
    if (quoted.some(({ start, end }) => at.start >= start && at.end <= end)) return run;
    const text = placeholder(value.slice(0, at.start), value.slice(at.end));
    known &&= text !== undefined;
    return text ?? run;
  });
  return known ? { ...scalar, value: shown.text, map: shown.map } : undefined;
}

/** What must stand between two texts of an expression, of which the first ends where Helm puts something in. */
function placeholder(before: string, after: string): string | undefined {
  const isRange = /\[\s*$/.test(before) || /\boffset\s+$/.test(before);
  if (isRange && /^\s*(?:[\]:)]|$)/.test(after)) return range;
  if (/\[\s*$/.test(before) && /^(?:ms|[smhdwy])\s*[\]:]/.test(after)) return "1";
  const isOperand = /(?:[<>=!]=|[<>])\s*(?:bool\s+)?$/.test(before);
  const isWhole = /^\s*(?:\)|$|(?:and|or|unless)\b)/.test(after);
  return isOperand && isWhole && !opaqueLabels(before) ? chartValue : undefined;
}

/** Whether the text ends within braces, where `=` is no comparison. */
function opaqueLabels(before: string): boolean {
  return before.lastIndexOf("{") > before.lastIndexOf("}") || before.endsWith(`=${opaqueCharacter}`);
}

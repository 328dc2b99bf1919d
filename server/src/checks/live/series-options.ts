import type { VectorSelector } from "../../promql/ast.ts";
import { parseExpr } from "../../promql/parse.ts";
import { printExpr } from "../../promql/print.ts";
import type { RuleContext } from "../check.ts";
import { parseDuration } from "../rule/duration.ts";
import { recentSeconds } from "./history-words.ts";

const option =
  /#[ \t]*pint[ \t]+rule\/set[ \t]+promql\/series(?:\(([^\n]*)\))?[ \t]+(ignore\/label-value|min-age)[ \t]+(\S+)/g;

interface Option {
  /** The selectors that it is about; nothing for all. */
  readonly about: string | undefined;
  readonly key: string;
  readonly value: string;
}

/**
 * Whether a rule says that the values of a label are not worth looking at: `# pint rule/set promql/series
 * ignore/label-value NAME`, as pint's check of that name reads it, in the rule or in the comments right above it.
 */
export function isIgnoredLabel(context: RuleContext, selector: VectorSelector, label: string): boolean {
  return context
    .once(read)
    .some(({ about, key, value }) => key !== "min-age" && value === label && isAbout(about, selector));
}

/** For how many seconds something may be away before it is told: `# pint rule/set promql/series min-age 3d`. */
export function minAgeOf(context: RuleContext, selector: VectorSelector): number {
  let age = recentSeconds;
  for (const { about, key, value } of context.once(read)) {
    if (key !== "min-age" || !isAbout(about, selector)) continue;
    const duration = parseDuration(value);
    if (duration.ok) age = Number(duration.milliseconds / 1000n);
  }
  return age;
}

/** A name, the selector itself, or matchers that are all among those of the selector. */
function isAbout(about: string | undefined, selector: VectorSelector): boolean {
  if (about === undefined || about === "" || about === selector.name) return true;
  const { expr } = parseExpr(about);
  if (expr?.kind !== "selector") return false;
  if (printExpr(expr) === printExpr(selector)) return true;
  if (expr.nameSpan !== undefined && expr.name !== selector.name) return false;
  return expr.matchers.every((one) =>
    selector.matchers.some(
      ({ name, operator, value }) => name === one.name && operator === one.operator && value === one.value,
    ),
  );
}

function read({ item, lines }: RuleContext): readonly Option[] {
  const { text } = lines;
  let first = lines.positionAt(item.span.start).line;
  while (first > 0 && /^[ \t]*#/.test(lines.lineText(first - 1))) first--;
  const written = text.slice(lines.lineStart(first), item.span.end);
  if (!written.includes("rule/set")) return [];
  return [...written.matchAll(option)].map(([, about, key = "", value = ""]) => ({ about, key, value }));
}

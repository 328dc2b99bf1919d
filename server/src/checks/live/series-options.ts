import type { RuleContext } from "../check.ts";

const option =
  /#[ \t]*pint[ \t]+rule\/set[ \t]+promql\/series(?:\([^\n]*\))?[ \t]+ignore\/label-value[ \t]+(\S+)/g;

/**
 * The labels whose values a rule says are not worth looking at: `# pint rule/set promql/series ignore/label-value
 * NAME`, as pint's check of that name reads it, in the rule or in the comments right above it.
 */
export function ignoredLabels(context: RuleContext): ReadonlySet<string> {
  return context.once(read);
}

function read({ item, lines }: RuleContext): ReadonlySet<string> {
  const { text } = lines;
  const names = new Set<string>();
  let first = lines.positionAt(item.span.start).line;
  while (first > 0 && /^[ \t]*#/.test(lines.lineText(first - 1))) first--;
  const written = text.slice(lines.lineStart(first), item.span.end);
  if (!written.includes("ignore/label-value")) return names;
  for (const [, name] of written.matchAll(option)) if (name !== undefined) names.add(name);
  return names;
}

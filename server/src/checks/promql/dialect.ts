import type { RuleContext } from "../check.ts";

const strings = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|#.*/g;
/** A bare selector with a line filter or a parser behind it, and a range somewhere after them. */
const filter =
  /(?<![\w:}\s])\s*\{[^{}]+\}\s*(?:(?:\|[=~>]|![=~>])\s*(?:S|ip\()|\|\s*(?:json|logfmt|regexp|pattern|unpack|unwrap|line_format|label_format|decolorize|drop|keep|distinct)\b)[\s\S]*\[/;

/**
 * Whether an expression is LogQL: a stream selector with a line filter or a parser behind its braces, over a
 * range, without which nothing in a rule is a number.
 */
export function isLogQl(text: string): boolean {
  return text.includes("}") && /[|!]/.test(text) && filter.test(text.replace(strings, "S"));
}

/** Loki's own way to name files of rules. */
export function isLogQlPath(path: string): boolean {
  return /\.logs\.ya?ml$/i.test(path);
}

/** Whether the rule's expression is LogQL. */
export function isLogQlRule({ rule }: RuleContext): boolean {
  return isLogQl(rule.expr?.text ?? "");
}

/** What vmalert's key `type` of a group says of expressions that are no PromQL. */
const otherTypes: ReadonlySet<string> = new Set(["graphite", "vlogs"]);

/** Whether the rule's expression is in another language than PromQL, so that its file is none of ours. */
export function isOtherLanguage(context: RuleContext): boolean {
  return otherTypes.has(context.group.fields.get("type") ?? "") || isLogQlRule(context);
}

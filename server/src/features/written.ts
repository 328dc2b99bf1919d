import type { Span } from "../base/text.ts";
import type { EmbeddedText, SourceDocument } from "../model/document.ts";
import type { RuleGroupModel, RuleModel } from "../model/rules.ts";
import { keyOf } from "../yaml/access.ts";
import type { YamlPair, YamlScalar } from "../yaml/node.ts";

/** The expression of a rule where it is written, so that it can be written anew there. */
export interface WrittenExpression {
  readonly rule: RuleModel;
  readonly group: RuleGroupModel;
  readonly expr: EmbeddedText;
  readonly pair: YamlPair;
  /** In a chart a block ends with its last word: behind it there may be lines of actions. */
  readonly scalar: YamlScalar;
  /** It stands in a template of a chart, where nobody knows all rules and groups. */
  readonly inChart: boolean;
}

/**
 * The expressions of a file that can be written anew: not what an alias or a merge brings, which is written elsewhere,
 * and nothing that Helm has a part in.
 */
export function* writtenExpressions({ parts, chart, text }: SourceDocument): Generator<WrittenExpression> {
  for (const { model } of [...parts, ...(chart?.parts ?? [])]) {
    if (!("rules" in model)) continue;
    for (const group of model.rules.groups)
      for (const rule of group.rules) {
        const { expr } = rule;
        const scalar = expr?.scalar;
        const pair = rule.node.pairs.find((one) => keyOf(one) === "expr" && one.value === scalar);
        if (expr === undefined || scalar === undefined || pair === undefined) continue;
        if (chart === undefined) yield { rule, group, expr, pair, scalar, inChart: false };
        else {
          const span = contentSpan(scalar, text);
          if (chart.actions.meets({ start: pair.key.span.start, end: span.end })) continue;
          // A copy has no map of its own: that is made when somebody asks.
          const own = { ...scalar, map: scalar.map, span };
          const around = { start: pair.span.start, end: span.end };
          yield {
            rule,
            group,
            expr,
            pair: { ...pair, value: own, span: around },
            scalar: own,
            inChart: true,
          };
        }
      }
  }
}

/** A scalar up to its last word, with the blanks behind that. */
export function contentSpan({ value, map, span }: YamlScalar, text: string): Span {
  const length = value.trimEnd().length;
  if (length === 0) return span;
  const last = map.spanToSource({ start: 0, end: length }).end;
  // What is in quotes ends with them.
  if (/["']/.test(text.charAt(span.start))) return span;
  const blanks = /^[ \t]*(?=\r?\n)/.exec(text.slice(last, span.end))?.[0].length ?? 0;
  return { start: span.start, end: last + blanks };
}

import { type Span, shift, touches } from "../../base/text.ts";
import { parseExpr } from "../../promql/parse.ts";
import type { FileNames } from "../../world/names/read.ts";
import { type NamedRule, type NameUse, usesOf } from "../../world/names/rule.ts";
import type { Snapshot } from "../../world/snapshot.ts";

/** A metric or an alert whose name stands under the cursor. */
export interface NameAt {
  readonly kind: "metric" | "alert";
  readonly name: string;
  /** The name in the file. */
  readonly span: Span;
  /** The rule that is called so here; nothing where the name is only used. */
  readonly declared: NamedRule | undefined;
}

/** What kind of name a rule declares: a recording rule that of a metric. */
export function kindOf(rule: NamedRule): "metric" | "alert" {
  return rule.kind === "record" ? "metric" : "alert";
}

/** The name at an offset of the file; nothing where there is none, or no index. */
export function nameAt({ document, names }: Snapshot, offset: number): NameAt | undefined {
  for (const { model } of document.parts.length === 1 ? document.parts : [])
    if (model.kind === "promql") return nameIn(model.expression.text, offset);
  const file = names?.file(document.uri);
  if (file === undefined) return undefined;
  const rule = ruleAt(file, offset);
  if (rule !== undefined) return nameInRule(rule, offset - rule.base);
  const use = file.uses.find(({ span }) => touches(span, offset));
  return use === undefined ? undefined : { ...named(use), span: use.span };
}

function nameIn(text: string, offset: number): NameAt | undefined {
  const { expr } = parseExpr(text);
  const use = expr === undefined ? undefined : useAt(usesOf(expr), offset);
  return use === undefined ? undefined : { ...named(use), span: use.span };
}

function named({ kind, name }: NameUse): Omit<NameAt, "span"> {
  return { kind, name, declared: undefined };
}

function nameInRule(rule: NamedRule, local: number): NameAt | undefined {
  const { nameScalar, expr, base } = rule;
  if (touches(nameScalar.span, local))
    return { kind: kindOf(rule), name: rule.name, span: rule.namePlace.span, declared: rule };
  const inText = useAt(rule.textUses, local);
  if (inText !== undefined) return { ...named(inText), span: shift(inText.span, base) };
  const scalar = expr?.scalar;
  if (expr === undefined || scalar === undefined || !touches(scalar.span, local)) return undefined;
  const at = expr.map.toValue(local);
  const use = at === undefined ? undefined : useAt(rule.uses, at);
  if (use === undefined) return undefined;
  return { ...named(use), span: shift(expr.map.spanToSource(use.span), base) };
}

/** The name of an alert stands inside of the selector of its metric. */
function useAt(uses: readonly NameUse[], offset: number): NameUse | undefined {
  return uses.find(({ span }) => touches(span, offset));
}

/** The rule whose lines hold an offset of its file. */
export function ruleAt({ rules }: FileNames, offset: number): NamedRule | undefined {
  let low = 0;
  let high = rules.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    const rule = rules[middle];
    if (rule !== undefined && rule.base + rule.span.start <= offset) low = middle;
    else high = middle;
  }
  const rule = rules[low];
  return rule !== undefined && touches(shift(rule.span, rule.base), offset) ? rule : undefined;
}

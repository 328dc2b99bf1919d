import { globMatcher } from "../../base/glob.ts";
import type { Span } from "../../base/text.ts";
import type { NamedRule } from "../../world/names/rule.ts";
import type { Facts, Related, RuleContext } from "../check.ts";

/** A place that relates to a finding: another rule, wherever it stands when somebody looks. */
class RelatedRule implements Related {
  readonly message: string;
  readonly #rule: NamedRule;
  readonly #exprSpan: Span | undefined;

  constructor(message: string, rule: NamedRule, exprSpan: Span | undefined) {
    this.message = message;
    this.#rule = rule;
    this.#exprSpan = exprSpan;
  }

  get uri(): string {
    return this.#rule.uri;
  }

  get span(): Span {
    const place = this.#exprSpan === undefined ? this.#rule.namePlace : this.#rule.exprPlace(this.#exprSpan);
    return place.span;
  }
}

/** The name of another rule, or a part of its expression. */
export function relatedTo(rule: NamedRule, message: string, exprSpan?: Span): Related {
  return new RelatedRule(message, rule, exprSpan);
}

/** The rule as the index has it. */
export function namedRule(context: RuleContext): NamedRule | undefined {
  return context.once(indexed);
}

function indexed({ names, item, path, rule, lines }: RuleContext): NamedRule | undefined {
  const { name } = rule;
  if (names === undefined || name === undefined || name.value === "") return undefined;
  const found = names.ruleOf({ item, path, nameStart: lines === undefined ? undefined : name.span.start });
  return found?.name === name.value ? found : undefined;
}

/** How sure it is that two files are loaded by the same server. */
export type Together = "surely" | "perhaps" | "never";

/**
 * Whether the rule of another file is evaluated where those of this file are: environments tell that say which files
 * are theirs. Where none does, files of one folder may be alternatives of each other as well.
 */
export function together(facts: Facts, path: string, other: NamedRule): Together {
  if (other.path === path) return "surely";
  let isTold = false;
  for (const { environment } of facts.environments) {
    if (environment.files === undefined) continue;
    isTold = true;
    if (globMatcher(environment.files)(other.path)) return "surely";
  }
  for (const { environment } of facts.otherEnvironments ?? [])
    if (environment.files !== undefined && globMatcher(environment.files)(other.path)) return "never";
  return isTold ? "never" : "perhaps";
}

/** How a rule is named in messages. */
export function placeWords(rule: NamedRule, path: string): string {
  if (rule.path !== path) return `in ${rule.path}`;
  return rule.group.name === "" ? "in this file" : `in group ${rule.group.name}`;
}

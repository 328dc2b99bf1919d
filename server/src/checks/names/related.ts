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

/**
 * Those of the rules of one name, in the order of the index, that are surely loaded where a file is. Names of which
 * generators write thousands are not gone through for each rule that reads them.
 */
export function surelyTogether(
  facts: Facts,
  path: string,
  rules: readonly NamedRule[],
): readonly NamedRule[] {
  const isTold = facts.environments.some(({ environment }) => environment.files !== undefined);
  if (!isTold) return inFile(rules, path);
  return rules.filter((rule) => together(facts, path, rule) === "surely");
}

/** Those of the rules, in the order of the index, that stand in a file. */
export function inFile(rules: readonly NamedRule[], path: string): readonly NamedRule[] {
  if (rules.length < 8) return rules.filter((rule) => rule.path === path);
  const firstWith = (isBehind: (rule: NamedRule) => boolean): number => {
    let [low, high] = [0, rules.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const rule = rules[middle];
      if (rule !== undefined && isBehind(rule)) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return rules.slice(
    firstWith((rule) => rule.path >= path),
    firstWith((rule) => rule.path > path),
  );
}

/** The folder of a file, with the slash behind it. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

/** How a rule is named in messages. */
export function placeWords(rule: NamedRule, path: string): string {
  if (rule.path !== path) return `in ${rule.path}`;
  return rule.group.name === "" ? "in this file" : `in group ${rule.group.name}`;
}

import type { NamedRule } from "./rule.ts";

/** What may be the name of a metric or an alert: words of letters, digits, `_` and `:`. */
const word = /[a-zA-Z_:][a-zA-Z0-9_:]*/g;

/** Words of nearly every expression, which nobody asks for. */
const common: ReadonlySet<string> = new Set(
  "sum avg min max count by without on ignoring group_left group_right rate irate increase and or unless offset bool e m s h d le job instance namespace pod".split(
    " ",
  ),
);

/** Rules by the words of their expressions: who uses a name is among those that have it as a word. */
export class WordIndex {
  readonly #rules = new Map<string, Set<NamedRule>>();

  add(rule: NamedRule): void {
    for (const each of wordsOf(rule)) {
      const rules = this.#rules.get(each);
      if (rules === undefined) this.#rules.set(each, new Set([rule]));
      else rules.add(rule);
    }
  }

  remove(rule: NamedRule): void {
    for (const each of wordsOf(rule)) {
      const rules = this.#rules.get(each);
      rules?.delete(rule);
      if (rules?.size === 0) this.#rules.delete(each);
    }
  }

  /** Rules whose expressions have the word; nothing for words that are too common to be kept. */
  of(name: string): Iterable<NamedRule> | undefined {
    return common.has(name) ? undefined : (this.#rules.get(name) ?? []);
  }
}

/** The words of a rule's expression, each once. */
export function wordsOf({ expr, textUses }: NamedRule): ReadonlySet<string> {
  const words = new Set<string>();
  for (const [found] of expr?.text.matchAll(word) ?? []) if (!common.has(found)) words.add(found);
  for (const { name } of textUses)
    for (const [found] of name.matchAll(word)) if (!common.has(found)) words.add(found);
  return words;
}

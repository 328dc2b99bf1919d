import type { Recall } from "../base/recall.ts";
import type { LineIndex, Span } from "../base/text.ts";
import type { DocumentPart } from "../model/document.ts";
import { emptyMap } from "../model/kinds.ts";
import { type RuleGroupModel, type RuleModel, readRule } from "../model/rules.ts";
import type { Names } from "../world/names/names.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { asMap, keyOf, stringMap, textOf, valueAt } from "../yaml/access.ts";
import { effectivePairs } from "../yaml/merge.ts";
import type { YamlNode } from "../yaml/node.ts";
import type { CheckContext, Facts, GroupValues, OfRule, RuleCheck, RuleContext } from "./check.ts";
import { foreignRuler } from "./rule/ruler.ts";

/** A rule of a document with its place in it. */
export interface PlacedRule {
  readonly context: RuleContext;
  readonly group: number;
  /** As in `Place`; most are never asked for. */
  path(): string;
}

/** What the checks of one part look at. */
export interface PartContexts {
  readonly document: CheckContext;
  readonly rules: readonly PlacedRule[];
}

/** The contexts of a part that was read as a whole; all offsets are those of the file. */
export function contextsOf(snapshot: Snapshot, part: DocumentPart, recall: Recall): PartContexts {
  const rules: PlacedRule[] = [];
  const made = new Map<unknown, readonly OfRule<unknown>[]>();
  const ofRules = <T>(make: (context: RuleContext) => T): readonly OfRule<T>[] => {
    const known = made.get(make) as readonly OfRule<T>[] | undefined;
    if (known !== undefined) return known;
    const all = rules.map(({ context, group }) => new Made(context, group, make));
    made.set(make, all);
    return all;
  };
  const document = documentContext(snapshot, part, ofRules);
  const facts = factsOf(snapshot);
  const memory = new Memory();
  const shared: Shared = {
    kind: part.model.kind,
    lines: snapshot.document.lines,
    path: snapshot.document.path,
    facts,
    rulerOf: () => foreignRuler(document),
    namesOf: () => snapshot.names,
    recall: (kind, text, make) => recall.of(kind, text, make),
  };
  const { model } = part;
  if (model.kind === "promql") {
    const item = emptyMap({ span: { start: 0, end: 0 } });
    const rule = { ...readRule(item, 0), expr: model.expression };
    rules.push({ context: new OneRule(item, rule, noGroup, shared, memory), group: 0, path: () => "" });
  } else if ("rules" in model) {
    for (const group of model.rules.groups) {
      const values = groupValues(group);
      const path = `${rootPath(part)}groups[${group.index}].rules`;
      let next = 0;
      for (const [index, item] of group.items.entries()) {
        // What was read of the rules stands there in their order.
        const known = group.rules[next]?.index === index ? group.rules[next++] : undefined;
        const rule = known ?? readRule(asMap(item) ?? emptyMap(item), index);
        const context = new OneRule(item, rule, values, shared, memory);
        rules.push({ context, group: group.index, path: () => `${path}[${index}]` });
      }
    }
  }
  return { document, rules };
}

/** What stands before `groups` in the paths of a part. */
export function rootPath({ model }: DocumentPart): string {
  return model.kind === "PrometheusRule" ? "spec." : "";
}

/** What all rules of a file have in common. */
export interface Shared extends Pick<RuleContext, "kind" | "lines" | "path" | "facts" | "recall"> {
  rulerOf(): string | undefined;
  namesOf(): Names | undefined;
}

/** The context of one item of `rules:`, whatever it is. */
export function ruleContext(item: YamlNode, group: GroupValues, shared: Shared): RuleContext {
  return new OneRule(item, readRule(asMap(item) ?? emptyMap(item), 0), group, shared, new Memory());
}

/** Whether a check reads what stands in the place of a rule. */
export function readsItem(check: RuleCheck, { item }: RuleContext): boolean {
  return check.onAnyItem === true || asMap(item) !== undefined;
}

/**
 * What was made once of the rule that was asked last: it is much more than the rule, and of rules before nothing is
 * asked again. The few functions that make something of a rule are found faster in a list than in a table.
 */
class Memory {
  #owner: RuleContext | undefined;
  #count = 0;
  readonly #makers: unknown[] = [];
  readonly #values: unknown[] = [];

  of<T>(owner: RuleContext, make: (context: RuleContext) => T): T {
    if (this.#owner !== owner) this.#begin(owner);
    for (let index = 0; index < this.#count; index++)
      if (this.#makers[index] === make) return this.#values[index] as T;
    const value = make(owner);
    // Who makes something may have looked at other rules.
    if (this.#owner !== owner) this.#begin(owner);
    this.#makers[this.#count] = make;
    this.#values[this.#count++] = value;
    return value;
  }

  #begin(owner: RuleContext): void {
    this.#owner = owner;
    this.#values.fill(undefined, 0, this.#count);
    this.#count = 0;
  }
}

/** There are thousands of them, so a class. */
class OneRule implements RuleContext {
  readonly item: YamlNode;
  readonly rule: RuleModel;
  readonly group: GroupValues;
  readonly #shared: Shared;
  readonly #memory: Memory;

  constructor(item: YamlNode, rule: RuleModel, group: GroupValues, shared: Shared, memory: Memory) {
    this.item = item;
    this.rule = rule;
    this.group = group;
    this.#shared = shared;
    this.#memory = memory;
  }

  get kind(): RuleContext["kind"] {
    return this.#shared.kind;
  }

  get lines(): LineIndex {
    return this.#shared.lines;
  }

  get path(): string {
    return this.#shared.path;
  }

  get facts(): Facts {
    return this.#shared.facts;
  }

  get names(): Names | undefined {
    return this.#shared.namesOf();
  }

  get ruler(): string | undefined {
    return this.#shared.rulerOf();
  }

  once<T>(make: (context: RuleContext) => T): T {
    return this.#memory.of(this, make);
  }

  recall<T>(kind: string, text: string, make: (text: string) => T): T {
    return this.#shared.recall(kind, text, make);
  }
}

/** `rules` is asked for what a function makes of each rule. */
export function documentContext(
  snapshot: Snapshot,
  part: DocumentPart,
  rules: CheckContext["rules"] = () => [],
): CheckContext {
  const made = new Map<unknown, unknown>();
  const context: CheckContext = {
    snapshot,
    part,
    rules,
    once<T>(make: (context: CheckContext) => T): T {
      if (!made.has(make)) made.set(make, make(context));
      return made.get(make) as T;
    },
  };
  return context;
}

/** What a check may look at besides its document: all of the snapshot but what is traced or of the moment. */
export function factsOf({ document, names, now, ...facts }: Snapshot): Facts {
  return facts;
}

const noGroup: GroupValues = { fields: new Map(), labels: new Map() };

/** The plain values of a group: what a loader would make of it. */
export function groupValues({ node }: RuleGroupModel): GroupValues {
  const fields = new Map<string, string>();
  for (const pair of effectivePairs(node)) {
    const key = keyOf(pair);
    const value = textOf(pair.value);
    if (key !== undefined && value !== undefined && !fields.has(key)) fields.set(key, value);
  }
  return { fields, labels: stringMap(valueAt(node, "labels")) };
}

/** What is made of a rule of a file that was read as a whole, as soon as somebody looks at it. */
class Made<T> implements OfRule<T> {
  readonly group: number;
  readonly #make: (context: RuleContext) => T;
  /** Nothing once the value is made. */
  #context: RuleContext | undefined;
  #value: T | undefined;

  constructor(context: RuleContext, group: number, make: (context: RuleContext) => T) {
    this.#context = context;
    this.group = group;
    this.#make = make;
  }

  get value(): T {
    if (this.#context !== undefined) {
      this.#value = this.#make(this.#context);
      this.#context = undefined;
    }
    return this.#value as T;
  }

  place(span: Span): Span {
    return span;
  }
}

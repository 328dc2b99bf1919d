import type { LabelFlow } from "../../promql/labels/types.ts";
import { keys, type NameIndex } from "./index.ts";
import type { Names, RouteIn, RuleAt, UseIn } from "./names.ts";
import type { FileNames, OtherUse } from "./read.ts";
import type { NamedRule } from "./rule.ts";

/** The index of names as one check sees it: what is asked is noted, so that its answer can be kept until that changes. */
export class TracedNames implements Names {
  readonly #index: NameIndex;
  readonly asked = new Set<string>();

  constructor(index: NameIndex) {
    this.#index = index;
  }

  records(metric: string): readonly NamedRule[] {
    this.asked.add(keys.records(metric));
    return this.#index.records(metric);
  }

  definitions(metric: string): readonly NamedRule[] {
    this.asked.add(keys.definitions(metric));
    return this.#index.definitions(metric);
  }

  alerts(name: string): readonly NamedRule[] {
    this.asked.add(keys.alerts(name));
    return this.#index.alerts(name);
  }

  twins(rule: NamedRule): readonly NamedRule[] {
    this.asked.add(keys.twins(rule.series));
    return this.#index.twins(rule);
  }

  alike(rule: NamedRule): readonly NamedRule[] {
    this.asked.add(keys.alike(rule.compact));
    return this.#index.alike(rule);
  }

  ruleOf(rule: RuleAt): NamedRule | undefined {
    return this.#index.ruleOf(rule);
  }

  recorded(metric: string): LabelFlow | undefined {
    this.asked.add(keys.recorded(metric));
    return this.#index.recorded(metric);
  }

  get hasRecords(): boolean {
    this.asked.add(keys.anyRecord);
    return this.#index.hasRecords;
  }

  recordsPrinted(text: string): readonly NamedRule[] {
    this.asked.add(keys.printed(text));
    return this.#index.recordsPrinted(text);
  }

  nearestAlert(name: string): string | undefined {
    this.asked.add(keys.alertNames);
    return this.#index.nearestAlert(name);
  }

  users(kind: "metric" | "alert", name: string): readonly NamedRule[] {
    const [first] = /[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(name) ?? [];
    this.asked.add(keys.word(first ?? ""));
    return this.#index.users(kind, name);
  }

  otherUses(kind: "metric" | "alert", name: string): readonly UseIn[] {
    this.asked.add(keys.otherUses);
    return this.#index.otherUses(kind, name);
  }

  get hasRoutes(): boolean {
    this.asked.add(keys.routes);
    return this.#index.hasRoutes;
  }

  routesBy(label: string): readonly RouteIn[] {
    this.asked.add(keys.routes);
    return this.#index.routesBy(label);
  }

  knows(by: OtherUse["by"]): boolean {
    this.asked.add(keys.otherUses);
    return this.#index.knows(by);
  }

  file(uri: string): FileNames | undefined {
    return this.#index.file(uri);
  }

  files(): Iterable<FileNames> {
    return this.#index.files();
  }
}

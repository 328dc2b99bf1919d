import { nearest } from "../../base/nearest.ts";
import type { SourceDocument } from "../../model/document.ts";
import type { LabelFlow } from "../../promql/labels/types.ts";
import type { YamlNode } from "../../yaml/node.ts";
import { difference } from "./difference.ts";
import { RecordedFlows } from "./flows.ts";
import { Latest } from "./latest.ts";
import type { Names, RouteIn, RuleAt, UseIn } from "./names.ts";
import { type FileNames, namesOf, type OtherUse } from "./read.ts";
import type { NamedRule, NameUse, RuleRow } from "./rule.ts";
import { WordIndex, wordsOf } from "./words.ts";

/** So many changes are remembered one by one. */
const maxLog = 200;

/** What changed in the index: keys as `keys` makes them. */
interface Change {
  readonly revision: number;
  readonly keys: ReadonlySet<string>;
}

/** What answers rest on; `traced` notes them, `changedSince` tells which are others now. */
export const keys = {
  /** Which rules record the metric, and in which groups. */
  records: (name: string) => `r:${name}`,
  alerts: (name: string) => `a:${name}`,
  /** What rules of that kind and name say. */
  twins: (series: string) => `s:${series}`,
  alike: (compact: string) => `x:${compact}`,
  recorded: (name: string) => `f:${name}`,
  /** Which rules have the word, and what they say. */
  word: (word: string) => `w:${word}`,
  alertNames: "n:",
  anyRecord: "any:",
  /** Which rules record that expression. */
  printed: (text: string) => `p:${text}`,
  otherUses: "o:",
  routes: "m:",
  /** What the rules say that record the metric. */
  definitions: (name: string) => `e:${name}`,
} as const;

/**
 * The index of names of a workspace. `set` and `delete` cost what differs from the version of the file before, as long
 * as its rules are the same objects; all else costs what its answer holds.
 */
export class NameIndex implements Names {
  #revision = 0;
  readonly #files = new Map<string, FileNames>();
  readonly #standing = new Map<string, Latest>();
  readonly #records = new Map<string, NamedRule[]>();
  readonly #alerts = new Map<string, NamedRule[]>();
  readonly #series = new Map<string, NamedRule[]>();
  /** Alerts by their expressions. */
  readonly #exprs = new Map<string, NamedRule[]>();
  readonly #nodes = new WeakMap<YamlNode, NamedRule>();
  readonly #uses = new Map<string, readonly UseIn[]>();
  readonly #counts = new Map<OtherUse["by"], number>();
  /** By the label that they look at. */
  readonly #routes = new Map<string, readonly RouteIn[]>();
  /** Made when somebody asks. */
  #words: WordIndex | undefined;
  #printed: Map<string, readonly NamedRule[]> | undefined;
  readonly #flows = new RecordedFlows((metric) => this.records(metric));
  readonly #nearest = new Map<string, string | undefined>();
  #log: readonly Change[] = [];

  /** The index of files that are there from the start: nobody has asked anything that could change. */
  static of(files: Iterable<FileNames>): NameIndex {
    const index = new NameIndex();
    for (const file of files) index.#begin(file);
    for (const lists of [index.#records, index.#alerts, index.#series, index.#exprs])
      for (const [name, rules] of lists)
        if (rules[0]?.uri !== rules.at(-1)?.uri) lists.set(name, [...rules].sort(inOrder));
    index.#revision++;
    return index;
  }

  #begin(file: FileNames): void {
    if (this.#files.has(file.uri)) {
      this.#replace(file.uri, file);
      return;
    }
    this.#files.set(file.uri, file);
    this.#stand(file.uri, file, file.rows);
    for (const { rules } of file.rows)
      for (const rule of rules) {
        const node = rule.node.deref();
        if (node !== undefined) this.#nodes.set(node, rule);
        append(this.#series, rule.series, rule);
        append(rule.kind === "alert" ? this.#alerts : this.#records, rule.name, rule);
        if (rule.kind === "alert") append(this.#exprs, rule.compact, rule);
      }
    if (file.uses.length > 0) this.#otherUses(undefined, file, new Set());
    if (file.routes !== undefined) this.#replaceRoutes(undefined, file);
  }

  /** Rises with every change. */
  get revision(): number {
    return this.#revision;
  }

  /** What is different since a revision; nothing where it is too long ago to tell. */
  changedSince(revision: number): ReadonlySet<string> | undefined {
    if (revision === this.#revision) return new Set();
    if ((this.#log[0]?.revision ?? Number.POSITIVE_INFINITY) > revision + 1) return undefined;
    const changed = new Set<string>();
    for (const change of this.#log)
      if (change.revision > revision) for (const key of change.keys) changed.add(key);
    return changed;
  }

  /** Takes the names of a version of a file. */
  set(file: FileNames): void {
    this.#replace(file.uri, file);
  }

  delete(uri: string): void {
    if (this.#files.has(uri)) this.#replace(uri, undefined);
  }

  records(metric: string): readonly NamedRule[] {
    return this.#records.get(metric) ?? none;
  }

  definitions(metric: string): readonly NamedRule[] {
    return this.records(metric);
  }

  alerts(name: string): readonly NamedRule[] {
    return this.#alerts.get(name) ?? none;
  }

  twins({ series }: NamedRule): readonly NamedRule[] {
    return this.#series.get(series) ?? none;
  }

  alike({ kind, compact }: NamedRule): readonly NamedRule[] {
    return kind === "alert" ? (this.#exprs.get(compact) ?? none) : none;
  }

  ruleOf({ item, path, nameStart }: RuleAt): NamedRule | undefined {
    const known = this.#nodes.get(item);
    if (known !== undefined || nameStart === undefined) return known;
    // Another reading of the same file has other nodes, whose offsets count from the start of the file.
    for (const file of this.#files.values())
      if (file.path === path)
        return file.rules.find((rule) => rule.base + rule.nameScalar.span.start === nameStart);
    return undefined;
  }

  recorded(metric: string): LabelFlow | undefined {
    return this.#records.has(metric) ? this.#flows.of(metric) : undefined;
  }

  get hasRecords(): boolean {
    return this.#records.size > 0;
  }

  recordsPrinted(text: string): readonly NamedRule[] {
    if (this.#printed === undefined) {
      this.#printed = new Map();
      // Sorted before, for a list that is new is taken as it is.
      this.#move(this.#printed, "record", printOf, [], [...this.#records.values()].flat().sort(inOrder));
    }
    return text === "" ? none : (this.#printed.get(text) ?? none);
  }

  nearestAlert(name: string): string | undefined {
    if (!this.#nearest.has(name)) this.#nearest.set(name, nearest(name, [...this.#alerts.keys()].sort()));
    return this.#nearest.get(name);
  }

  users(kind: "metric" | "alert", name: string): readonly NamedRule[] {
    if (this.#words === undefined) {
      this.#words = new WordIndex();
      for (const { rules } of this.#files.values()) for (const rule of rules) this.#words.add(rule);
    }
    const [first] = /[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(name) ?? [];
    const found = (first === undefined ? undefined : this.#words.of(first)) ?? this.#allRules();
    const users: NamedRule[] = [];
    const isMeant = (use: NameUse): boolean => use.kind === kind && use.name === name;
    for (const rule of found) if (rule.uses.some(isMeant) || rule.textUses.some(isMeant)) users.push(rule);
    return users.sort(inOrder);
  }

  otherUses(kind: "metric" | "alert", name: string): readonly UseIn[] {
    return this.#uses.get(`${kind}:${name}`) ?? [];
  }

  get hasRoutes(): boolean {
    return this.#routes.size > 0;
  }

  routesBy(label: string): readonly RouteIn[] {
    return this.#routes.get(label) ?? [];
  }

  knows(by: OtherUse["by"]): boolean {
    return (this.#counts.get(by) ?? 0) > 0;
  }

  file(uri: string): FileNames | undefined {
    return this.#files.get(uri);
  }

  files(): Iterable<FileNames> {
    return this.#files.values();
  }

  *#allRules(): Iterable<NamedRule> {
    for (const { rules } of this.#files.values()) yield* rules;
  }

  #replace(uri: string, next: FileNames | undefined): void {
    const before = this.#files.get(uri);
    if (next === undefined) this.#files.delete(uri);
    else this.#files.set(uri, next);
    const rows = difference(before?.rows ?? [], next?.rows ?? []);
    this.#stand(uri, next, rows.added);
    const { removed, added } = difference(rulesOf(rows.removed), rulesOf(rows.added));
    const changed = new Set<string>();
    if (removed.length + added.length > 0) this.#rules(removed, added, changed);
    if ((before?.uses.length ?? 0) + (next?.uses.length ?? 0) > 0) this.#otherUses(before, next, changed);
    if (before?.routes !== undefined || next?.routes !== undefined) {
      this.#replaceRoutes(before, next);
      changed.add(keys.routes);
    }
    if (changed.size === 0) return;
    this.#log = [...this.#log.slice(1 - maxLog), { revision: ++this.#revision, keys: changed }];
  }

  /** The rules of rows that are new stand in the file from now on; those of all others do so already. */
  #stand(uri: string, next: FileNames | undefined, rows: readonly RuleRow[]): void {
    if (next === undefined) {
      this.#standing.delete(uri);
      return;
    }
    const standing = this.#standing.get(uri) ?? new Latest(next);
    standing.file = next;
    this.#standing.set(uri, standing);
    for (const row of rows) for (const [at, rule] of row.rules.entries()) rule.stand(standing, row, at);
  }

  #rules(removed: readonly NamedRule[], added: readonly NamedRule[], changed: Set<string>): void {
    const [gone] = removed;
    const [come] = added;
    const isSame =
      removed.length === 1 &&
      added.length === 1 &&
      gone?.kind === come?.kind &&
      gone?.name === come?.name &&
      gone?.group === come?.group;
    if (isSame && gone !== undefined) come?.standFor(gone);
    const { hasRecords } = this;
    this.#move(this.#records, "record", ({ name }) => name, removed, added);
    if (hasRecords !== this.hasRecords) changed.add(keys.anyRecord);
    if (this.#printed !== undefined) this.#move(this.#printed, "record", printOf, removed, added);
    const names = this.#alerts.size;
    const renamed = this.#move(this.#alerts, "alert", ({ name }) => name, removed, added);
    if (renamed || names !== this.#alerts.size) {
      this.#nearest.clear();
      changed.add(keys.alertNames);
    }
    this.#move(this.#series, undefined, ({ series }) => series, removed, added);
    this.#move(this.#exprs, "alert", ({ compact }) => compact, removed, added);
    const recorded = new Set<string>();
    for (const [rules, isAdded] of [
      [removed, false],
      [added, true],
    ] as const)
      for (const rule of rules) {
        const { kind, name, series, compact } = rule;
        const node = isAdded ? rule.node.deref() : undefined;
        if (node !== undefined) this.#nodes.set(node, rule);
        if (kind === "record") recorded.add(name);
        if (!isSame) changed.add(kind === "record" ? keys.records(name) : keys.alerts(name));
        if (kind === "record") changed.add(keys.definitions(name));
        changed.add(keys.twins(series));
        if (kind === "alert") changed.add(keys.alike(compact));
        if (this.#words !== undefined) {
          if (isAdded) this.#words.add(rule);
          else this.#words.remove(rule);
        }
        if (this.#words !== undefined) for (const word of wordsOf(rule)) changed.add(keys.word(word));
        if (kind === "record" && this.#printed !== undefined) changed.add(keys.printed(printOf(rule)));
      }
    for (const metric of this.#flows.changed(recorded)) changed.add(keys.recorded(metric));
  }

  /** Moves rules from one version of a map of lists to the next; tells whether a name came or went. */
  #move(
    lists: Map<string, readonly NamedRule[]>,
    kind: NamedRule["kind"] | undefined,
    nameOf: (rule: NamedRule) => string,
    removed: readonly NamedRule[],
    added: readonly NamedRule[],
  ): boolean {
    const touched = new Map<string, { gone: Set<NamedRule>; come: NamedRule[] }>();
    const entryOf = (rule: NamedRule): { gone: Set<NamedRule>; come: NamedRule[] } => {
      const name = nameOf(rule);
      const entry = touched.get(name) ?? { gone: new Set(), come: [] };
      touched.set(name, entry);
      return entry;
    };
    for (const rule of removed) if (kind === undefined || rule.kind === kind) entryOf(rule).gone.add(rule);
    for (const rule of added) if (kind === undefined || rule.kind === kind) entryOf(rule).come.push(rule);
    let isOther = false;
    for (const [name, { gone, come }] of touched) {
      const before = lists.get(name) ?? none;
      const kept = gone.size === 0 ? before : before.filter((rule) => !gone.has(rule));
      const next = kept.length === 0 ? come : [...kept, ...come].sort(inOrder);
      isOther ||= (before.length === 0) !== (next.length === 0);
      if (next.length === 0) lists.delete(name);
      else lists.set(name, next);
    }
    return isOther;
  }

  #replaceRoutes(before: FileNames | undefined, next: FileNames | undefined): void {
    const uri = (next ?? before)?.uri;
    const labels = new Set([...(before?.routes ?? []), ...(next?.routes ?? [])].map(({ label }) => label));
    for (const label of labels) {
      const routes = (this.#routes.get(label) ?? []).filter(({ file }) => file.uri !== uri);
      for (const matcher of next?.routes ?? [])
        if (next !== undefined && matcher.label === label) routes.push({ file: next, matcher });
      if (routes.length === 0) this.#routes.delete(label);
      else this.#routes.set(label, routes);
    }
  }

  #otherUses(before: FileNames | undefined, next: FileNames | undefined, changed: Set<string>): void {
    const touched = new Set<string>();
    for (const [file, sign] of [
      [before, -1],
      [next, 1],
    ] as const)
      for (const { kind, name, by } of file?.uses ?? []) {
        touched.add(`${kind}:${name}`);
        this.#counts.set(by, (this.#counts.get(by) ?? 0) + sign);
      }
    const come = new Map<string, UseIn[]>();
    for (const use of next?.uses ?? []) {
      const key = `${use.kind}:${use.name}`;
      const list = come.get(key) ?? [];
      come.set(key, list);
      if (next !== undefined) list.push({ file: next, use });
    }
    for (const key of touched) {
      const kept = (this.#uses.get(key) ?? []).filter(({ file }) => file.uri !== (next ?? before)?.uri);
      const own = come.get(key) ?? [];
      // By files in the order of their paths, whichever was read first.
      const all = kept.length === 0 ? own : [...kept, ...own].sort((a, b) => byFile(a.file, b.file));
      if (all.length === 0) this.#uses.delete(key);
      else this.#uses.set(key, all);
    }
    changed.add(keys.otherUses);
  }
}

/** The names of files that were read as a whole. */
export function nameIndexOf(documents: Iterable<SourceDocument>): NameIndex {
  const files: FileNames[] = [];
  for (const document of documents) {
    const names = namesOf(document);
    if (names !== undefined) files.push(names);
  }
  return NameIndex.of(files);
}

/** Into a list that nobody else has. */
function append(lists: Map<string, NamedRule[]>, name: string, rule: NamedRule): void {
  const rules = lists.get(name);
  if (rules === undefined) lists.set(name, [rule]);
  else rules.push(rule);
}

const none: readonly NamedRule[] = [];

/** Nothing for rules that add labels: their metric is not what the expression returns. */
function printOf(rule: NamedRule): string {
  return rule.labels.size > 0 ? "" : rule.printed;
}

/** Rules of one file in its order, files by their paths. */
function inOrder(a: NamedRule, b: NamedRule): number {
  return byFile(a, b) || a.at - b.at;
}

function byFile(a: FileOf, b: FileOf): number {
  if (a.uri === b.uri) return 0;
  return a.path === b.path ? (a.uri < b.uri ? -1 : 1) : a.path < b.path ? -1 : 1;
}

type FileOf = Pick<FileNames, "uri" | "path">;

function rulesOf(rows: readonly RuleRow[]): readonly NamedRule[] {
  return rows.flatMap(({ rules }) => rules);
}

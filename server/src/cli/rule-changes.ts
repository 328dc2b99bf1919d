import { code, plain } from "../features/markdown.ts";
import type { SourceDocument } from "../model/document.ts";
import type { RuleModel } from "../model/rules.ts";
import { nameIndexOf } from "../world/names/index.ts";
import { stringMap, textOf, valueAt } from "../yaml/access.ts";

/** A place as people write it: the line counts from 1. */
export interface RulePlace {
  readonly name: string;
  readonly file: string;
  readonly line: number;
}

/** What a review of rules asks first. */
export interface RuleChanges {
  readonly since: string;
  readonly findings: { readonly new: number; readonly old: number };
  readonly alerts: {
    readonly added: readonly RulePlace[];
    readonly changed: readonly (RulePlace & { readonly fields: readonly string[] })[];
    /** Where they were. */
    readonly removed: readonly RulePlace[];
  };
  readonly records: {
    /** Metrics that no rule records now, and the rules and queries that read them all the same. */
    readonly removed: readonly (RulePlace & { readonly usedBy: readonly RulePlace[] })[];
  };
}

/** What has become of alerts and recorded metrics between two states of the files. */
export function ruleChanges(
  before: readonly SourceDocument[],
  after: readonly SourceDocument[],
): Pick<RuleChanges, "alerts" | "records"> {
  const old = alertsOf(before);
  const now = alertsOf(after);
  const added: RulePlace[] = [];
  const changed: (RulePlace & { fields: readonly string[] })[] = [];
  for (const [name, versions] of now) {
    const earlier = old.get(name);
    if (earlier === undefined) added.push(...versions.map(({ place }) => place));
    else changed.push(...changedOf(earlier, versions));
  }
  const removed = [...old].flatMap(([name, versions]) =>
    now.has(name) ? [] : versions.map(({ place }) => place),
  );
  return { alerts: { added, changed, removed }, records: { removed: removedRecords(before, after) } };
}

interface AlertVersion {
  readonly place: RulePlace;
  /** Its fields as texts that are equal where nothing has changed. */
  readonly fields: ReadonlyMap<string, string>;
}

/** Alerts by name. Several may have the same: one for each severity. */
function alertsOf(documents: readonly SourceDocument[]): ReadonlyMap<string, readonly AlertVersion[]> {
  const alerts = new Map<string, AlertVersion[]>();
  for (const { rule, place } of rulesOf(documents, "alert")) {
    const versions = alerts.get(place.name);
    const version = { place, fields: fieldsOf(rule) };
    if (versions === undefined) alerts.set(place.name, [version]);
    else versions.push(version);
  }
  return alerts;
}

function* rulesOf(
  documents: readonly SourceDocument[],
  kind: RuleModel["kind"],
): Iterable<{ readonly rule: RuleModel; readonly place: RulePlace }> {
  for (const { parts, lines, path } of documents)
    for (const { model } of parts) {
      if (!("rules" in model)) continue;
      for (const { rules } of model.rules.groups)
        for (const rule of rules) {
          if (rule.kind !== kind || rule.name === undefined || rule.name.value === "") continue;
          const { line } = lines.positionAt(rule.name.span.start);
          yield { rule, place: { name: rule.name.value, file: path, line: line + 1 } };
        }
    }
}

function fieldsOf(rule: RuleModel): ReadonlyMap<string, string> {
  const fields = new Map([["expr", (rule.expr?.text ?? "").replace(/\s+/g, " ").trim()]]);
  for (const key of ["for", "keep_firing_for"]) fields.set(key, textOf(valueAt(rule.node, key)) ?? "");
  for (const key of ["labels", "annotations"] as const) {
    const sorted = [...stringMap(rule[key])].sort(([a], [b]) => (a < b ? -1 : 1));
    fields.set(key, JSON.stringify(sorted));
  }
  return fields;
}

/** Those that are not as any was before; what differs is told where it is clear which was meant. */
function changedOf(
  before: readonly AlertVersion[],
  after: readonly AlertVersion[],
): readonly (RulePlace & { readonly fields: readonly string[] })[] {
  const left = [...before];
  const fresh: AlertVersion[] = [];
  for (const version of after) {
    const same = left.findIndex(({ fields }) => differences(fields, version.fields).length === 0);
    if (same < 0) fresh.push(version);
    else left.splice(same, 1);
  }
  const found = fresh.map(({ place, fields }) => {
    const nearest = left
      .map((earlier) => ({ earlier, fields: differences(earlier.fields, fields) }))
      .sort((a, b) => a.fields.length - b.fields.length)[0];
    if (nearest !== undefined) left.splice(left.indexOf(nearest.earlier), 1);
    return { ...place, fields: nearest?.fields ?? ["one more of that name"] };
  });
  const [first] = after;
  if (first === undefined || left.length === 0) return found;
  return [...found, { ...first.place, fields: left.map(() => "one less of that name").slice(0, 1) }];
}

function differences(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): readonly string[] {
  return [...a.keys()].filter((key) => a.get(key) !== b.get(key));
}

function removedRecords(
  before: readonly SourceDocument[],
  after: readonly SourceDocument[],
): RuleChanges["records"]["removed"] {
  const gone = new Map<string, RulePlace>();
  for (const { place } of rulesOf(before, "record")) if (!gone.has(place.name)) gone.set(place.name, place);
  for (const { place } of rulesOf(after, "record")) gone.delete(place.name);
  if (gone.size === 0) return [];
  const index = nameIndexOf(after);
  return [...gone.values()].map((place) => {
    const rules = index.users("metric", place.name).map((rule) => {
      const { path, range } = rule.placeOf(rule.nameScalar.span);
      return { name: rule.name, file: path, line: range.start.line + 1 };
    });
    const uses = index.otherUses("metric", place.name).filter(({ use }) => use.declares !== true);
    const others = uses.map(({ file }) => ({ name: "", file: file.path, line: 1 }));
    return { ...place, usedBy: [...rules, ...others] };
  });
}

/** For people, a line for each change. */
export function changesAsText({ since, findings, alerts, records }: RuleChanges): string {
  const at = ({ file, line }: RulePlace): string => `${file}:${line}`;
  const lines = [
    `Since ${since}: ${findings.new} new, ${findings.old} old ${findings.old === 1 ? "finding" : "findings"}.`,
    ...alerts.added.map((place) => `  alert added: ${place.name} (${at(place)})`),
    ...alerts.changed.map(
      (place) => `  alert changed: ${place.name} (${at(place)}): ${place.fields.join(", ")}`,
    ),
    ...alerts.removed.map((place) => `  alert removed: ${place.name} (was ${at(place)})`),
    ...records.removed.map((place) =>
      place.usedBy.length === 0
        ? `  recording rule removed: ${place.name} (was ${at(place)})`
        : `  recording rule removed but still used: ${place.name} (was ${at(place)}), by ${place.usedBy
            .map((use) => (use.name === "" ? use.file : `${use.name} (${at(use)})`))
            .join(", ")}`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

/** For the comment of a review. Names come out of the files that are reviewed, so they are code and never markdown. */
export function changesAsMarkdown({ since, findings, alerts, records }: RuleChanges): string {
  const at = ({ file, line }: RulePlace): string => code(`${file}:${line}`);
  const section = (title: string, lines: readonly string[]): string =>
    lines.length === 0 ? "" : `\n### ${title}\n\n${lines.map((line) => `- ${line}\n`).join("")}`;
  const used = records.removed.filter(({ usedBy }) => usedBy.length > 0);
  const unused = records.removed.filter(({ usedBy }) => usedBy.length === 0);
  return [
    `## Rules since ${code(since)}\n\n${findings.new} new, ${findings.old} old ${findings.old === 1 ? "finding" : "findings"}.\n`,
    section(
      "Recording rules removed but still used",
      used.map(
        (place) =>
          `${code(place.name)}, read by ${place.usedBy
            .map((use) => (use.name === "" ? at(use) : `${code(use.name)} (${at(use)})`))
            .join(", ")}`,
      ),
    ),
    section(
      "Alerts added",
      alerts.added.map((place) => `${code(place.name)} (${at(place)})`),
    ),
    section(
      "Alerts changed",
      alerts.changed.map((place) => `${code(place.name)} (${at(place)}): ${plain(place.fields.join(", "))}`),
    ),
    section(
      "Alerts removed",
      alerts.removed.map((place) => `${code(place.name)} (was ${at(place)})`),
    ),
    section(
      "Recording rules removed",
      unused.map((place) => `${code(place.name)} (was ${at(place)})`),
    ),
  ].join("");
}

import type { NamedRule } from "../world/names/rule.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { rulesOf } from "./embedded.ts";

/** A recording rule as lists and hovers show it. */
export interface RecordedRule {
  /** The metric that it records. */
  readonly name: string;
  /** Its expression; that of another file is cut where it is very long. */
  readonly expr: string;
  readonly uri: string;
  /** As people know the file: below its workspace folder. */
  readonly path: string;
  /** Zero-based line of its name. */
  readonly line: number;
}

/** Longer expressions say no more to a reader. */
const maxExpression = 2_000;

/** The rule that records the metric: of this file as it is being typed, else of the workspace. */
export function ruleRecording(snapshot: Snapshot, metric: string): RecordedRule | undefined {
  const [own] = ownRecords(snapshot, (name) => name === metric).values();
  if (own !== undefined) return own;
  const [other] = recordedElsewhere(snapshot, metric);
  return other === undefined ? undefined : shown(other);
}

/** The rules of other files of the workspace that record the metric. */
export function recordedElsewhere({ document, names }: Snapshot, metric: string): readonly NamedRule[] {
  return names?.records(metric).filter(({ uri }) => uri !== document.uri) ?? [];
}

/**
 * The recording rules whose names pass a test, each name once: those of this file as it is being typed, then those
 * of the workspace.
 */
export function recordsNamed(snapshot: Snapshot, test: (name: string) => boolean): readonly RecordedRule[] {
  const found = ownRecords(snapshot, test);
  for (const file of snapshot.names?.files() ?? [])
    if (file.uri !== snapshot.document.uri)
      for (const rule of file.rules)
        if (rule.kind === "record" && !found.has(rule.name) && test(rule.name))
          found.set(rule.name, shown(rule));
  return [...found.values()];
}

function ownRecords(snapshot: Snapshot, test: (name: string) => boolean): Map<string, RecordedRule> {
  const found = new Map<string, RecordedRule>();
  const { uri, path, lines } = snapshot.document;
  for (const { kind, name, expr } of rulesOf(snapshot)) {
    if (kind !== "record" || name === undefined || found.has(name.value) || !test(name.value)) continue;
    const { line } = lines.positionAt(name.span.start);
    found.set(name.value, { name: name.value, expr: expr?.text ?? "", uri, path, line });
  }
  return found;
}

function shown({ name, expr, uri, path, namePlace }: NamedRule): RecordedRule {
  const { line } = namePlace.range.start;
  return { name, expr: (expr?.text ?? "").slice(0, maxExpression), uri, path, line };
}

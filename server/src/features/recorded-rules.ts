import type { Snapshot } from "../world/snapshot.ts";
import type { RecordedRule } from "../world/workspace.ts";
import { rulesOf } from "./embedded.ts";

/**
 * The recording rules whose names pass a test, each name once: those of this file as it is being typed, then those
 * of the workspace.
 */
export function recordsNamed(snapshot: Snapshot, test: (name: string) => boolean): readonly RecordedRule[] {
  const found = new Map<string, RecordedRule>();
  const { uri, path, lines } = snapshot.document;
  for (const { kind, name, expr } of rulesOf(snapshot)) {
    if (kind !== "record" || name === undefined || found.has(name.value) || !test(name.value)) continue;
    const { line } = lines.positionAt(name.span.start);
    found.set(name.value, { name: name.value, expr: expr?.text ?? "", uri, path, line });
  }
  for (const record of snapshot.workspace.records)
    if (record.uri !== uri && !found.has(record.name) && test(record.name)) found.set(record.name, record);
  return [...found.values()];
}

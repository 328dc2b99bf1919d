import { applyEdits } from "../../../server/src/base/text.ts";
import type { Finding } from "../../../server/src/checks/check.ts";
import { documentContext } from "../../../server/src/checks/contexts.ts";
import { monitorChecks } from "../../../server/src/checks/monitor/index.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import type { EnvironmentAccess } from "../../../server/src/world/environment.ts";
import type { Snapshot } from "../../../server/src/world/snapshot.ts";
import { declarationsOf, mergeDeclarations } from "../../../server/src/world/workspace.ts";

/** A snapshot of one file in a workspace of this file and others, by their names. */
export function snapshotOf(
  text: string,
  others: Readonly<Record<string, string>> = {},
  environments: readonly EnvironmentAccess[] = [],
): Snapshot {
  const read = (path: string, content: string) =>
    readDocument({ uri: `file:///${path}`, path, version: 1, text: content });
  const document = read("monitor.yaml", text);
  const rest = Object.entries(others).map(([path, content]) => read(path, content));
  return {
    document,
    workspace: mergeDeclarations([document, ...rest].map(declarationsOf)),
    environments,
    features: [],
  };
}

/** What the monitor checks say of a file. */
export function findingsOf(snapshot: Snapshot): readonly Finding[] {
  const findings = snapshot.document.parts.flatMap((part) =>
    monitorChecks
      .filter((check) => check.kinds.includes(part.model.kind))
      .flatMap((check) => [...check.run(documentContext(snapshot, part))]),
  );
  for (const { message, refusedBy } of findings)
    if (message.length > 120 && refusedBy === undefined) throw new Error(`too long: ${message}`);
  return findings.toSorted((a, b) => a.span.start - b.span.start);
}

export function check(text: string, others: Readonly<Record<string, string>> = {}): readonly Finding[] {
  return findingsOf(snapshotOf(text, others));
}

/** The text after all safe fixes of its findings, as `--fix` applies them: at once. */
export function fixed(text: string, findings: readonly Finding[] = check(text)): string {
  return applyEdits(
    text,
    findings.flatMap((finding) => finding.fixes?.find((fix) => fix.safe)?.edits ?? []),
  );
}

import type { Recall } from "../base/recall.ts";
import type { DocumentPart } from "../model/document.ts";
import type { Snapshot } from "../world/snapshot.ts";
import type { Check, CheckContext, Finding } from "./check.ts";
import { allChecks } from "./registry.ts";
import { suppressions } from "./suppress.ts";

/**
 * Runs every check on every part of the snapshot's document; findings come in the order of their places,
 * without those that comments suppress. Never throws: a check that fails is left out, and one sentence about
 * it is added to `problems` for the shell to log. With `recall`, which belongs to the one file, texts that stood in
 * the version before are not parsed again.
 */
export function runChecks(
  snapshot: Snapshot,
  problems: string[] = [],
  registry: readonly Check[] = allChecks,
  recall?: Recall,
): readonly Finding[] {
  const findings: Finding[] = [];
  recall?.begin();
  for (const part of snapshot.document.parts) {
    const context = contextOf(snapshot, part, recall);
    const broken = part.yaml?.problems.some(({ fatal }) => fatal) === true;
    for (const check of registry) {
      if (!check.kinds.includes(part.model.kind) || (broken && check.onBrokenYaml !== true)) continue;
      if (isUnread(part, snapshot) && check.onUnreadDocuments !== true) continue;
      try {
        const found = [...check.run(context)];
        for (const finding of found) findings.push(finding);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        problems.push(`The check ${check.id} failed on ${snapshot.document.uri}: ${reason}`);
      }
    }
  }
  const isSuppressed = suppressions(snapshot.document);
  return withoutDuplicates(findings.filter((finding) => !isSuppressed(finding)).sort(byPlace));
}

function contextOf(snapshot: Snapshot, part: DocumentPart, recall: Recall | undefined): CheckContext {
  const made = new Map<unknown, unknown>();
  const context: CheckContext = {
    snapshot,
    part,
    recall,
    once<T>(make: (context: CheckContext) => T): T {
      if (!made.has(make)) made.set(make, make(context));
      return made.get(make) as T;
    },
  };
  return context;
}

/** Whether Prometheus never reads the part: a document of a rule file behind the first. */
function isUnread({ model, yaml }: DocumentPart, { document }: Snapshot): boolean {
  return model.kind === "rules" && document.stream?.documents[0] !== yaml;
}

/** Stable, so that the errors of one expression stay in the order of their parser. */
function byPlace(a: Finding, b: Finding): number {
  if (a.anchor !== undefined && a.anchor === b.anchor) return 0;
  if (a.anchor !== undefined || b.anchor !== undefined)
    return (a.anchor ?? a.span.start) - (b.anchor ?? b.span.start);
  return (
    a.span.start - b.span.start ||
    a.span.end - b.span.end ||
    (a.check < b.check ? -1 : a.check > b.check ? 1 : 0)
  );
}

function withoutDuplicates(sorted: readonly Finding[]): readonly Finding[] {
  const kept: Finding[] = [];
  const seen = new Set<string>();
  for (const finding of sorted) {
    const { check, message, span } = finding;
    const identity = `${span.start}:${span.end}:${check}:${message}`;
    if (!seen.has(identity)) kept.push(finding);
    seen.add(identity);
  }
  return kept;
}

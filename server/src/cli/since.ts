import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Severity } from "../checks/check.ts";
import type { SourceDocument } from "../model/document.ts";
import { filesAt } from "./git.ts";
import { identitiesOf, keyOf, Tally } from "./identity.ts";
import { type CliIo, UsageError } from "./io.ts";
import type { FileReport } from "./report.ts";
import { changesAsMarkdown, changesAsText, type RuleChanges, ruleChanges } from "./rule-changes.ts";
import { atLeast } from "./severity.ts";

type Find = (documents: readonly SourceDocument[]) => Promise<readonly FileReport[]>;

/**
 * What is new since a revision: the same checks look at its files, and what they say there is old. Below the threshold
 * findings are not counted.
 */
export async function sinceRevision(
  ref: string,
  paths: readonly string[],
  files: readonly FileReport[],
  find: Find,
  threshold: Severity,
  io: CliIo,
): Promise<{ readonly files: readonly FileReport[]; readonly changes: RuleChanges }> {
  const today = files.map(({ document }) => document);
  const before = await filesAt(ref, paths, today, io);
  const old = new Tally();
  for (const { document, findings } of await find(before.documents)) {
    const file = before.renamed.get(document.path) ?? document.path;
    for (const identity of identitiesOf(document, findings)) old.add(keyOf(file, identity));
  }
  const counts = { new: 0, old: 0 };
  const left = files.map(({ document, findings }) => {
    const identities = identitiesOf(document, findings);
    return {
      document,
      findings: findings.filter((finding, index) => {
        const identity = identities[index];
        const isOld = identity !== undefined && old.take(keyOf(document.path, identity));
        if (atLeast(finding.severity, threshold)) counts[isOld ? "old" : "new"]++;
        return !isOld;
      }),
    };
  });
  const changes = {
    since: ref,
    findings: counts,
    ...ruleChanges(before.documents, today),
  };
  return { files: left, changes };
}

/** Writes what has changed: as JSON to a `.json` file, else as Markdown; without a file as text on standard error. */
export async function writeChanges(changes: RuleChanges, path: string | undefined, io: CliIo): Promise<void> {
  if (path === undefined) return io.warn(changesAsText(changes));
  const text = path.endsWith(".json") ? `${JSON.stringify(changes, null, 2)}\n` : changesAsMarkdown(changes);
  await writeFile(resolve(io.cwd, path), text).catch((error: unknown) => {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new UsageError(`${path} cannot be written (${code}); check the folder and its permissions.`);
  });
}

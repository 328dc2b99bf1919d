import type { Check } from "../../../server/src/checks/check.ts";
import { allChecks } from "../../../server/src/checks/registry.ts";
import { runChecks } from "../../../server/src/checks/run.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import { nameIndexOf } from "../../../server/src/world/names/index.ts";
import { declarationsOf, mergeDeclarations } from "../../../server/src/world/workspace.ts";

/** The checks without what they want of rules, so that each looks at all. */
const asking: readonly Check[] = allChecks.map((check) => {
  if (check.unit !== "rule") return check;
  const { wants, calls, ...all } = check;
  return all;
});

interface File {
  readonly path: string;
  readonly text: string;
}

/** What is found in files, and what is found where each check looks at each rule. */
export function bothWays(
  files: readonly File[],
): readonly { readonly told: unknown; readonly all: unknown }[] {
  const documents = files.map(({ path, text }) =>
    readDocument({ uri: `file:///${path}`, path, version: 1, text }),
  );
  const workspace = mergeDeclarations(documents.map(declarationsOf));
  const names = nameIndexOf(documents);
  return documents.map((document) => {
    const snapshot = { document, workspace, names, environments: [], features: [] };
    const [told, all] = [allChecks, asking].map((checks) => {
      const problems: string[] = [];
      const findings = runChecks(snapshot, problems, checks);
      return JSON.stringify({ findings, problems });
    });
    return { told, all };
  });
}

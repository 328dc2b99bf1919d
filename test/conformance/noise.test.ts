import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { withLevels } from "../../server/src/checks/levels.ts";
import { allChecks } from "../../server/src/checks/registry.ts";
import { runChecks } from "../../server/src/checks/run.ts";
import { readDocument } from "../../server/src/model/read.ts";
import { emptyWorkspace } from "../../server/src/world/workspace.ts";
import { corpusFiles } from "../shared.ts";

/** Repositories whose every finding has a reason in `noise.md`. */
const named =
  /^(?:kubernetes-monitoring\+kubernetes-mixin|prometheus-operator\+kube-prometheus|samber\+awesome-prometheus-alerts)\//;

const corpus = corpusFiles();

/** `path:line check` for each finding of severity warning or above, file by file, without other files' help. */
function findings(): readonly string[] {
  const lines: string[] = [];
  for (const { path, text } of corpus) {
    if (path.startsWith("cloudflare+pint/")) continue;
    const document = readDocument({ uri: `file:///${path}`, path, version: 1, text });
    const parts = document.chart?.parts ?? document.parts;
    if (!parts.some(({ model }) => "rules" in model)) continue;
    const problems: string[] = [];
    const snapshot = { document, workspace: emptyWorkspace, environments: [], features: [] };
    for (const { check, severity, span } of withLevels(runChecks(snapshot, problems, allChecks), {}))
      if ((severity === "warning" || severity === "error") && !check.startsWith("monitor."))
        lines.push(`${path}:${document.lines.positionAt(span.start).line + 1} ${check}`);
    expect(problems).toEqual([]);
  }
  return lines;
}

/** How many findings of a check are in a repository: `repository check count`. */
function counted(lines: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const key = `${line.slice(0, line.indexOf("/"))} ${line.slice(line.lastIndexOf(" ") + 1)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => `${key} ${count}`).sort();
}

/** What the page lists: the first code span of each item. */
function listed(): readonly string[] {
  const page = readFileSync(new URL("noise.md", import.meta.url), "utf8");
  return [...page.matchAll(/^- `([^`]+)`/gm)].map(([, item = ""]) => item);
}

test.skipIf(corpus.length === 0)(
  "noise.md lists each finding of the corpus' rules (needs ../shared/corpus) and nothing else",
  () => {
    const all = findings();
    const found = [
      ...new Set(all.filter((line) => named.test(line))),
      ...counted(all.filter((line) => !named.test(line))),
    ];
    const expected = listed();
    expect(found.filter((line) => !expected.includes(line))).toEqual([]);
    expect(expected.filter((line) => !found.includes(line))).toEqual([]);
  },
);

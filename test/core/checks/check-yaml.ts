import { expect } from "vitest";
import type { Check, Finding } from "../../../server/src/checks/check.ts";
import { withLevels } from "../../../server/src/checks/levels.ts";
import { allChecks, loadChecks } from "../../../server/src/checks/registry.ts";
import { runChecks } from "../../../server/src/checks/run.ts";
import type { SourceDocument } from "../../../server/src/model/document.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import type { CheckLevels } from "../../../server/src/world/settings.ts";
import { emptyWorkspace } from "../../../server/src/world/workspace.ts";

export interface Checked {
  readonly document: SourceDocument;
  readonly findings: readonly Finding[];
}

/** Runs every check of the linter on one text, at the levels that users chose; a check that fails fails the test. */
export function lint(
  text: string,
  path = "x.yml",
  features: readonly string[] = [],
  levels: CheckLevels = {},
): Checked {
  const { document, findings } = check(text, path, features, allChecks);
  return { document, findings: withLevels(findings, levels) };
}

/** Runs the checks that tell whether a text loads; a check that fails fails the test. */
export function check(
  text: string,
  path = "x.yml",
  features: readonly string[] = [],
  registry: readonly Check[] = loadChecks,
): Checked {
  const document = readDocument({ uri: `file:///${path}`, path, version: 1, text });
  const problems: string[] = [];
  const findings = runChecks(
    { document, workspace: emptyWorkspace, environments: [], features },
    problems,
    registry,
  );
  expect(problems).toEqual([]);
  return { document, findings };
}

/** One line a finding: `check [refused by] "source" message`. */
export function told({ document, findings }: Checked): readonly string[] {
  return findings.map(({ check: id, refusedBy, span, message, severity }) => {
    const source = JSON.stringify(document.text.slice(span.start, span.end));
    return `${id} ${refusedBy ?? severity} ${source} ${message}`;
  });
}

/**
 * Holds the findings to marks in the text: below a line, a comment `# ^^^ id` marks the range of a finding
 * of that id. Marks are taken out before the text is read.
 */
export function expectMarked(marked: string, path = "x.yml"): void {
  const lines: string[] = [];
  const expected: string[] = [];
  for (const line of marked.split("\n")) {
    const mark = /^(\s*#\s*)(\^+) (\S+)$/.exec(line);
    if (mark === null) lines.push(line);
    else {
      const start = mark[1]?.length ?? 0;
      expected.push(`${lines.length}:${start}-${start + (mark[2]?.length ?? 0)} ${mark[3]}`);
    }
  }
  const { document, findings } = check(lines.join("\n"), path);
  const actual = findings.map(({ check: id, span }) => {
    const { start, end } = document.lines.range(span);
    const last = end.line === start.line ? end.character : document.lines.lineText(start.line).length;
    return `${start.line + 1}:${start.character}-${last} ${id}`;
  });
  expect(actual).toEqual(expected);
}

import { expect } from "vitest";
import { parse } from "yaml";
import type { Finding, Severity } from "../../../server/src/checks/check.ts";
import { policyChecks } from "../../../server/src/checks/policy/index.ts";
import { runChecks } from "../../../server/src/checks/run.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import { readPolicies } from "../../../server/src/world/policy/read.ts";
import { emptyWorkspace } from "../../../server/src/world/workspace.ts";

export interface Judged {
  readonly text: string;
  readonly findings: readonly Finding[];
}

/** Runs the policies of a `promscope.yaml`, of which only the section `policy` is given, over a file. */
export function judge(policy: string, text: string, path = "rules.yml"): Judged {
  const { set, problems } = readPolicies(parse(policy));
  expect(problems).toEqual([]);
  const document = readDocument({ uri: `file:///${path}`, path, version: 1, text });
  const failures: string[] = [];
  const findings = runChecks(
    { document, workspace: emptyWorkspace, environments: [], features: [], policy: set.of(path) },
    failures,
    policyChecks,
  );
  expect(failures).toEqual([]);
  return { text, findings };
}

/** One line a finding: `id severity "source" message`. */
export function told({ text, findings }: Judged): readonly string[] {
  return findings.map(
    ({ check, severity, span, message }: Finding & { readonly severity: Severity }) =>
      `${check} ${severity} ${JSON.stringify(text.slice(span.start, span.end))} ${message}`,
  );
}

/** The ids and sources alone. */
export function places({ text, findings }: Judged): readonly string[] {
  return findings.map(({ check, span }) => `${check} ${text.slice(span.start, span.end)}`);
}

/** The text after the first fix of the finding at `index`. */
export function mended({ text, findings }: Judged, index = 0, fix = 0): string {
  const edits = findings[index]?.fixes?.[fix]?.edits ?? [];
  expect(edits.length).toBeGreaterThan(0);
  return edits
    .toSorted((a, b) => b.span.start - a.span.start)
    .reduce((now, { span, newText }) => now.slice(0, span.start) + newText + now.slice(span.end), text);
}

/** A file with one rule, its lines indented as they stand in the list. */
export function file(rule: string, group = "  - name: g\n    rules:\n"): string {
  const [first = "", ...rest] = rule.trimEnd().split("\n");
  return `groups:\n${group}      - ${first}\n${rest.map((line) => `        ${line}\n`).join("")}`;
}

import { expect, test } from "vitest";
import { parse } from "yaml";
import { policyChecks } from "../../../server/src/checks/policy/index.ts";
import { runChecks } from "../../../server/src/checks/run.ts";
import { SlicedChecks } from "../../../server/src/checks/sliced/checks.ts";
import { OpenText } from "../../../server/src/lsp/open-text.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import { readPolicies } from "../../../server/src/world/policy/read.ts";
import type { Snapshot } from "../../../server/src/world/snapshot.ts";
import { emptyWorkspace } from "../../../server/src/world/workspace.ts";

const policy = (label: string): string => `
- require:
    labels: [${label}]
    groupName: { style: kebab-case }
    limit: { required: true }
    owner: [alice, bob]
    sourceTenants: { forMetrics: { k8s: "kube_.*" } }
    aggregations: { keep: [job] }
    for: { min: 1m }
- require: { labels: { tier: { pattern: x, optional: true } } }
- match: { kinds: alert, labels: { severity: critical } }
  require: { interval: { required: true } }`;

const rules = `groups:
  - name: One_Group
    rules:
      # promscope owner alice
      - record: a
        expr: sum(kube_pod_info)
      # promscope owner carol
      - alert: B
        expr: up == 0
        labels:
          severity: critical
      - record: c
        expr: up
  - name: two
    labels: { tier: y }
    rules:
      - alert: D
        expr: up == 0
`;

/** Edits as an editor sends them, each checked as a whole and in slices. */
const edits: readonly (readonly [what: string, by: string])[] = [
  ["severity: critical", "severity: info"],
  ["      # promscope owner carol\n", ""],
  ["sum(kube_pod_info)", "sum by (job) (up)"],
  ["        expr: up == 0\n        labels", "        for: 5m\n        expr: up == 0\n        labels"],
  ["# promscope owner alice", "# promscope owner bob"],
  ["expr: up\n", "expr: up\n        # pint rule/owner bob\n"],
  ["One_Group", "one"],
  ["- alert: D\n", "- alert: D\n        labels: { tier: x }\n"],
  ["tier: y", "tier: x"],
];

test("policies say the same of an edited file in slices as of the whole file", () => {
  const uri = "file:///rules.yaml";
  const path = "rules.yaml";
  const snapshotOf = (document: Snapshot["document"], label: string): Snapshot => {
    const set = sets.get(label) ?? readPolicies(parse(policy(label))).set;
    sets.set(label, set);
    return { document, workspace: emptyWorkspace, environments: [], features: [], policy: set.of(path) };
  };
  const sets = new Map<string, ReturnType<typeof readPolicies>["set"]>();
  const checks = new SlicedChecks(policyChecks);
  const open = new OpenText({ uri, path, version: 0, text: rules, languageId: "yaml" });
  let text = rules;
  let sliced = 0;
  let told = 0;
  for (const [version, [what, by]] of [["", ""] as const, ...edits].entries()) {
    if (version > 0) {
      const start = text.indexOf(what);
      expect(start).toBeGreaterThan(0);
      const { lines } = open.document;
      open.update([{ range: lines.range({ start, end: start + what.length }), text: by }], version);
      text = text.slice(0, start) + by + text.slice(start + what.length);
    }
    // A policy that changes makes all findings anew.
    for (const label of ["team", "squad"]) {
      const whole = readDocument({ uri, path, version, text });
      const expected = runChecks(snapshotOf(whole, label), [], policyChecks);
      told += expected.length;
      const { document } = open;
      if (document.sliced === undefined) continue;
      sliced++;
      const problems: string[] = [];
      const found = checks.run(document.sliced, snapshotOf(document, label), problems);
      expect(problems).toEqual([]);
      expect([...(found?.findings() ?? [])]).toEqual(expected);
    }
  }
  expect(sliced).toBeGreaterThan(10);
  expect(told).toBeGreaterThan(50);
});

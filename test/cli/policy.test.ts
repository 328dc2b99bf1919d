import { afterEach, beforeEach, expect, test } from "vitest";
import type { JsonFinding } from "../../server/src/cli/report.ts";
import { Sandbox } from "./run.ts";

const rules = (priority: number): string =>
  `groups:\n- name: g\n  rules:\n  - alert: Down\n    expr: up == 0\n    for: 5m\n    labels:\n      priority: "${priority}"\n`;

const policy = `policy:
  - name: Pages
    match: { files: "priority-1/**", kinds: alert, labels: { priority: 1 } }
    severity: error
    require: { annotations: { runbook_url: "https://.+" } }
    link: https://wiki.example/runbooks
`;

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.dispose());

const check = async (...argv: string[]): Promise<{ found: readonly string[]; code: number; err: string }> => {
  const { out, code, err } = await box.run(["check", "--format", "json", "--min-severity", "hint", ...argv]);
  const findings = (JSON.parse(out) as JsonFinding[]).filter(({ check: id }) => id.startsWith("policy."));
  return { found: findings.map(({ file, check: id, severity }) => `${file} ${id} ${severity}`), code, err };
};

test("the nearest promscope.yaml upward from each file counts; globs are relative to its folder", async () => {
  box.write({
    "repo/promscope.yaml": policy,
    "repo/priority-1/a.yaml": rules(1),
    "repo/priority-1/three.yaml": rules(3),
    "repo/other/a.yaml": rules(1),
    "repo/priority-1/own/promscope.yaml": "policy:\n  - require: { labels: [team] }\n",
    "repo/priority-1/own/a.yaml": rules(1),
    "b.yaml": rules(1),
  });
  const expected = [
    "repo/priority-1/a.yaml policy.required-annotation error",
    "repo/priority-1/own/a.yaml policy.required-label warning",
  ];
  const all = await check(".");
  expect(all).toMatchObject({ code: 1, err: "" });
  expect(all.found.toSorted()).toEqual(expected);
  expect((await check("repo/priority-1/a.yaml")).found).toEqual(expected.slice(0, 1));
});

test("a finding carries the link of its policy, and a comment silences it", async () => {
  box.write({ "promscope.yaml": policy, "priority-1/a.yaml": rules(1) });
  const { out } = await box.run(["check", "--format", "json", "priority-1"]);
  expect(JSON.parse(out)).toMatchObject([
    { check: "policy.required-annotation", link: "https://wiki.example/runbooks" },
  ]);
  const silenced = rules(1).replace(
    "  - alert",
    "  # promscope ignore policy.required-annotation\n  - alert",
  );
  box.write({ "priority-1/a.yaml": silenced });
  expect((await check("priority-1")).found).toEqual([]);
});

test("checks of promscope.yaml change severities, and standard input is judged by its name", async () => {
  box.write({ "promscope.yaml": `${policy}checks:\n  policy.required-annotation: info\n` });
  const { out } = await box.run(
    ["check", "-", "--stdin-name", "priority-1/x.yaml", "--format", "json", "--min-severity", "hint"],
    rules(1),
  );
  expect(JSON.parse(out)).toMatchObject([{ check: "policy.required-annotation", severity: "info" }]);
});

test("a broken policy is told at its place, and the others count", async () => {
  box.write({
    "promscope.yaml": `${policy}  - require: { labels: { team: "(" } }\n  - require: { labels: [severity] }\n`,
    "priority-1/a.yaml": rules(1),
  });
  const { found, code, err } = await check(".");
  expect(code).toBe(1);
  expect(found.toSorted()).toEqual([
    "priority-1/a.yaml policy.required-annotation error",
    "priority-1/a.yaml policy.required-label warning",
    "promscope.yaml policy.config-invalid error",
  ]);
  expect(err).toContain("promscope.yaml: policy[1].require.labels.team: ( is no regular expression of RE2");
});

test("pint's configuration counts where no promscope.yaml is beside it, and says what of it does not", async () => {
  const pint = `prometheus "prod" {
  uri      = "https://prometheus.example.com"
  failover = ["https://other.example.com"]
}
parser { exclude = ["priority-2/.*"] }
checks { disabled = ["alerts/comparison"] }
rule {
  locked = true
  match { path = "priority-1/.*" }
  annotation "runbook_url" {
    required = true
    severity = "bug"
  }
}
`;
  const silenced = rules(1).replace("  - alert", "  # pint disable alerts/annotation\n  - alert");
  const bare = rules(1).replace("up == 0", "up");
  box.write({ ".pint.hcl": pint, "priority-1/a.yaml": silenced, "priority-2/b.yaml": bare, "c.yaml": bare });
  const { found, code, err } = await check(".");
  expect(found).toEqual(["priority-1/a.yaml policy.required-annotation error"]);
  expect(code).toBe(1);
  expect(err).toBe(
    'promscope: .pint.hcl: failover of prometheus "prod" is not read: name one address that is always there.\n',
  );
  const { out } = await box.run(["check", "priority-2", "c.yaml"]);
  expect(out).not.toContain("rule.no-comparison");
  box.write({ "promscope.yaml": "policy: []\n" });
  expect((await check(".")).found).toEqual([]);
});

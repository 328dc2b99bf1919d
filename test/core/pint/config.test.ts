import { describe, expect, test } from "vitest";
import { policyChecks } from "../../../server/src/checks/policy/index.ts";
import { allChecks, loadChecks } from "../../../server/src/checks/registry.ts";
import { runChecks } from "../../../server/src/checks/run.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import { pintChecks } from "../../../server/src/world/pint/checks.ts";
import { readPintConfig } from "../../../server/src/world/pint/config.ts";
import { parseHcl } from "../../../server/src/world/pint/hcl.ts";
import { emptyWorkspace } from "../../../server/src/world/workspace.ts";

const rules = `groups:
- name: g
  rules:
  - alert: High
    expr: sum by (job) (errors) > 0
    for: 10m
    labels: { severity: page, priority: "1" }
  # pint disable promql/aggregate
  - record: job:errors:sum
    expr: sum(errors)
`;

/** `line check severity message` of what the configuration makes policies say. */
function said(config: string, path = "rules/a.yml"): readonly string[] {
  const { project, warnings } = readPintConfig(config);
  expect(warnings).toEqual([]);
  const document = readDocument({ uri: `file:///${path}`, path, version: 1, text: rules });
  const snapshot = { document, workspace: emptyWorkspace, environments: [], features: [] };
  const policy = project.policy.of(path);
  return runChecks({ ...snapshot, policy }, [], policyChecks).map(
    ({ check, severity, span }) => `${document.lines.positionAt(span.start).line + 1} ${check} ${severity}`,
  );
}

describe("rule blocks of pint's configuration", () => {
  test.each([
    ['aggregate ".+" { keep = ["instance"] }', ["5 policy.aggregation-labels warning"]],
    [
      'locked = true\n  aggregate ".+" {\n    keep = ["instance"]\n    severity = "bug"\n  }',
      ["5 policy.aggregation-labels error", "10 policy.aggregation-labels error"],
    ],
    ['annotation "runbook" { required = true }', ["4 policy.required-annotation warning"]],
    ['annotation "runbook" { value = "https://.+" }', []],
    ['label "severity" { value = "critical|warning" }', ["7 policy.label-value warning"]],
    ['label "severity" { value = "{{ $alert }}|pa.e" }', []],
    ['label "severity" { value = "{{ $for }}" }', ["7 policy.label-value warning"]],
    ['label "severity" { values = ["critical", "warning"] }', ["7 policy.label-value warning"]],
    ['label "severity" { token = "[a-z]"\n value = "[page]" }', []],
    ['label "severity" { token = "[a-z]+"\n value = "[a-f]" }', ["7 policy.label-value warning"]],
    ['reject "{{ $labels.severity }}" { label_values = true }', ["7 policy.forbidden-label error"]],
    ['for { min = "15m" }', ["6 policy.for error"]],
    ['name "[a-z:]+" {}', ["4 policy.alert-name info"]],
    ['reject "pa.*" { label_values = true }', ["7 policy.forbidden-label error"]],
    [
      'match { kind = "recording" }\n  report {\n    comment = "no"\n    severity = "bug"\n  }',
      ["9 policy.record-name error"],
    ],
    [
      'selector "errors" { requiredLabels = ["team"] }',
      ["5 policy.selector-labels warning", "10 policy.selector-labels warning"],
    ],
    ['call "sum" { selector ".+" { requiredLabels = ["team"] } }', []],
  ])("%s", (body, expected) => {
    expect(said(`rule {\n  ${body}\n}\n`)).toEqual(expected);
  });

  const asked = 'label "team" { required = true }';
  const both = ["7 policy.required-label warning", "9 policy.required-label warning"];

  test.each([
    ["", both],
    ['match { path = "rules/.*" }', both],
    ['match { path = "other/.*" }', []],
    ['match { kind = "alerting" }', [both[0]]],
    ['match { name = "job:.*" }', [both[1]]],
    ['match { label "severity" { value = "page" } }', [both[0]]],
    ['match { for = "> 5m" }', [both[0]]],
    ['match { for = "< 10m" }', []],
    ['match { for = "!= 10m" }', []],
    ['match { for = "<= 10m" }', [both[0]]],
    ['match { command = "ci" }', []],
    ['match { state = ["added"] }', []],
    ['match { state = ["any"] }', both],
    ['match { kind = "alerting" }\n  match { name = "job:.*" }', both],
    ['ignore { kind = "alerting" }', [both[1]]],
    ['ignore { path = "rules/.*" }', []],
    ['ignore {\n    path = "rules/.*"\n    kind = "recording"\n  }', [both[0]]],
    ['ignore { command = "lint" }', []],
    ['ignore { command = "watch" }', both],
  ])("%s", (match, expected) => {
    expect(said(`rule {\n  ${match}\n  ${asked}\n}\n`)).toEqual(expected);
  });
});

test("checks that are switched off, or not among those switched on, say nothing; refusals stay", () => {
  const off = readPintConfig('checks { disabled = ["promql/fragile", "promql/syntax"] }').project.checks;
  expect(off).toEqual({ "rule.fragile-sampling": "off", "rule.fragile-join": "off" });
  const only = readPintConfig('checks {\n  enabled = [ "promql/nan", ]\n}').project.checks;
  expect(only["promql.nan-division"]).toBeUndefined();
  expect(only["rule.fragile-join"]).toBe("off");
  const ids = new Set(allChecks.map(({ id }) => id));
  const refusals = new Set(loadChecks.map(({ id }) => id));
  for (const [name, check] of pintChecks) {
    for (const id of check.ours) expect(ids.has(id) && !refusals.has(id), `${name}: ${id}`).toBe(true);
    for (const id of check.refusals) expect(refusals.has(id), id).toBe(true);
  }
});

test("files that pint would not look at", () => {
  const skips = readPintConfig('parser {\n  include = ["rules/.*"]\n  exclude = ["rules/old/.*"]\n}').project
    .skips;
  expect(["rules/a.yml", "rules/old/a.yml", "b.yml"].map((path) => skips?.(path))).toEqual([
    false,
    true,
    true,
  ]);
  expect(readPintConfig('parser { relaxed = [".*"] }').project.skips).toBeUndefined();
});

test("what does not count is said in plain sentences, and the rest counts", () => {
  const text = `prometheus "prod" {
  uri  = "https://prometheus.example.com" # a comment
  tls { skipVerify = true }
}
ci { baseBranch = "main" }
owners { allowed = ["bob"] }
check "promql/series" { lookbackRange = "5d" }
rule {
  link "https?://.+" {}
  annotation "{{ $alert }}" { required = true }
  label "team" { required = true }
}
checks { disabled = ["promql/none"] }
`;
  const { project, warnings } = readPintConfig(text);
  expect(warnings).toEqual([
    ".pint.hcl: prometheus is not read: name servers in promscope.environments.",
    ".pint.hcl: owners is not read.",
    '.pint.hcl: check "promql/series" is not read.',
    ".pint.hcl: link in a rule is not read.",
    '.pint.hcl: annotation "{{ $alert }}" is left out: keys and tokens with templates are not read.',
    ".pint.hcl: pint knows no check promql/none.",
  ]);
  expect(project.policy.policies).toHaveLength(1);
  expect(readPintConfig("rule {\n  match {\n").warnings).toEqual([
    ".pint.hcl: line 3 cannot be read; the file is ignored.",
  ]);
  expect(readPintConfig('rule {\n  label "team" { value = "(" }\n}').warnings[0]).toContain(
    "line 1 is left out",
  );
});

describe("HCL", () => {
  const dollar = "$";

  test("has texts, numbers, lists, objects, heredocs and comments", () => {
    const text = `
a = "x \\"y\\" \\u0041 ${dollar}{ENV_B}" // one
b = [1, -2.5, true, null, "c",
  "d", /* two */
]
c = { e = "f", "g-h" : [] }
block "one" two {
  d = <<-END
    first
      second
  END
}
empty {}
`;
    const read = parseHcl(text);
    if (!read.ok) throw new Error(`line ${read.line}`);
    expect(Object.fromEntries(read.body.attributes)).toEqual({
      a: `x "y" A ${dollar}{ENV_B}`,
      b: [1, -2.5, true, null, "c", "d"],
      c: { e: "f", "g-h": [] },
    });
    const [block, empty] = read.body.blocks;
    expect(block).toMatchObject({ type: "block", labels: ["one", "two"], line: 7 });
    expect(block?.body.attributes.get("d")).toBe("first\n  second\n");
    expect(empty?.type).toBe("empty");
  });

  test.each([
    "a = b.c",
    "a = f(1)",
    "a",
    "a {",
    'a = "b',
    "a = [1",
    "}",
    'a = "\\x"',
    "a = <<X\nb\n",
    "a = {".repeat(90),
  ])("refuses %s", (text) => {
    expect(parseHcl(text).ok).toBe(false);
  });
});

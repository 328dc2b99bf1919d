import { describe, expect, test } from "vitest";
import { withLevels } from "../../../server/src/checks/levels.ts";
import { policyChecks } from "../../../server/src/checks/policy/index.ts";
import { allChecks, loadChecks } from "../../../server/src/checks/registry.ts";
import { runChecks } from "../../../server/src/checks/run.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import { nameIndexOf } from "../../../server/src/world/names/index.ts";
import { pintChecks } from "../../../server/src/world/pint/checks.ts";
import { readPintConfig } from "../../../server/src/world/pint/config.ts";
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
function said(config: string, path = "rules/a.yml", text = rules): readonly string[] {
  const { project, warnings } = readPintConfig(config);
  expect(warnings).toEqual([]);
  const document = readDocument({ uri: `file:///${path}`, path, version: 1, text });
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
  expect(off).toEqual({
    "rule.fragile-sampling": "off",
    "rule.fragile-join": "off",
    "promql.regexp-smelly": "info",
  });
  // Two checks of pint say it here.
  const joins = readPintConfig('checks { disabled = ["promql/vector_matching"] }').project.checks;
  expect(joins["promql.impossible-join"]).toBeUndefined();
  expect(joins["live.vector-matching"]).toBe("off");
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
  link "https?://(.+)" { uri = "http://mirror/$1" }
  annotation "{{ $alert }}" { required = true }
  label "team" { required = true }
}
checks { disabled = ["promql/none"] }
`;
  const { project, warnings } = readPintConfig(text);
  expect(warnings).toEqual([
    '.pint.hcl: lookbackRange of check "promql/series" is not read.',
    '.pint.hcl: link "https?://(.+)" is left out: the uri that it asks instead is not read.',
    '.pint.hcl: annotation "{{ $alert }}" is left out: keys and tokens with templates are not read.',
    ".pint.hcl: pint knows no check promql/none.",
    '.pint.hcl: tls of prometheus "prod" is not read: name a file in httpConfig.',
  ]);
  expect(project.policy.policies).toHaveLength(2);
  expect(readPintConfig("rule {\n  match {\n").warnings).toEqual([
    ".pint.hcl: line 3 cannot be read; the file is ignored.",
  ]);
  expect(readPintConfig('rule {\n  label "team" { value = "(" }\n}').warnings[0]).toContain(
    "line 1 is left out",
  );
});

describe("checks that rule blocks switch", () => {
  /** `check line` of what all checks say of the rules. */
  function told(config: string): readonly string[] {
    const { project, warnings } = readPintConfig(config);
    expect(warnings).toEqual([]);
    const text = `groups:
- name: g
  rules:
  - alert: A
    expr: sum(x) / sum(y) > 1
  - alert: B
    expr: up{job=~"a"} == 0
    labels: { team: c }
  - alert: C
    expr: up{job=~"b"} == 0
`;
    const document = readDocument({ uri: "file:///rules/a.yml", path: "rules/a.yml", version: 1, text });
    const snapshot = { document, workspace: emptyWorkspace, environments: [], features: [] };
    const findings = runChecks({ ...snapshot, policy: project.policy.of("rules/a.yml") }, [], allChecks);
    return withLevels(findings, project.checks).map(
      ({ check, span }) => `${check} ${document.lines.positionAt(span.start).line + 1}`,
    );
  }
  const fragile = "rule.fragile-join 5";
  const ofB = "promql.regexp-literal 7";
  const ofC = "promql.regexp-literal 10";

  test.each([
    ["", [fragile, ofB, ofC]],
    ['rule {\n  disable = ["promql/regexp"]\n}', [fragile]],
    ['rule {\n  match { name = "B" }\n  disable = ["promql/regexp"]\n}', [fragile, ofC]],
    ['rule {\n  ignore { name = "B" }\n  disable = ["promql/regexp", "promql/fragile"]\n}', [ofB]],
    ['checks { disabled = ["promql/regexp"] }\nrule {\n  enable = ["promql/regexp"]\n}', [fragile, ofB, ofC]],
    [
      'checks { disabled = ["promql/regexp"] }\nrule {\n  match { label "team" { value = "c" } }\n  enable = ["promql/regexp"]\n}',
      [fragile, ofB],
    ],
    [
      'checks { enabled = ["promql/fragile"] }\nrule {\n  match { path = "rules/.*" }\n  ignore { name = "C" }\n  enable = ["promql/regexp"]\n}',
      [fragile, ofB],
    ],
    [
      'rule {\n  match { name = "B" }\n  enable = ["promql/regexp"]\n}\nrule {\n  match { kind = "alerting" }\n  disable = ["promql/regexp"]\n}',
      [fragile],
    ],
    ['rule {\n  match { command = "ci" }\n  disable = ["promql/regexp"]\n}', [fragile, ofB, ofC]],
  ])("%s", (config, expected) => {
    expect(told(config)).toEqual(expected);
  });
});

test("a pattern of metric names is looked at where it could be one that is meant", () => {
  const told = (selector: string): readonly string[] =>
    said(
      'rule {\n  selector "node_.+" { requiredLabels = ["job"] }\n}',
      "rules/a.yml",
      `groups:\n- name: g\n  rules:\n  - record: a:b\n    expr: '${selector}'\n`,
    );
  const marked = ["5 policy.selector-labels warning"];
  for (const selector of ["node_load1", '{__name__="node_load1"}', '{__name__=~"node_(a|b).*"}'])
    expect(told(selector), selector).toEqual(marked);
  for (const selector of ["up", '{__name__=~"up|down"}', '{__name__=~"node_.*", job="a"}'])
    expect(told(selector), selector).toEqual([]);
});

test("a name that two patterns ask for has to match both", () => {
  const config = (name: string): string =>
    `rule {\n  match { name = "job:.*" }\n  aggregate "${name}" { keep = ["instance"] }\n}`;
  const locked = (name: string): string => config(name).replace("rule {", "rule {\n  locked = true");
  expect(said(locked(".*:sum"))).toEqual(["10 policy.aggregation-labels warning"]);
  expect(said(locked("High"))).toEqual([]);
});

test("owners are asked for, and only those that are allowed", () => {
  const allowed = 'owners { allowed = ["infra|web", "db-.+"] }';
  expect(said(allowed)).toEqual(["4 policy.owner error", "9 policy.owner error"]);
  const owned = rules.replace("groups:", "# pint file/owner db-1\ngroups:");
  expect(said(allowed, "rules/a.yml", owned)).toEqual([]);
  expect(said(allowed, "rules/a.yml", owned.replace("db-1", "bob"))).toEqual(["1 policy.owner error"]);
  expect(said("owners {}", "rules/a.yml", owned.replace("db-1", "bob"))).toEqual([]);
});

test("names of before Prometheus 3", () => {
  const text = `groups:
- name: g
  rules:
  - record: "a b"
    expr: up
    labels: { "c.d": e, f_1: g, "1h": i }
`;
  expect(said('parser { names = "legacy" }', "rules/a.yml", text)).toEqual([
    "4 policy.record-name error",
    "6 policy.forbidden-label error",
    "6 policy.forbidden-label error",
  ]);
  expect(said('parser { names = "utf-8" }', "rules/a.yml", text)).toEqual([]);
});

test("files for Thanos may have its key", () => {
  const text =
    "groups:\n- name: g\n  partial_response_strategy: warn\n  rules:\n  - { record: a, expr: up }\n";
  const document = readDocument({ uri: "file:///a.yml", path: "a.yml", version: 1, text });
  const ids = (config: string): readonly string[] => {
    const { project, warnings } = readPintConfig(config);
    expect(warnings).toEqual([]);
    const snapshot = { document, workspace: emptyWorkspace, environments: [], features: [] };
    const policy = project.policy.of("a.yml");
    return runChecks({ ...snapshot, policy }, [], loadChecks).map(
      ({ check: id, severity }) => `${id} ${severity}`,
    );
  };
  expect(ids('parser { schema = "thanos" }')).toEqual([]);
  expect(ids('parser { schema = "prometheus" }')).toEqual(["yaml.unknown-field error"]);
});

test("rules may stand anywhere in files that pint reads so", () => {
  const ids = (text: string, relaxed: string): readonly string[] => {
    const document = readDocument({ uri: "file:///rules/a.yml", path: "rules/a.yml", version: 1, text });
    const { project } = readPintConfig(`parser { relaxed = ["${relaxed}"] }`);
    const snapshot = { document, workspace: emptyWorkspace, environments: [], features: [] };
    const policy = project.policy.of("rules/a.yml");
    return runChecks({ ...snapshot, policy }, [], allChecks).map(({ check: id }) => id);
  };
  const list = "- record: a:b\n  expr: up{job=~'a'}\n";
  expect(ids(list, "rules/.*")).toEqual(["promql.regexp-literal"]);
  expect(ids(list, "s/.*")).toEqual(["yaml.wrong-type", "promql.regexp-literal"]);
  const wrapped = `more: 1\ngroups:\n- name: g\n  rules:\n  - record: a:b\n    expr: up\n---\n${list}`;
  expect(ids(wrapped, ".*")).toEqual(["promql.regexp-literal"]);
  expect(ids(wrapped, "x").toSorted()).toEqual([
    "promql.regexp-literal",
    "yaml.multi-document",
    "yaml.unknown-field",
    "yaml.wrong-type",
  ]);
  expect(ids(wrapped.replace("    expr: up", "    exprr: up"), ".*")).toContain("yaml.unknown-field");
});

test("metrics of other groups that may be an interval old", () => {
  const text = `groups:
- name: f
  rules:
  - { record: "a:b", expr: sum(x) }
  - { record: "c:d", expr: sum(y) }
- name: g
  rules:
  - { record: "e:f", expr: "a:b + c:d" }
`;
  const document = readDocument({ uri: "file:///a.yml", path: "a.yml", version: 1, text });
  const told = (config: string): readonly string[] => {
    const { project, warnings } = readPintConfig(config);
    expect(warnings).toEqual([]);
    const snapshot = { document, workspace: emptyWorkspace, environments: [], features: [] };
    const facts = { ...snapshot, names: nameIndexOf([document]), policy: project.policy.of("a.yml") };
    return runChecks(facts, [], allChecks).flatMap(({ check, span }) =>
      check === "rule.dependency-cross-group" ? [text.slice(span.start, span.end)] : [],
    );
  };
  expect(told("")).toEqual(["a:b", "c:d"]);
  expect(told('check "rule/dependency" { ignoreGroupMismatch = ["a:.+"] }')).toEqual(["c:d"]);
});

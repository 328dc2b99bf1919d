import { describe, expect, test } from "vitest";
import { applyEdits } from "../../../server/src/base/text.ts";
import { check, expectMarked, lint, told } from "./check-yaml.ts";

/** A group with these lines as its only rule. */
function rule(...lines: readonly string[]): string {
  return `groups:\n- name: g\n  rules:\n  - ${lines.join("\n    ")}\n`;
}

/** A PrometheusRule with these lines as its only rule. */
function object(...lines: readonly string[]): string {
  const body = `groups:\n  - name: g\n    rules:\n    - ${lines.join("\n      ")}\n`;
  return `apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: x}\nspec:\n  ${body}`;
}

test("a sound file has no findings", () => {
  expect(told(check(rule("alert: A", "expr: up == 0", "for: 1h30m", "labels: {severity: page}")))).toEqual(
    [],
  );
});

test("findings lie on the faulty tokens", () => {
  expectMarked(`groups:
- nme: a
# ^^^ rule.group-name-missing
# ^^^ yaml.unknown-field
  rules:
  - record: x
    expr: rate(y[5m]) y
#                     ^ promql.syntax
    annotation: {a: b}
#   ^^^^^^^^^^ yaml.unknown-field
  - alert: A
#   ^^^^^ rule.expr-missing
    for: 5mm
#        ^^^ rule.duration-invalid
  - expr: up
#   ^^^^ rule.no-record-or-alert
- name: a
  rules: {}
#        ^^ yaml.wrong-type
- name: a
#       ^ rule.group-name-duplicate
  limit: '1'
#        ^^^ rule.limit-invalid
`);
});

describe("messages carry Prometheus' own words", () => {
  test.each([
    [
      rule("alert: A", "expr: up", "annotation: {}"),
      'yaml.unknown-field prometheus "annotation" field annotation not found in type rulefmt.Rule: did you mean annotations?',
    ],
    [
      rule("alert: A", "expr: [up]"),
      'yaml.wrong-type prometheus "[up]" cannot unmarshal !!seq into string: write a text here.',
    ],
    [
      rule("alert: A", "expr: up", "labels: severity"),
      'yaml.wrong-type prometheus "severity" cannot unmarshal !!str `severity` into map[string]string: write a mapping here.',
    ],
    [
      rule("alert: A", "expr: up", "expr: down"),
      'yaml.duplicate-key prometheus "expr" mapping key "expr" already defined at line 5: keep one of the two.',
    ],
    [
      rule("alert: A", "record: r", "expr: up"),
      "rule.record-and-alert prometheus \"record\" only one of 'record' and 'alert' must be set: split the rule in two.",
    ],
    [
      rule("record: r", "expr: ''"),
      "rule.expr-missing prometheus \"expr\" field 'expr' must be set in rule: write the query.",
    ],
    [
      rule("record: r", "expr: up", "for: 5m"),
      "rule.record-only-fields prometheus \"for\" invalid field 'for' in recording rule: remove it, or make the rule an alert.",
    ],
    [
      rule("record: 'r{a=\"b\"}'", "expr: up"),
      'rule.record-name-invalid prometheus "\'r{a=\\"b\\"}\'" braces present in the recording rule name; should it be in expr?: r{a="b"}',
    ],
    [
      rule("record: r", "expr: up", "labels: {__name__: x}"),
      'rule.label-name-invalid prometheus "__name__" invalid label name: __name__: the metric\'s name is set by record.',
    ],
    [
      rule("alert: A", "expr: up", "annotations: {'': x}"),
      "rule.annotation-name-invalid prometheus \"''\" invalid annotation name: the name is empty, write one.",
    ],
    [
      rule("alert: A", "expr: up", "for: 1h 30m"),
      'rule.duration-invalid prometheus "1h 30m" unknown unit "h " in duration "1h 30m": write it like 5m or 1h30m.',
    ],
    [
      "groups:\n- rules: [{record: r, expr: up}]\n",
      'rule.group-name-missing prometheus "rules" Groupname must not be empty: give the group a name.',
    ],
    [
      "groups:\n- name: a\n  limit: .nan\n  rules: [{record: r, expr: up}]\n",
      'rule.limit-invalid prometheus ".nan" cannot unmarshal !!float `.nan` into int: write a whole number.',
    ],
  ])("%j", (text, finding) => {
    expect(told(check(text))).toEqual([finding]);
  });
});

test.each([
  rule("record: r", "expr: up", "for: 0s"),
  rule("record: r", "expr: up", "annotations: {}"),
  rule("record: r", "expr: up", "labels: ~"),
  rule("record: r", "expr: 1"),
  rule("alert: A", "expr: up", "for: ~"),
  "groups:\n- name: a\n  limit: 1.5\n  rules: [~, {record: r, expr: up}]\n",
  "groups:\n- ~\n- name: a\n  query_offset: 1m\n  labels: {a: b}\n  rules: [{record: r, expr: up}]\n",
  "x: 1\ngroups: []\n",
])("Prometheus accepts %j", (text) => {
  expect(told(check(text)).filter((line) => !line.includes("field x not found"))).toEqual([]);
});

test("merges count as the rule's own keys", () => {
  const text = `groups:
- name: a
  rules:
  - &base {alert: A, expr: up, labels: {a: b}}
  - {<<: *base, alert: B}
  - {<<: *base, exp: up}
`;
  expect(told(check(text))).toEqual([
    'yaml.unknown-field prometheus "exp" field exp not found in type rulefmt.Rule: did you mean expr?',
  ]);
});

test("errors in every scalar style point at the characters that are wrong", () => {
  for (const [style, expected] of [
    ["expr: 'sum(x) by y'", "y"],
    ['expr: "sum(\\x78) by y"', "y"],
    ["expr: |\n      sum(x)\n      by y", "y"],
    ["expr: >-\n      sum(x)\n      by y", "y"],
    ["expr: sum(x)\n      by y", "y"],
  ] as const) {
    const { document, findings } = check(rule("record: r", style));
    expect(findings.map(({ check: id }) => id)).toEqual(["promql.syntax"]);
    const { start, end } = findings[0]?.span ?? { start: 0, end: 0 };
    expect(document.text.slice(start, end)).toBe(expected);
  }
});

describe("a PrometheusRule", () => {
  test("is refused by Kubernetes for its metadata, its spec and Thanos' key", () => {
    const head = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\n";
    expect(told(check(`${head}metadata: {name: x, labels: yes}\nspec: 5\n`))).toEqual([
      'rule.object-type kubernetes "yes" json: cannot unmarshal bool into Go struct field ObjectMeta.labels of type map[string]string: write a mapping here.',
      'rule.object-type kubernetes "5" spec in body must be of type object: "integer": write a mapping here.',
    ]);
    expect(told(check(`${head}metadata: {name: x}\n`))).toEqual([
      'rule.object-type kubernetes "apiVersion" spec: Required value: write the groups below it.',
    ]);
    expect(told(check(`${head}metadata: {labels: {a: 5}}\nspec: {}\n`))).toEqual([
      'rule.object-type kubernetes "5" json: cannot unmarshal number into Go struct field ObjectMeta.labels of type string: quote the value.',
    ]);
    const text = `${head}metadata: {name: x}\nspec:\n  groups: [{name: a, partial_response_strategy: foo, interval: "", rules: []}]\n`;
    expect(told(check(text))).toEqual([
      "rule.partial-response-invalid kubernetes \"foo\" spec.groups[0].partial_response_strategy in body should match '^(?i)(abort|warn)?$': write abort or warn.",
    ]);
  });

  test("is refused by Kubernetes for shapes and by Prometheus for meaning", () => {
    const text = object("alert: A", "expr: x y", "foo: 1", "labels: {severity: 1, on: no}");
    expect(told(check(text))).toEqual([
      'promql.syntax prometheus "y" parse error: unexpected identifier "y"',
      'yaml.unknown-field kubernetes "foo" unknown field "spec.groups[0].rules[0].foo": did you mean for?',
      'yaml.scalar-type kubernetes "1" spec.groups[0].rules[0].labels.severity in body must be of type string: "integer": quote the value.',
      'yaml.scalar-type kubernetes "no" spec.groups[0].rules[0].labels.on in body must be of type string: "boolean": quote the value.',
    ]);
  });

  test("has its values quoted by a safe fix", () => {
    const { document, findings } = check(object("alert: A", "expr: up", "labels: {severity: 1}"));
    const [fix] = findings[0]?.fixes ?? [];
    expect(fix?.safe).toBe(true);
    expect(applyEdits(document.text, fix?.edits ?? [])).toContain('severity: "1"');
  });

  test("may have a number for an expression and Thanos' key", () => {
    const text = object("record: r", "expr: 1").replace(
      "name: g",
      "name: g\n    partial_response_strategy: warn",
    );
    expect(told(check(text))).toEqual([]);
  });
});

describe("fixes", () => {
  test("rename, write and remove", () => {
    const text = rule("record: r", "exprs: up", "for: 5 min", "labels: {a: b}");
    const { document, findings } = check(text);
    const edits = findings.flatMap(({ fixes }) => fixes?.[0]?.edits ?? []);
    expect(applyEdits(document.text, edits)).toBe(rule("record: r", "expr: up", "for: 5m", "labels: {a: b}"));
    const alone = check(rule("record: r", "expr: up", "annotations:", "  a: b # c", "labels: {a: b}"));
    const [fix] = alone.findings[0]?.fixes ?? [];
    expect(applyEdits(alone.document.text, fix?.edits ?? [])).toBe(
      rule("record: r", "expr: up", "labels: {a: b}"),
    );
  });

  test("are not offered where the field shares its line", () => {
    expect(
      check("groups: [{name: a, rules: [{record: r, expr: up, for: 5m}]}]").findings[0]?.fixes,
    ).toBeUndefined();
  });
});

describe("a value that begins with a bracket and has no quotes", () => {
  test.each([
    ['{a="b"} > 1', "line 5: did not find expected comment or line break: "],
    ['{a="b", c=~"}"} == 0', "line 5: found unexpected end of stream: "],
    ['{a="b"} * 100', "line 5: did not find expected alphabetic or numeric character: "],
    ['{a="b"}[5m]', "line 3: did not find expected key: "],
  ])("is told as such and mended: %s", (value, words) => {
    const { document, findings } = check(rule("record: r", `expr: ${value} # why`, "labels: {a: b}"));
    expect(findings).toMatchObject([{ check: "yaml.syntax", refusedBy: "prometheus" }]);
    const [finding] = findings;
    expect(finding?.message).toBe(`${words}a value that begins with { must be in quotes.`);
    expect(document.text.slice(finding?.span.start, finding?.span.end)).toBe(value);
    const [fix] = finding?.fixes ?? [];
    expect(fix?.safe).toBe(true);
    expect(applyEdits(document.text, fix?.edits ?? [])).toContain(`expr: '${value}' # why\n`);
  });

  test("is not mended where it goes on below", () => {
    const { findings } = check(rule("record: r", 'expr: {a="b"} ==', "  0", "labels: {a: b}"));
    expect(findings).toMatchObject([{ check: "yaml.syntax", fixes: undefined }]);
  });
});

describe("rule files of other programs", () => {
  test("with alerts that Grafana provisions, or rules of whatever else, are none of ours", () => {
    const grafana = (extra: string): string =>
      `apiVersion: 1\ngroups:\n- ${extra}name: a\n  rules:\n  - uid: b\n    title: c\n    condition: C\n    data: []\n`;
    for (const path of ["grafana/provisioning/alerting/rules.yaml", "alerts/node.rules.yml"])
      expect(told(lint(grafana("orgId: 1\n  "), path))).toEqual([]);
    expect(told(lint(grafana(""), "grafana/provisioning/alerting/rules.yaml"))).toEqual([]);
    const other = "groups:\n- name: a\n  rules:\n  - if: b\n    action: c\n";
    for (const path of ["ci/rules.yaml", "ci/any.yaml"]) expect(told(lint(other, path))).toEqual([]);
    expect(told(lint(other.replace("if: b", "alrt: b"), "ci/rules.yaml"))).toEqual([]);
    expect(
      told(lint(other.replace("if: b\n    action: c", "alrt: b\n    exp: c"), "ci/rules.yaml")),
    ).not.toEqual([]);
    expect(told(lint(other.replace("if: b\n    action: c", "for: 5m"), "ci/rules.yaml"))).not.toEqual([]);
  });

  test("get one gentle word for each key", () => {
    const text =
      "groups:\n- name: a\n  concurrency: 2\n  rules: [{record: r, expr: up}]\n- name: b\n  concurrency: 2\n  rules: []\n";
    expect(told(check(text))).toEqual([
      expect.stringMatching(/^yaml.unknown-field info "concurrency" .*vmalert/),
    ]);
  });

  test("have keys that Prometheus refuses where nothing else tells whose they are", () => {
    const text = (key: string): string =>
      `groups:\n- name: a\n  ${key}: x\n  rules: [{record: r, expr: up}]\n`;
    for (const key of ["partial_response_strategy", "evaluation_delay"])
      expect(told(check(text(key)))).toEqual([
        expect.stringMatching(
          `^yaml.unknown-field prometheus "${key}" .*not found in type rulefmt.RuleGroup`,
        ),
      ]);
    expect(told(check(`namespace: x\n${text("source_tenants")}`))).toEqual([
      expect.stringMatching(/^yaml.unknown-field info "namespace" .*mimirtool/),
      expect.stringMatching(/^yaml.unknown-field info "source_tenants" .*Mimir/),
    ]);
  });

  test("in LogQL get no errors of PromQL", () => {
    const text = rule("alert: A", 'expr: \'sum(rate({app="x"} |= "error" [5m])) > 1\'');
    expect(told(check(text))).toEqual([]);
    expect(told(check(rule("alert: A", "expr: 'up || down'")))).not.toEqual([]);
    const logs = rule("record: r", 'expr: sum(rate({app="x"}[5m]))');
    expect(told(lint(logs, "deploy/loki/rules.yml"))).toEqual([]);
    expect(told(lint(logs))).toEqual([expect.stringMatching("^promql.no-metric-name ")]);
  });

  test("in what vmalert sends to other stores get no errors of PromQL", () => {
    for (const type of ["vlogs", "graphite"]) {
      const text = `groups:\n- name: a\n  type: ${type}\n  rules: [{record: r, expr: '* | stats count()'}]\n`;
      expect(told(check(text))).toEqual([expect.stringMatching(/^yaml.unknown-field info "type" /)]);
    }
    const prometheus =
      "groups:\n- name: a\n  type: prometheus\n  rules: [{record: r, expr: '* | stats count()'}]\n";
    expect(told(check(prometheus))).toContainEqual(expect.stringMatching("^promql.syntax info "));
  });

  test("of vmalert may have fields of alerts in recording rules", () => {
    const text = (key: string): string =>
      `groups:\n- name: a\n  ${key}: 2\n  rules: [{record: r, expr: up, annotations: {a: b}}]\n`;
    expect(told(check(text("concurrency")))).toEqual([expect.stringMatching("^yaml.unknown-field info ")]);
    expect(told(check(text("limit")))).toEqual([
      expect.stringMatching("^rule.record-only-fields prometheus "),
    ]);
  });

  test("in MetricsQL are told what Prometheus would refuse, and nothing of its joins and templates", () => {
    const vmalert = (expr: string): string =>
      `groups:\n- name: a\n  concurrency: 2\n  rules:\n  - alert: A\n    expr: ${expr}\n    annotations:\n      at: "{{ $activeAt }}{{ template \\"x\\" . }}"\n      on: "{{ $labels.instance }}"\n`;
    const concurrency = expect.stringMatching(/^yaml.unknown-field info /);
    expect(told(lint(vmalert("lag(up[5m]) > 60")))).toEqual([
      concurrency,
      expect.stringMatching(/^promql.syntax info .* MetricsQL .* unknown function with name "lag"/),
    ]);
    const joined = vmalert("free / (rate(rows_total[1d]) * (sum(size) / sum(rows))) < 60");
    expect(told(lint(joined))).toEqual([concurrency]);
    const named = vmalert("lag(up[5m]) > 60").replace("concurrency: 2", "interval: 2m");
    for (const path of ["rules/alerts-vmagent.yml", "vmanomaly/own.yml"])
      expect(told(lint(named, path))).toEqual([expect.stringMatching(/^promql.syntax info /)]);
    expect(told(lint(named, "victoria-metrics/rules.yml"))).toContainEqual(
      expect.stringMatching("^promql.syntax prometheus "),
    );
    const without = joined.replace("concurrency: 2", "interval: 2m").replace(/at: .*/, "at: now");
    expect(told(lint(without))).toContainEqual(expect.stringMatching("^template.missing-label "));
  });
});

test("only the first document of a rule file is read by Prometheus, and the others are told so", () => {
  const text = `${rule("record: r", "expr: up")}---\n${rule("record: r", "expr: sum(")}`;
  expect(told(check(text))).toEqual([
    expect.stringMatching(/^yaml.multi-document warning "---" /),
    expect.stringMatching(/^promql.syntax warning "" .* unclosed left parenthesis/),
    expect.stringMatching(/^promql.syntax warning "" .* no arguments/),
  ]);
  const ofMimir = `namespace: a\n${rule("record: r", "expr: up")}---\nnamespace: b\n${rule("record: r", "expr: up")}`;
  expect(told(check(ofMimir)).join()).not.toContain("yaml.multi-document");
});

test("a broken document shows its YAML error and nothing else", () => {
  const text = "groups:\n- name: a\n  rules:\n  - alert: A\n   expr: sum(\n    for: 5mm\n";
  expect(told(check(text))).toEqual([
    expect.stringMatching(/^yaml.syntax prometheus .* did not find expected/),
  ]);
  for (const broken of [
    "groups:\n\t- name: a\n  rules:\n  - alert: A\n    expr: up\n",
    "kind: ServiceMonitor\nspec: {\n",
  ])
    expect(check(broken).findings.map(({ check: id }) => id)).toEqual(["yaml.syntax"]);
});

import { describe, expect, test } from "vitest";
import { applyEdits } from "../../../server/src/base/text.ts";
import { allChecks } from "../../../server/src/checks/registry.ts";
import { lint } from "./check-yaml.ts";

const alert = (expr: string, rest = ""): string =>
  `groups:\n- name: g\n  rules:\n  - alert: A\n    expr: ${expr}\n${rest}`;
const record = (expr: string): string => `groups:\n- name: g\n  rules:\n  - record: a:b\n    expr: ${expr}\n`;
const bound = (body: string): string =>
  `apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: x\nspec:\n  groups:\n  - name: g\n${body}`;

/** A file in which each check finds something that it can mend, and what one of its fixes makes of it. */
const fixed: Readonly<Record<string, readonly [before: string, after: string]>> = {
  "yaml.syntax": [
    alert("up", "    annotations:\n      summary: {{ $labels.job }} is down\n"),
    "'{{ $labels.job }} is down'",
  ],
  "yaml.duplicate-key": [alert("up > 0", "    for: 5m\n    for: 6m\n"), "expr: up > 0\n    for: 5m\n"],
  "yaml.unknown-field": [alert("up > 0", "    annotation:\n      summary: x\n"), "annotations:"],
  "yaml.scalar-type": [
    bound("    rules:\n    - alert: A\n      expr: up > 0\n      labels:\n        a: 1\n"),
    'a: "1"',
  ],
  "rule.group-name-duplicate": ["groups:\n- name: g\n  rules: []\n- name: g\n  rules: []\n", "name: g-2"],
  "rule.record-only-fields": [`${record("up")}    for: 5m\n`, "expr: up\n"],
  "rule.duration-invalid": [alert("up > 0", "    for: 5min\n"), "for: 5m\n"],
  "rule.partial-response-invalid": [
    bound("    partial_response_strategy: maybe\n    rules:\n    - alert: A\n      expr: up > 0\n"),
    "partial_response_strategy: abort",
  ],
  "promql.syntax": [record("histogram_quantille(0.9, x)"), "expr: histogram_quantile(0.9, x)"],
  "promql.duplicate-matcher": [record('up{a="x", a="x"}'), 'up{a="x"}'],
  "promql.regexp-literal": [record('up{a=~"x"}'), 'up{a="x"}'],
  "promql.regexp-anchors": [record('up{a=~"^x.*$"}'), 'up{a=~"x.*"}'],
  "promql.regexp-match-all": [record('up{a!~".+"}'), 'up{a=""}'],
  "promql.regexp-in-equality": [record('up{code="5.."}'), 'up{code=~"5.."}'],
  "promql.histogram-missing-le": [
    record("histogram_quantile(0.9, sum by (job) (rate(x_bucket[5m])))"),
    "sum by (job, le)",
  ],
  "promql.histogram-raw-buckets": [
    record("histogram_quantile(0.9, x_seconds_bucket)"),
    "rate(x_seconds_bucket[5m])",
  ],
  "promql.impossible-label": [record("sum by (pod) (sum by (job) (up))"), "sum by () (sum by (job) (up))"],
  "promql.nan-division": [record("avg(a / b)"), "avg(a / (b > 0))"],
  "promql.counter-raw": [alert("http_requests_total > 5"), "rate(http_requests_total[5m]) > 5"],
  "promql.delta-on-counter": [record("delta(http_requests_total[5m])"), "increase(http_requests_total[5m])"],
  "promql.irate-in-rule": [record("irate(http_requests_total[5m])"), "rate(http_requests_total[5m])"],
  "rule.no-comparison": [alert("rate(errors_total[5m])"), "rate(errors_total[5m]) > 0"],
  "rule.always-firing": [alert("up == bool 0"), "up == 0"],
  "rule.expr-type": [alert("up[5m]"), "last_over_time(up[5m])"],
  "rule.absent-without-for": [alert("absent(up)"), "for: 5m"],
  "rule.fragile-join": [alert("sum(a) / sum(b) > 1"), "for: 2m"],
  "rule.alertname-label": [
    alert("up == 0", "    labels:\n      alertname: B\n      a: b\n"),
    "    labels:\n      a: b\n",
  ],
  "rule.limit-negative": [
    "groups:\n- name: g\n  limit: -5\n  rules:\n  - record: a:b\n    expr: up\n",
    "  limit: 0\n",
  ],
  "rule.label-empty": [
    alert("sum(up) == 0", "    labels:\n      team: ''\n      a: b\n"),
    "    labels:\n      a: b\n",
  ],
  "rule.severity-ladder": [
    `${alert("up < 5", "    labels: { severity: critical }\n")}  - alert: B\n    expr: up < 3\n    labels: { severity: info }\n`,
    "expr: up < 3\n    labels: { severity: critical }\n  - alert: B\n    expr: up < 5\n",
  ],
  "rule.for-redundant": [alert("up == 0", "    for: 0s\n"), "expr: up == 0\n"],
  "template.missing-label": [
    alert("sum by (job) (up) == 0", "    annotations:\n      summary: '{{ $labels.pod }}'\n"),
    "sum by (job, pod) (up)",
  ],
  "template.syntax": [
    alert("up == 0", "    annotations:\n      summary: '{{ $label.pod }}'\n"),
    "{{ $labels.pod }}",
  ],
  "template.outside-braces": [
    alert("up == 0", "    annotations:\n      summary: 'of { $labels.job }'\n"),
    "'of {{ $labels.job }}'",
  ],
  "template.humanize": [
    alert("rate(x_total[5m]) > 1", "    annotations:\n      summary: '{{ $value }}'\n"),
    "{{ $value | humanize }}",
  ],
};

/** Families of checks whose fixes need facts, other files or settings: their own tests hold them. */
const elsewhere: readonly RegExp[] = [
  /^monitor\./,
  /^live\./,
  /^policy\./,
  /^rule\.test-/,
  /^rule\.(?:duplicate|dependency|alerts-metric-unknown|use-recording|unused-recording)/,
  /^rule\.(?:unknown|invalid|unused)-suppression$/,
  /^template\.exec$/,
  /^helm\./,
];

/** Why a check that finds something has no fix: what was meant is the author's to say. */
const none: Readonly<Record<string, string>> = {
  "yaml.excessive-aliases": "which of the aliases to write out",
  "yaml.multi-document": "which of the documents is wanted",
  "yaml.wrong-type": "what should stand there",
  "rule.group-name-missing": "the name",
  "rule.record-and-alert": "which of the two it is",
  "rule.no-record-or-alert": "the name",
  "rule.expr-missing": "the expression",
  "rule.record-name-invalid": "the name; another would be a new metric",
  "rule.label-name-invalid": "the name; templates and routes read it",
  "rule.label-reserved": "the name; templates and routes read it",
  "rule.field-version": "whether the server is to be upgraded, or the field to be left out",
  "rule.name-version": "the name; templates and routes read it",
  "rule.not-selected": "held by the tests with servers of the operator among the files",
  "rule.absent-unrouted": "which of the values the alert is about",
  "rule.absent-for-short": "held by the tests with an environment",
  "rule.unrouted-value": "held by the tests with routes of an Alertmanager",
  "promql.bucket-arithmetic": "which of the sides to record",
  "promql.grouping-mismatch": "which labels both sides share",
  "promql.same-operands": "which other operand was meant",
  "promql.self-division": "which labels the sums are to keep",
  "promql.share-threshold": "whether a share or percent was meant",
  "template.percentage": "how the text is to show the value",
  "rule.group-empty": "whether rules are still to come",
  "rule.annotation-name-invalid": "the name; templates read it",
  "rule.limit-invalid": "the number",
  "rule.object-type": "what should stand there",
  "promql.metricsql": "which program reads the file",
  "rule.group-interval-too-long": "how often the group is needed",
  "rule.fragile-sampling": "what to compare instead",
  "rule.for-shorter-than-range": "how long to wait",
  "promql.features": "whether to switch the feature on or to write it otherwise",
  "promql.deprecated": "held by the tests of the versions that refuse the old spelling",
  "promql.regexp-smelly": "which label should carry what is cut out",
  "promql.grafana-variable": "what the variable stands for",
  "promql.no-metric-name": "the metric",
  "promql.histogram-le-value": "held by the tests of values that are written otherwise",
  "promql.impossible-join": "which labels both sides share",
  "promql.dead-code": "which side was meant to count",
  "promql.contradictory-matchers": "which of the values was meant",
  "promql.unused-label": "whether the label was wanted further out",
  "promql.duplicate-join": "which of the joins was meant",
  "promql.rate-of-aggregate": "the range of the inner rate",
  "promql.absent-never": "what should be missing",
  "promql.rate-window-vs-scrape": "held by the tests with intervals that a backend tells",
  "promql.rate-on-gauge": "held by the tests with types that a backend tells",
  "template.value-in-label": "which annotation should carry it",
  "template.query-syntax": "the query",
  "template.query-missing-label": "which label was meant",
  "template.in-name": "the name",
  "promql.range-vs-retention": "whether less is enough, or more must be kept",
  "template.label-not-in-live": "held by the tests with labels that a backend tells",
  "template.external-label-missing": "held by the tests with labels that a backend tells",
};

describe("fixes", () => {
  test.each(Object.entries(fixed))("%s", (id, [before, after]) => {
    const { findings, document } = lint(before, "rules/x.yml", [], { [id]: "warning" });
    const found = findings.filter(({ check }) => check === id);
    const results = found.flatMap(({ fixes = [] }) =>
      fixes.map(({ edits }) => applyEdits(document.text, edits)),
    );
    const why = findings.map(({ check, message }) => `${check}: ${message}`).join("\n");
    const wanted = results.find((text) => text.includes(after));
    expect(wanted, `${why}\n${results.join("\n---\n")}`).toBeDefined();
    const left = lint(wanted ?? "", "rules/x.yml", [], { [id]: "warning" }).findings;
    expect(left.map(({ check }) => check)).not.toContain(id);
  });

  test("of every check stand here, or why it has none", () => {
    const ids = new Set(allChecks.map(({ id }) => id));
    const listed = [...Object.keys(fixed), ...Object.keys(none)];
    expect(listed.filter((id) => !ids.has(id))).toEqual([]);
    expect(listed.filter((id, i) => listed.indexOf(id) < i)).toEqual([]);
    const isElsewhere = (id: string): boolean => elsewhere.some((family) => family.test(id));
    expect([...ids].filter((id) => !listed.includes(id) && !isElsewhere(id))).toEqual([]);
  });

  const mendedBy = (id: string, text: string): readonly string[] => {
    const { findings, document } = lint(text, "rules/x.yml", [], { [id]: "warning" });
    const found = findings.filter(({ check }) => check === id);
    expect(found.length).toBeGreaterThan(0);
    return found.flatMap(({ fixes = [] }) =>
      fixes.map(({ edits }) => applyEdits(document.text, edits).replace(/^.*expr: ([^\n]*).*$/s, "$1")),
    );
  };
  const template = "    annotations:\n      summary: '{{ $labels.pod }}'\n";

  test("keep a label in all aggregations that it goes through, and on both sides of joins", () => {
    const mended = (expr: string): readonly string[] =>
      mendedBy("template.missing-label", alert(expr, template));
    expect(mended("count(count by (job) (up)) > 1")).toEqual([
      "count by (pod) (count by (job, pod) (up)) > 1",
    ]);
    expect(mended("sum by (job) (a) / sum by (job) (b) > 1")).toEqual([
      "sum by (job, pod) (a) / sum by (job, pod) (b) > 1",
    ]);
    // Nothing gives back what the join takes away.
    expect(mended("sum by (job) (a) / on (job) sum by (job) (b) > 1")).toEqual([]);
    expect(mended("sum by (job) (vector(1)) > 0")).toEqual([]);
  });

  test("take bool out only where something has labels, and wait as long as the window of a rate", () => {
    expect(mendedBy("rule.always-firing", alert("1 < bool 2"))).toEqual([]);
    const text = alert("sum(rate(a[10m])) / sum(rate(b[5m])) > 1");
    const { findings, document } = lint(text, "rules/x.yml", [], { "rule.fragile-join": "warning" });
    const fix = findings.flatMap(({ fixes = [] }) => fixes).find(({ title }) => title.startsWith("Wait"));
    expect(applyEdits(document.text, fix?.edits ?? [])).toContain("for: 10m\n");
  });
});

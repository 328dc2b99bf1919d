import { describe, expect, test } from "vitest";
import { applyEdits } from "../../../server/src/base/text.ts";
import { allChecks } from "../../../server/src/checks/registry.ts";
import { lint } from "./check-yaml.ts";

const alert = (expr: string, rest = ""): string =>
  `groups:\n- name: g\n  rules:\n  - alert: A\n    expr: |\n${expr.replaceAll(/^/gm, "      ")}\n${rest}`;
const lasting = "    for: 5m\n";

/** `id "source"` of each finding of the checks that look at labels. */
function found(expr: string, rest = lasting): readonly string[] {
  const { document, findings } = lint(alert(expr, rest));
  return findings.map(
    ({ check: id, span }) => `${id} ${JSON.stringify(document.text.slice(span.start, span.end))}`,
  );
}

function fixed(expr: string, rest = lasting): readonly string[] {
  const { document, findings } = lint(alert(expr, rest));
  return findings.flatMap(({ fixes = [] }) =>
    fixes.map(({ edits }) => applyEdits(document.text, edits).split("\n").slice(5)[0]?.trim() ?? ""),
  );
}

describe("each finds its fault at its place, and stays silent beside it", () => {
  test.each([
    ["up", ["rule.no-comparison up"]],
    ["up[5m]", ["rule.expr-type up[5m]"]],
    ["(up[5m:1m] offset 1h)", ["rule.expr-type (up[5m:1m] offset 1h)"]],
    ["'up'", ["rule.expr-type 'up'"]],
    ["up == 0 or foo", ["rule.no-comparison foo"]],
    ["sum(up) by (job)", ["rule.no-comparison sum(up) by (job)"]],
    ["up > bool 0", ["rule.always-firing up > bool 0"]],
    ["up == 0 or vector(0)", ["rule.always-firing vector(0)"]],
    ["absent(vector(1))", ["promql.absent-never absent(vector(1))"]],
    ["topk(3, up) > 1", ["rule.fragile-sampling topk(3, up)"]],
    ["(up or topk(3, down)) > 1", ["rule.fragile-sampling topk(3, down)"]],
    ["sum(up) > 1 or on (job) down > 0", ["promql.impossible-label job"]],
    ["up > 1 or on (job) sum(down) > 0", []],
    ["sum by (a) (x) and on (job) up == 0", ["promql.impossible-label job"]],
    [`x{code="1"} / x{code="2"} > 1`, ["promql.impossible-join /"]],
    ["sum(up or vector(1)) == 2", ["promql.dead-code vector(1)"]],
    ["abs(min(up or vector(-1))) * 2 > 2", ["promql.dead-code vector(-1)"]],
    ["((up or vector(0)) < 4) > 0", ["promql.dead-code vector(0)"]],
    ["sum(up or vector(1)) == 1", []],
    ["sum(up or vector(1)) > bool 5 == 1", []],
    ["count(up) == 0", ["promql.dead-code count(up) == 0"]],
    ["clamp(up, 2, 1) > 1", ["promql.dead-code 2, 1"]],
    ["sum by (job) (sum by (instance) (up)) > 0", ["promql.impossible-label job"]],
    ["a * on (job) group_left (team) sum by (job) (b) > 0", ["promql.impossible-label team"]],
    [`up{job="a",job="b"} == 0`, [`promql.contradictory-matchers job="b"`]],
    [`up{job="a",job="a"} == 0`, [`promql.duplicate-matcher job="a"`]],
    ["sum by (job) (a * on (job) group_left (team) b) > 0", ["promql.unused-label by (job)"]],
    [`a{team="x"} * on (job) group_left (team) b > 0`, ["promql.duplicate-join team"]],
    [
      "histogram_quantile(0.9, sum by (job) (rate(x_bucket[5m]))) > 1",
      ["promql.histogram-missing-le histogram_quantile"],
    ],
    [
      "histogram_quantile(0.9, sum by (le) (rate(x_seconds_sum[5m]))) > 1",
      ["promql.histogram-missing-le histogram_quantile"],
    ],
    [
      `rate(x_seconds{quantile="0.99"}[5m]) > 1`,
      [`promql.rate-on-gauge rate(x_seconds{quantile="0.99"}[5m])`],
    ],
    ["avg(a / b) > 1", ["promql.nan-division b"]],
    [`rate(x_total{code="500"}[5m]) / rate(x_total[5m]) > 0.1`, ["promql.self-division /"]],
    ["sum by (job, pod) (a) / sum by (job) (b) > 1", ["promql.grouping-mismatch /"]],
    ["(count(a) / limit) * 100 > 80 and limit > 0", ["promql.grouping-mismatch /"]],
    ["rate(errors[5m]) > 0 and hour() > 8", ["promql.grouping-mismatch and"]],
    ["hour() > 8 and rate(a[5m]) / rate(b[5m]) > 5", ["promql.grouping-mismatch and"]],
    ["sum by (a) (x) == 0 unless max by (a, b) (y) > 1", ["promql.grouping-mismatch unless"]],
    ["started > 0 and absent(ended)", ["promql.grouping-mismatch and"]],
    [`free{a="b"} / free{a="b", c=~"d|e"} > 2`, ["promql.self-division /"]],
    [
      `sum by (job, code) (rate(x_total{code="500"}[5m])) / sum by (code, job) (rate(x_total[5m])) > 0.1`,
      ["promql.self-division /"],
    ],
    [`sum(rate(x_total{code="500"}[5m])) / sum(rate(x_total[5m])) > 5`, ["promql.share-threshold >"]],
    [`80 < 1 - (sum(rate(x_total{a!="b"}[5m])) / sum(rate(x_total[5m])))`, ["promql.share-threshold <"]],
    ["pool_used_bytes / pool_max_bytes > 90", ["promql.share-threshold >"]],
    ["sum by (a) (memory_MemFree) / sum by (a) (memory_MemTotal) < 10", ["promql.share-threshold <"]],
    ["20 > 1 - disk_free_bytes / disk_size_bytes", ["promql.share-threshold >"]],
    ["(sum(a) - sum (a)) / sum(b) > 0.9", ["promql.same-operands -"]],
    ["100 * (a / a) < 90", ["promql.same-operands /"]],
    ["a > 1 or b > 1 or (a>1)", ["promql.same-operands or"]],
    [`a{x="1",y="2"} > 1 and a{y="2", x="1"} > 1`, ["promql.same-operands and"]],
    ["max(a) > max(a)", ["promql.same-operands >"]],
    ["up unless on (job) up", ["promql.same-operands unless"]],
    ["rate(sum(x_total)[5m:1m]) > 1", ["promql.rate-of-aggregate rate"]],
    ["rate(rate(x_total[5m])[5m:1m]) > 1", ["promql.rate-of-aggregate rate"]],
  ])("%s", (expr, expected) => {
    expect(found(expr)).toEqual(
      expected.map((line) =>
        line.replace(/^(\S+) (.*)$/, (_, id, source) => `${id} ${JSON.stringify(source)}`),
      ),
    );
  });

  test.each([
    "up == 0",
    "absent(up)",
    "a unless b",
    "a and b > 1",
    "a * on (job) group_left () (b > 1)",
    "sum(up == 0)",
    "changes(x[5m]) > 0 or up == 0",
    "histogram_quantile(0.9, sum by (job, le) (rate(x_bucket[5m]))) > 1",
    "histogram_quantile(0.9, sum by (job) (rate(x[5m]))) > 1",
    "histogram_quantile(0.9, sum by (job, vmrange) (rate(x_bucket[5m]))) > 1",
    "sum by (job, pod) (a) / on (job) group_left () sum by (job) (b) > 1",
    "sum by (job) (a) > 1 or sum(b) > 1",
    "sum by (cluster, job) (a) / sum by (job) (b) > 1",
    'sum by (job, pod) (a{pod=""}) / sum by (job) (b) > 1',
    "errors > 0 and on () hour() > 8",
    "job:errors:sum > 0 and hour() > 8",
    "sum(a) > 0 and hour() > 8",
    "hour() > 8 and a / ignoring (job, instance) b > 5",
    "count(a) - sum(b) > 1",
    "errors > scalar(sum(b))",
    `sum(rate(x_total{code="500"}[5m])) / sum(rate(x_total[5m])) > 0.05`,
    `sum(rate(x_total{code="500"}[5m])) / sum(rate(x_total[5m])) * 100 > 5`,
    `sum without (code) (rate(x_total{code="500"}[5m])) / sum without (code) (rate(x_total[5m])) > 0.05`,
    `sum by (job) (x{code="500"}) / sum by (job) (x) > 5`,
    `sum(rate(x_total[5m])) / sum(rate(x_total{code="500"}[5m])) > 5`,
    `rate(x_total{code="500"}[5m]) / ignoring (code) rate(x_total{code!="200"}[5m]) > 0.1`,
    `rate(x_total{code="500"}[5m]) / rate(x_total[4m]) > 5`,
    `rate(x_total{code="500"}[5m]) / rate(x_total[5m] offset 1d) > 5`,
    "avg(a / (b > 0)) > 1",
    "avg(a / 100) > 1",
    "avg((a / b) > 1) > 2",
    "sum by (job) (a) / sum by (job) (b) > 1",
    `x{code="1"} / ignoring (code) x{code="2"} > 1`,
    "histogram_quantile(0.9, sum by (le) (rate(x_seconds[5m]))) > 1",
    "histogram_quantile(0.9, sum by (le) (rate(row_count[5m]))) > 1",
    `max_over_time(x_seconds{quantile="0.99"}[5m]) > 1`,
    `rate(x_total{quantile="0.99"}[5m]) > 1`,
    `rate(x_seconds{quantile="upper"}[5m]) > 1`,
    "a == a",
    "(sum(a) or (sum(b) - sum(b))) > 1",
    "a - a offset 5m > 1",
    "a * on (job) group_left () (b / b) > 1",
    "(a > 1 or b > 1) and a > 1",
    "a * a > 1",
    "pool_used_bytes / pool_max_bytes * 100 > 90",
    "pool_used_bytes / pool_max_bytes > 1.2",
    "pool_used_bytes / cache_max_bytes > 90",
    "pool_total_bytes / pool_used_bytes > 9",
    "sum(pool_used_bytes) / max(pool_max_bytes) > 9",
    "count(up) == 1",
    "sum by (job, team) (a * on (job) group_left (team) b) > 0",
    "rate(x_total[5m]) > 1",
    "max_over_time(sum(rate(x_total[5m]))[1h:1m]) > 1",
    `up{job=~"a.*",job!="ab"} == 0`,
  ])("silent: %s", (expr) => {
    expect(found(expr)).toEqual([]);
  });
});

test("what only a missing `for` makes fragile", () => {
  expect(found("absent(up)", "")).toEqual([`rule.absent-without-for "absent(up)"`]);
  expect(found("sum(a) / sum(b) > 1", "")).toEqual([`rule.fragile-join "sum(b)"`]);
  expect(found("sum(a) / sum(b) > 1")).toEqual([]);
  expect(found("sum(a) / (sum(b) > 0) > 1", "")).toEqual([`rule.fragile-join "(sum(b) > 0)"`]);
  expect(found("max by (x) (a) / topk by (x) (1, max by (x) (b)) > 1", "")).toEqual([
    `rule.fragile-join "topk by (x) (1, max by (x) (b))"`,
  ]);
  expect(found("sum by (x) (a) * on (x) group_left (y) max by (x, y) (b) > 1", "")).toEqual([]);
});

test("a comparison that what is there always passes is told gently, one that never holds is not", () => {
  const told = (expr: string): unknown => lint(alert(expr, lasting)).findings;
  for (const expr of ["absent(up) == 1", "absent(up) > 0", "max(group by (job) (up)) > 0"])
    expect(told(expr)).toMatchObject([{ check: "promql.dead-code", severity: "hint" }]);
  for (const expr of ["absent(up) == 0", "absent(up) > 1"])
    expect(told(expr)).toMatchObject([{ check: "promql.dead-code", severity: "warning" }]);
});

test("alerts about alerts need no comparison beside their matchers", () => {
  expect(lint(alert('ALERTS{alertstate="firing"}', lasting)).findings).toMatchObject([
    { check: "rule.no-comparison", severity: "hint" },
  ]);
});

test("a dead man's switch may fire always", () => {
  const watchdog = alert("vector(1)", "").replace("alert: A", "alert: Watchdog");
  expect(lint(watchdog).findings).toEqual([]);
  expect(lint(alert("vector(1)", "    labels: {severity: none}\n")).findings).toEqual([]);
  expect(lint(alert("vector(1)", "")).findings).toMatchObject([
    { check: "rule.always-firing", severity: "info" },
  ]);
  for (const expr of ["vector(0)", "up == 0 or vector(1)"])
    expect(lint(alert(expr, "")).findings).toMatchObject([
      { check: "rule.always-firing", severity: "warning" },
    ]);
});

describe("a label that a template shows", () => {
  const shows = (template: string): string => `${lasting}    annotations:\n      a: '${template}'\n`;

  test("and the expression cannot return is found, with the reason", () => {
    const text = alert("sum by (job) (up) == 0", shows("{{ $labels.instance }}"));
    const { document, findings } = lint(text);
    expect(findings).toMatchObject([{ check: "template.missing-label", severity: "error" }]);
    const [{ span, related } = { span: { start: 0, end: 0 }, related: [] }] = findings;
    expect(document.text.slice(span.start, span.end)).toBe(".instance");
    expect(related?.map((r) => document.text.slice(r.span.start, r.span.end))).toEqual(["by (job)"]);
  });

  test.each([
    "{{ .Labels.instance }}",
    `{{ index $labels "instance" }}`,
    "{{ if $labels.instance }}x{{ end }}",
    "{{ with .Labels.instance }}{{ . }}{{ end }}",
    "{{ $labels.instance | toUpper }}",
    `{{ printf "%s" $labels.instance }}`,
    '{{ range query "up" }}{{ $labels.instance }}{{ end }}',
    "{{ $.Labels.instance }}",
  ])("as %s", (template) => {
    expect(lint(alert("sum(up) == 0", shows(template))).findings).toMatchObject([
      { check: "template.missing-label" },
    ]);
  });

  test.each([
    "{{ $labels.job }}",
    '{{ range query "up" }}{{ .Labels.instance }}{{ end }}',
    "{{ $externalLabels.instance }}",
    "{{ $value }}",
  ])("silent: %s", (template) => {
    expect(lint(alert("sum by (job) (up) == 0", shows(template))).findings).toEqual([]);
  });

  test("and only some alerts have is told gently, unless the text asks for it", () => {
    const expr = 'absent(up{job="a"}) or up{job="a"} == 0';
    expect(lint(alert(expr, shows("{{ $labels.instance }}"))).findings).toMatchObject([
      { check: "template.missing-label", severity: "info" },
    ]);
    for (const word of ["if", "with"])
      expect(lint(alert(expr, shows(`{{ ${word} $labels.instance }}x{{ end }}`))).findings).toEqual([]);
  });

  test("can be kept by a fix", () => {
    expect(fixed("sum by (job) (up) == 0", shows("{{ $labels.instance }}"))).toEqual([
      "sum by (job, instance) (up) == 0",
    ]);
    expect(fixed("sum(up) == 0", shows("{{ $labels.instance }}"))).toEqual(["sum by (instance) (up) == 0"]);
    expect(fixed("sum by () (up) == 0", shows("{{ $labels.instance }}"))).toEqual([
      "sum by (instance) (up) == 0",
    ]);
  });
});

test("fixes do what they say", () => {
  expect(fixed("up > bool 0")).toEqual(["up > 0"]);
  expect(fixed("up")).toEqual(["up > 0"]);
  expect(fixed(`up{job="a", job="a"} == 0`)).toEqual([`up{job="a"} == 0`]);
  expect(fixed("avg(a / b) > 1")).toEqual(["avg(a / (b > 0)) > 1"]);
  expect(fixed("histogram_quantile(0.9, sum by (job) (rate(x_bucket[5m]))) > 1")).toEqual([
    "histogram_quantile(0.9, sum by (job, le) (rate(x_bucket[5m]))) > 1",
  ]);
});

test("what it says is one short sentence", () => {
  for (const expr of [
    "up",
    "up > bool 0",
    "vector(1)",
    "absent(vector(1))",
    "topk(3, up) > 1",
    "count(up) == 0",
  ])
    for (const { message } of lint(alert(expr)).findings) {
      expect(message.length).toBeLessThanOrEqual(120);
      expect(message).toMatch(/^[A-Zt].*\.$/);
    }
  expect(allChecks.every(({ summary }) => summary.endsWith("."))).toBe(true);
});

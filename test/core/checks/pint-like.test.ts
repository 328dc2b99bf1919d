import { describe, expect, test } from "vitest";
import { lint } from "./check-yaml.ts";

/**
 * What pint's documented checks mark, and what they leave alone, in words of our own: `«…»` stands around what is
 * marked, and nothing is marked where there is none.
 */
function marksOf(ids: readonly string[], marked: string, rule: (expr: string) => string): void {
  const expr = marked.replaceAll(/[«»]/g, "");
  const expected = [...marked.matchAll(/«([^»]*)»/g)].map(([, inner]) => inner);
  const { document, findings } = lint(rule(expr), "any.yaml", [], { "promql.regexp-smelly": "info" });
  const actual = findings
    .filter(({ check: id }) => ids.includes(id))
    .map(({ span }) => document.text.slice(span.start, span.end));
  expect([...new Set(actual)]).toEqual(expected);
}

const record = (expr: string): string => `- record: a:b\n  expr: ${JSON.stringify(expr)}\n`;
const plain = (expr: string): string => `- record: a:b\n  expr: |\n    ${expr.replaceAll("\n", "\n    ")}\n`;
const alert = (expr: string, rest = ""): string =>
  `- alert: Some alert\n  expr: |\n    ${expr.replaceAll("\n", "\n    ")}\n${rest}`;
const lasting = (expr: string): string => alert(expr, "  for: 10m\n");

describe("alerts without a condition", () => {
  test.each([
    "«errors_total»",
    "«rate(errors_total[2m])»",
    "«sum(errors) by (job)»",
    "«errors * on (job) group_left (team) info»",
    "«errors{job='x'} and up»",
    "errors > 0 or «warnings»",
    "«label_replace(errors, 'a', '$1', 'b', '(.+)')»",
    "«topk(3, errors)»",
    "«errors > bool 0»",
    "(«errors > bool 0»)",
    "errors > 5 or «vector(1)»",
    "«vector(1)»",
    "«count(up)» or «vector(0)»",
    "«max_over_time(errors[5m])»",
    "«histogram_quantile(0.9, rate(x_bucket[5m]))»",
    "«errors - errors offset 1d»",
  ])("%s", (marked) => {
    marksOf(["rule.no-comparison", "rule.always-firing"], marked, lasting);
  });

  test.each([
    "errors > 0",
    "errors == 1",
    "0 < errors",
    "(errors > 0) * on (job) group_left (team) info",
    "errors * on (job) group_left (team) (info == 1)",
    "absent(errors)",
    "absent_over_time(errors[5m])",
    "absent(errors) or absent(warnings)",
    "errors unless ignored",
    "errors and on () hour() > 8",
    "sum(errors > 0)",
    "rate(errors_total[2m]) > 0 or errors > 1",
    "errors > bool 0 == 1",
    "(up == 0) and on (job) errors",
    "min_over_time(up[5m]) < 1",
  ])("silent: %s", (expr) => {
    marksOf(["rule.no-comparison", "rule.always-firing"], expr, lasting);
  });
});

describe("regular expressions", () => {
  const ids = [
    "promql.regexp-literal",
    "promql.regexp-anchors",
    "promql.regexp-match-all",
    "promql.contradictory-matchers",
  ];

  test.each([
    `up{«job=~"node"»}`,
    `up{«job!~"node"»}`,
    `up{«job=~""»}`,
    `up{«job=~"^node$"»}`,
    `up{«job=~"^node.+$"»}`,
    `up{«job=~"(node|pod.+)$"»}`,
    `up{«job=~"^.+$"»}`,
    `up{«job=~"^[|]+"»}`,
    `up{job=~"^a|b"}`,
    `up{«job=~".*"»}`,
    `up{«job!~".+"»}`,
    `up{«job!~".*"»}`,
    `{«__name__=~"up"»}`,
    `sum(rate(x{a="b", «c=~"d"»}[5m])) / sum(y{«c=~"d"»})`,
    `up{«job=~"(?:node)"»}`,
    `up{«job=~"node\\\\.exporter"»}`,
    `a unless b{«x=~"y"»}`,
  ])("%s", (marked) => {
    const [, ...rest] = marked.split("«");
    const expr = marked.replaceAll(/[«»]/g, "");
    const { document, findings } = lint(plain(expr), "any.yaml");
    const actual = findings
      .filter(({ check: id, severity }) => ids.includes(id) && severity === "warning")
      .map(({ span }) => document.text.slice(span.start, span.end));
    expect(actual).toEqual(rest.map((part) => part.split("»")[0]));
  });

  test.each([
    `up{job="node"}`,
    `up{job=~"node|other"}`,
    `up{job=~"node.*"}`,
    `up{job=~"(?i)node"}`,
    `up{job=~"nod."}`,
    `up{job=~"(node)"}`,
    `up{job=~"node[0-9]"}`,
    `up{job=~".+"}`,
    `up{job!~"a.+"}`,
    `up{job=~"a?"}`,
    `{__name__=~"up.*"}`,
    `up{job=~"\\\\d+"}`,
    `up{job=~"a{2}"}`,
  ])("silent: %s", (expr) => {
    const { findings } = lint(plain(expr), "any.yaml");
    expect(findings.filter(({ check: id, severity }) => ids.includes(id) && severity === "warning")).toEqual(
      [],
    );
  });

  test.each([
    `up{«instance=~"web-.+-db"»}`,
    `up{«instance=~".+_prod.*"»}`,
    `up{«job!~".*backend.*"»}`,
    `up{«pod=~"app-.*-canary"»}`,
    `up{«pod=~"app-(?:.+-)canary"»}`,
    `up{«pod=~"app.+?x"»}`,
    `up{«pod=~"app[.].*[.]x"»}`,
    `up{«pod=~"app-[0-9]+..x"»}`,
    `up{«pod=~"^app-\\\\d+-x$"»}`,
    `up{instance=~"web-.+"}`,
    `up{instance=~".+_prod"}`,
    `up{instance=~"10.+3"}`,
    `up{instance=~".*3.*"}`,
    `up{instance=~"a.*(b|c)"}`,
    `up{instance=~"a(.*)b"}`,
    `up{instance=~"a.*b|c"}`,
    `up{instance=~"a.{2}b"}`,
    `up{instance=~"a.?b"}`,
    `up{job=~".+"}`,
    `up{job=~"a|b"}`,
    `up{code=~"5.."}`,
  ])("that take values apart, where one asks: %s", (marked) => {
    marksOf(["promql.regexp-smelly"], marked, plain);
  });

  test("that take values apart are told to nobody who did not ask", () => {
    expect(lint(plain(`up{instance=~"web-.+-db"}`), "any.yaml").findings.map(({ check: id }) => id)).toEqual(
      [],
    );
  });
});

describe("what can never be", () => {
  const ids = [
    "promql.impossible-join",
    "promql.impossible-label",
    "promql.dead-code",
    "promql.unused-label",
  ];

  test.each([
    `x{job="a"} unless «sum»(x)`,
    "group by («cluster») (sum(errors))",
    "sum(x) / on («cluster») «count»(y)",
    "sum by (job) (x) / on («instance») y",
    "y / on (instance) sum «by (job)» (x)",
    "y and on (job, instance) «absent»(x)",
    `x{a="1"} «and» x{a="2"}`,
    "sum by (job) (x) * on (job) group_left («team») sum by (job) (y)",
    "ready «and» on (instance) (broken == 0) * on (cluster) group_left (env, location) info",
    "sum «by (job)» (x * on (instance) group_left (team) y)",
    "«sum»(x * on (instance) group_left (team) y)",
    "sum without («team») (x * on (instance) group_left (team) y)",
    "x * on (instance) group_left (team) y «*» on (instance) z",
    "sum by («team») (x{team!=''} or vector(0))",
    "x{team!=''} / on (team) (y or «vector(0)»)",
    "(x or «vector(0)») > 5",
    "5 < (x or «vector(0)»)",
    "sum(x or «vector(0)») > 0",
    "max(x or «vector(1)») > 3",
    "«1 > bool 2»",
    "«count(x) == 0»",
    "«vector(0) > 0»",
    "up «unless on () vector(0)»",
    "1 - (x or «vector(0)») < 0.999",
    "2 * (x or «vector(1)») / 4 > 1",
    "vector(1) or «vector(2)»",
    `avg by («node») (count by (pod) (z))`,
  ])("%s", (marked) => {
    marksOf(ids, marked, plain);
  });

  test.each([
    "x unless on (job) y",
    "x unless y",
    "(x or vector(9)) > 5",
    "avg(x or vector(0)) > 5",
    "min(x or vector(0)) > 5",
    "sum(x or vector(1)) > 5",
    "(x or vector(0)) > bool 5",
    "(x or y) > 5",
    "sum by (job) (x) / on (job) sum by (job) (y)",
    "sum by (job) (x) / on (job) group_left (team) y",
    "group by (cluster) (sum by (cluster) (errors))",
    `x{a="1"} and on (b) x{a="2"}`,
    `x{a="1"} / ignoring (a) x{a="2"}`,
    "(ready and on (instance) (broken == 0)) * on (cluster) group_left (env) info",
    "sum by (team) (x * on (instance) group_left (team) y)",
    "x and on (team) (y * on (job) group_left (team) z)",
    "count(x) > 5",
    "x or vector(0)",
    "sum(x) or vector(0)",
    "absent(x{job='a'}) * on (job) y",
    "label_replace(sum(x), 'job', 'a', '', '') / on (job) y",
  ])("silent: %s", (expr) => {
    marksOf(ids, expr, plain);
  });
});

describe("NaN in aggregations", () => {
  test.each([
    "sum(a / «b»)",
    "avg by (x) (a / «b»)",
    "stddev(a % «b»)",
    "stdvar(rate(a[5m]) / «rate(b[5m])»)",
    "sum(1 / «b»)",
    "sum(a / «0»)",
    "sum(a / «(b > bool 0)»)",
    "sum(a / «(b >= 0)»)",
    "sum(a / «clamp_min(b, 0)»)",
    "sum(a / «clamp_max(b, 1)»)",
    "sum((a / «b») * 100)",
    "sum(a / «scalar(b)»)",
    "sum(a / «b») / sum(c)",
  ])("%s", (marked) => {
    marksOf(["promql.nan-division"], marked, plain);
  });

  test.each([
    "sum(a) / sum(b)",
    "a / b",
    "max(a / b)",
    "count(a / b)",
    "topk(5, a / b)",
    "quantile(0.9, a / b)",
    "sum(a / (b > 0))",
    "sum(a / (b != 0))",
    "sum(a / (b >= 1))",
    "sum(a / (b < 0))",
    "sum(a / 1024)",
    "sum(a / clamp_min(b, 1))",
    "sum(a / clamp_max(b, -1))",
    "sum(a / clamp(b, 1, 10))",
    "sum(a / ((b > 0) * 2))",
    "sum(a / on (x) group_left () sum by (x) (b > 0))",
  ])("silent: %s", (expr) => {
    marksOf(["promql.nan-division"], expr, plain);
  });
});

describe("fragile alerts", () => {
  const ids = ["rule.fragile-sampling", "rule.fragile-join"];

  test.each([
    "«topk(10, errors)» > 1",
    "«bottomk(1, errors)» < 1",
    "«topk by (job) (1, errors)» > 1",
    "sum(a) / «sum(b)» > 1",
    "(sum(a) - «sum(b)») / «sum(c)» > 1",
    "sum by (x) (a) + on (x) «count by (x) (b)» == 0",
    "100 * sum(a) / «sum(b)» > 5",
    "«topk(1, sum by (job) (errors))» > 0",
  ])("%s", (marked) => {
    marksOf(ids, marked, alert);
  });

  test.each([
    "sum(a) > 1",
    "sum(a) > sum(b)",
    "a / b > 1",
    "sum(topk(10, errors)) > 1",
    "count(topk(10, errors)) > 1",
    "topk(1, sum(errors)) > 0",
    "sum by (x) (a) * on (x) group_left (team) max by (x, team) (info) > 0",
    "sum(a) * 100 > 1",
    "sum(a) unless sum(b)",
  ])("silent: %s", (expr) => {
    marksOf(ids, expr, alert);
  });

  test("with a wait only what chooses is fragile", () => {
    marksOf(ids, "sum(a) / sum(b) > 1", lasting);
    marksOf(ids, "«topk(10, errors)» > 1", lasting);
  });
});

describe("waits", () => {
  const found = (rest: string): readonly string[] => {
    const { document, findings } = lint(alert("up == 0", rest), "any.yaml");
    return findings.flatMap(({ check: id, span }) =>
      id === "rule.for-redundant" || id === "rule.duration-invalid"
        ? [`${id} ${document.text.slice(span.start, span.end)}`]
        : [],
    );
  };

  test.each([
    ["for: 0s", "rule.for-redundant 0s"],
    ["for: 0m", "rule.for-redundant 0m"],
    ["for: 0", "rule.for-redundant 0"],
    ["for: 0h0m0s", "rule.for-redundant 0h0m0s"],
    ["keep_firing_for: 0s", "rule.for-redundant 0s"],
    ["for: abc", "rule.duration-invalid abc"],
    ["for: 5", "rule.duration-invalid 5"],
    ["for: -5m", "rule.duration-invalid -5m"],
    ["for: 1s1m", "rule.duration-invalid 1s1m"],
    ["keep_firing_for: 5 minutes", "rule.duration-invalid 5 minutes"],
  ])("%s", (line, expected) => {
    expect(found(`  ${line}\n`)).toEqual([expected]);
  });

  test.each(["for: 5m", "keep_firing_for: 1h30m", "for: 1d", "for: 500ms", "labels: {for: 0s}"])(
    "silent: %s",
    (line) => {
      expect(found(`  ${line}\n`)).toEqual([]);
    },
  );

  test("shorter than the window of the rate", () => {
    const ids = (expr: string, wait: string): readonly string[] =>
      lint(alert(expr, `  for: ${wait}\n`), "any.yaml").findings.map(({ check: id }) => id);
    expect(ids("rate(x_total[10m]) > 1", "5m")).toContain("rule.for-shorter-than-range");
    for (const [expr, wait] of [
      ["rate(x_total[10m]) > 1", "10m"],
      ["avg_over_time(x[1h]) > 1", "5m"],
      ["rate(x_total[10m]) > 1", "0s"],
    ] as const)
      expect(ids(expr, wait)).not.toContain("rule.for-shorter-than-range");
  });
});

describe("templates", () => {
  const found = (expr: string, rest: string): readonly string[] => {
    const { document, findings } = lint(alert(expr, rest), "any.yaml");
    return findings.flatMap(({ check: id, span }) =>
      id.startsWith("template.") ? [`${id.slice(9)} ${document.text.slice(span.start, span.end)}`] : [],
    );
  };
  const shows = (text: string): string => `  for: 5m\n  annotations:\n    summary: '${text}'\n`;
  const labelled = (text: string): string => `  for: 5m\n  labels:\n    summary: '${text}'\n`;

  test.each([
    ["sum(x) > 0", "{{ $labels.job }}", "missing-label .job"],
    ["sum by (a) (x) > 0", "{{ .Labels.job }}", "missing-label .job"],
    ["sum without (job) (x) > 0", "{{ $labels.job }}", "missing-label .job"],
    ['absent(x{a="b"})', "{{ $labels.instance }}", "missing-label .instance"],
    ["absent(sum(x) by (job))", "{{ $labels.job }}", "missing-label .job"],
    ["a / on (job) b > 0", "{{ $labels.instance }}", "missing-label .instance"],
    [
      "a * on (job) group_left () sum by (job) (b) > 0 or vector(1) > 0",
      "{{ $labels.x }}",
      "missing-label .x",
    ],
    ["time() > 100", "x", undefined],
    ["vector(1) > 0", "{{ $labels.x }}", "missing-label .x"],
    ["count by (a) (up) == 0", "{{ $labels.x }}", "missing-label .x"],
    ["sum(up) > 0", "{{ $l := $labels }}{{ $l.x }}", "missing-label .x"],
    ["sum(up) > 0", "{{ with $x := .Labels }}{{ $x.y }}{{ end }}", "missing-label .y"],
    ["sum(up) > 0", '{{ $l := $labels }}{{ index $l "x" }}', 'missing-label "x"'],
    ["sum(up) > 0", "{{ $all := $ }}{{ $all.Labels.x }}", "missing-label .x"],
    ["sum by (a) (x or vector(1)) > 0", "{{ $labels.a }}", "missing-label .a"],
    ["1 - (x or vector(0)) < 2", "{{ $labels.a }}", "missing-label .a"],
    ["count_values('v', x) > 1", "{{ $labels.job }}", "missing-label .job"],
    ["label_replace(sum(x), 'a', 'b', '', '') > 0", "{{ $labels.job }}", "missing-label .job"],
    ["up == 0", "{{ $label.job }}", "syntax $label"],
    ["up == 0", "{{ $labels.job | nope }}", "syntax nope"],
    ["up == 0", "{{ $labels.job ", "syntax {{"],
    ["rate(x[5m]) > 1", "{{ $value }}", "humanize $value"],
    ["sum(rate(x[5m])) > 1", "is {{ .Value }}", "humanize .Value"],
    ["1 - rate(x[5m]) > 1", "{{ $value }}", "humanize $value"],
    ["x > 5 or rate(y[5m]) > 1", "{{ $value }}", "humanize $value"],
    ["-deriv(x[5m]) * 60 > 1", "{{ $value }}", "humanize $value"],
    ["rate(x[5m]) > 1", "{{ $value }} {{ $labels.size | humanize }}", "humanize $value"],
    ["up == 0", '{{ query "sum(" }}', 'query-syntax "sum("'],
    [
      "up == 0",
      '{{ with query "sum(up)" }}{{ . | first | label "job" }}{{ end }}',
      'query-missing-label "job"',
    ],
    ["up == 0", '{{ range query "sum(up)" }}{{ .Labels.job }}{{ end }}', "query-missing-label .job"],
    ["up == 0", '{{ (query "sum(up)" | first).Labels.job }}', "query-missing-label .job"],
    [
      "up == 0",
      '{{ query (printf "sum by (a) (x{b=%q})" $labels.b) | first | label "job" }}',
      'query-missing-label "job"',
    ],
  ])("%s | %s", (expr, text, expected) => {
    expect(found(expr, shows(text))).toEqual(expected === undefined ? [] : [expected]);
  });

  test.each([
    ["sum by (job) (x) > 0", "{{ $labels.job }}"],
    ["sum without (x) (x) > 0", "{{ $labels.job }}"],
    ['absent(x{job="b"})', "{{ $labels.job }}"],
    ["a / on (job) group_left (team) b > 0", "{{ $labels.team }} {{ $labels.instance }}"],
    ["label_replace(sum(x), 'a', 'b', '', '') > 0", "{{ $labels.a }}"],
    ["rate(x[5m]) > 1", "{{ $value | humanize }}"],
    ["sum by (a) (x or vector(1)) == 0", "{{ $labels.a }}"],
    ["1 - (x or vector(0)) < 0.999", "{{ $labels.a }}"],
    ["5 > max by (a) (x or vector(2)) * 3", "{{ $labels.a }}"],
    ["sum(up) > 0", "{{ $labels := 5 }}{{ range $i, $l := $labels }}{{ $l }}{{ end }}"],
    ["x * on (a) group_left () sum(y) > 0", "{{ $labels.a }}"],
    ["rate(x[5m]) > 1", '{{ printf "%.2f" $value }}'],
    ["rate(x[5m]) > 1", "{{ humanizePercentage $value }}"],
    ["rate(x[5m]) > 1", "{{ $value | humanize }} ({{ $value }})"],
    ["histogram_quantile(0.9, rate(x_bucket[5m])) > 1", "{{ $value }}"],
    ["abs(rate(x[5m])) > 1", "{{ $value }}"],
    ["x - rate(y[5m]) > 1", "{{ $value }}"],
    ["x > 1 and rate(y[5m]) > 1", "{{ $value }}"],
    ["rate(x[5m]) > 1", '{{ $value }} {{ $v := $value }}{{ printf "%.2f" $v }}'],
    ["up == 0", "{{ $value }}"],
    ["up == 0", '{{ with query "sum by (job) (up)" }}{{ . | first | label "job" }}{{ end }}'],
    ["up == 0", '{{ range query "up" }}{{ .Labels.job }}{{ end }}'],
    ["up == 0", '{{ query (printf "x{b=%q}" $labels.b) | first | value }}'],
    ["up == 0", "{{ $externalLabels.x }} {{ $externalURL }}"],
    ["up == 0", '{{ with $x := query "sum(up)" }}{{ $labels.job }}{{ end }}'],
  ])("silent: %s | %s", (expr, text) => {
    expect(found(expr, shows(text))).toEqual([]);
  });

  test("the value in a label", () => {
    expect(found("up == 0", labelled("{{ $value }}"))).toEqual(["value-in-label $value"]);
    expect(found("up == 0", labelled('{{ $value | printf "%f" }}'))).toEqual(["value-in-label $value"]);
    expect(found("up == 0", labelled("{{ $labels.job }}"))).toEqual([]);
  });

  test.each([
    ["{{ .Nope }}", "exec .Nope"],
    ["{{ $value.x }}", "exec $value.x"],
    ["{{ $labels.job.x }}", "exec $labels.job.x"],
    ["{{ $value | toUpper }}", "exec toUpper"],
    ['{{ $value | match "a.+" }}', 'exec match "a.+"'],
    ['{{ $value | reReplaceAll "a" "b" }}', 'exec reReplaceAll "a" "b"'],
    ["{{ safeHtml $value }}", "exec safeHtml $value"],
    ["{{ slice $value 1 }}", "exec slice $value 1"],
    ["{{ call $labels.job }}", "exec call $labels.job"],
    ['{{ sortByLabel "job" $value }}', 'exec sortByLabel "job" $value'],
    ["{{ pathPrefix 1 }}", "exec pathPrefix 1"],
    ['{{ match "a.+" $labels.job }}', undefined],
    ["{{ slice $labels.job 1 }}", undefined],
    ["{{ toTime $labels.job }}", undefined],
    ['{{ humanize "abc" }}', 'exec humanize "abc"'],
    ['{{ eq $value "1" }}', 'exec eq $value "1"'],
    ["{{ gt $value 1 }}", "exec gt $value 1"],
    ["{{ humanize $labels.size }}", undefined],
    ["{{ if $labels.x }}{{ .Nope }}{{ end }}", undefined],
    ['{{ query "up" | first | value }}', undefined],
    ["{{ gt $value 1.0 }}", undefined],
  ])("that fail when they are run: %s", (text, expected) => {
    expect(found("up == 0", shows(text))).toEqual(expected === undefined ? [] : [expected]);
  });

  test("a name is no template", () => {
    expect(found("up == 0", "  for: 5m\n  labels:\n    '{{ $labels.x }}': y\n")).toEqual([
      "in-name '{{ $labels.x }}'",
    ]);
  });
});

describe("counters by their names", () => {
  const ids = [
    "promql.counter-raw",
    "promql.rate-on-gauge",
    "promql.delta-on-counter",
    "promql.irate-in-rule",
  ];

  test.each([
    "«errors_total» > 5",
    "sum by (job) («errors_total»)",
    "max_over_time(«errors_total»[5m])",
    "«rate(cpu_usage_ratio[5m])»",
    "«increase(up[5m])»",
    "«delta(errors_total[5m])»",
    "«deriv(errors_total[5m])»",
    "«irate»(errors_total[5m])",
    "«a_total» / «b_total»",
  ])("%s", (marked) => {
    marksOf(ids, marked, plain);
  });

  test.each([
    "rate(errors_total[5m])",
    "increase(errors_total[5m])",
    "absent(errors_total)",
    "changes(errors_total[5m])",
    "resets(errors_total[5m])",
    "count(errors_total)",
    "x unless errors_total",
    "timestamp(errors_total)",
    "errors_total - errors_total offset 1h",
    "present_over_time(errors_total[5m])",
    "rate(errors[5m])",
    "delta(temperature_celsius[5m])",
    "job:errors_total",
  ])("silent: %s", (expr) => {
    marksOf(ids, expr, plain);
  });
});

test("the marks are the same in every style of scalar", () => {
  marksOf(["promql.regexp-literal"], `up{job='a', «b=~'c'»}`, record);
});

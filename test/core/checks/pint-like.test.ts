import { describe, expect, test } from "vitest";
import { lint } from "./check-yaml.ts";
import { marksOf, plain, record } from "./pint-marks.ts";

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
    "avg(x or «vector(0)») > 5",
    "min(x or «vector(0)») > 5",
    "sum(x or «vector(1)») > 5",
    "vector(1) or «vector(2)»",
    `avg by («node») (count by (pod) (z))`,
  ])("%s", (marked) => {
    marksOf(ids, marked, plain);
  });

  test.each([
    "x unless on (job) y",
    "x unless y",
    "(x or vector(9)) > 5",
    "avg(x or vector(6)) > 5",
    "sum(x or vector(5)) * 2 > 5",
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

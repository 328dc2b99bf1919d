import { describe, expect, test } from "vitest";
import { file, judge, mended, places, told } from "./policy.ts";

const record = (expr: string, more = ""): string => file(`record: x\nexpr: '${expr}'\n${more}`);

describe("aggregations", () => {
  const keep = "- require: { aggregations: { keep: [job] } }";
  const strip = "- require: { aggregations: { strip: [instance] } }";
  const of = (policy: string, expr: string): readonly string[] => places(judge(policy, record(expr)));

  test.each([
    ["sum(up)", "sum"],
    ["sum by (instance) (up)", "sum by (instance)"],
    ["sum(up) by (instance)", "sum(up) by (instance)"],
    ["sum without (job) (up)", "sum without (job)"],
    ["round(sum(up)) > 5", "sum"],
    ["sum(a) / sum by (job) (b)", "sum"],
    ["sum by (job) (a) or sum(b)", "sum"],
    ["sum(sum by (job) (up))", "sum"],
    ["topk(5, count by (instance) (up))", "count by (instance)"],
  ])("%s loses the label", (expr, place) => {
    expect(of(keep, expr)).toEqual([`policy.aggregation-labels ${place}`]);
  });

  test.each([
    "up",
    "sum by (job) (up)",
    "sum without (instance) (up)",
    'sum(up{job="a"})',
    "topk(5, up)",
    "absent(up)",
    "vector(1)",
    'label_replace(sum(up), "job", "a", "", "")',
    "up * on (job) group_left () sum by (job) (up)",
    "up unless on (job) sum(x)",
    "sum(up",
  ])("%s does not, or nobody can tell", (expr) => {
    expect(of(keep, expr)).toEqual([]);
  });

  test("a label that the rule or its group sets is not asked for", () => {
    expect(judge(keep, record("sum(up)", "labels: {job: all}")).findings).toEqual([]);
    const group = "  - name: g\n    labels: { job: all }\n    rules:\n";
    expect(judge(keep, file("record: x\nexpr: sum(up)", group)).findings).toEqual([]);
  });

  test.each([
    ["sum without (job) (up)", "sum without (job)", "sum without (job, instance) (up)"],
    ["sum by (job, instance) (up)", "sum by (job, instance)", "sum by (job) (up)"],
    ["sum by (instance, job) (up)", "sum by (instance, job)", "sum by (job) (up)"],
    ["sum by (instance) (up) > 0", "sum by (instance)", "sum by () (up) > 0"],
  ])("%s keeps what must go", (expr, place, after) => {
    const judged = judge(strip, record(expr));
    expect(places(judged)).toEqual([`policy.aggregation-labels ${place}`]);
    expect(mended(judged)).toBe(record(after));
  });

  test.each([
    "sum(up)",
    "sum by (job) (up)",
    "sum without (instance) (up)",
    "up",
    'sum by (instance) (up{instance=""})',
  ])("%s keeps nothing that must go", (expr) => {
    expect(of(strip, expr)).toEqual([]);
  });

  test("the fix of what is lost", () => {
    expect(mended(judge(keep, record("sum(up)")))).toBe(record("sum by (job) (up)"));
    expect(mended(judge(keep, record("sum by (instance) (up)")))).toBe(record("sum by (instance, job) (up)"));
    expect(mended(judge(keep, record("sum without (job, x) (up)")))).toBe(record("sum without (x) (up)"));
  });
});

describe("selectors", () => {
  test("must carry labels, but for some metrics, and inside of some functions", () => {
    const policy = `
- require:
    selectors:
      - { metrics: "node_.*", except: node_ok, labels: [job] }
      - { inside: "absent(_over_time)?", labels: { job: ".+" } }`;
    expect(told(judge(policy, record("node_load > node_ok > up")))).toEqual([
      'policy.selector-labels warning "node_load" This selector must match on the label job.',
    ]);
    expect(places(judge(policy, record('absent(up) or absent_over_time(foo{job="x"}[5m])')))).toEqual([
      "policy.selector-labels up",
    ]);
    expect(mended(judge(policy, record("node_load")))).toBe(record('node_load{job!=""}'));
    expect(mended(judge(policy, record('node_load{a="b"}')))).toBe(record('node_load{job!="", a="b"}'));
  });

  test("values and labels that are allowed", () => {
    const policy = `
- require:
    selectors: { metrics: http_total, labels: { code: { values: ["200", "500"], optional: true } }, allowLabels: [code, job] }`;
    expect(
      places(judge(policy, record('http_total{code="200|500",codes="x"} or http_total{code=~"200|501"}'))),
    ).toEqual([
      'policy.selector-labels "200|500"',
      "policy.selector-labels codes",
      'policy.selector-labels "200|501"',
    ]);
    expect(places(judge(policy, record('http_total{code=~"2.."}')))).toEqual([]);
  });
});

describe("what must not be used", () => {
  test("metrics, functions, labels and values", () => {
    const policy = `
- forbid:
    metrics: ["old_.*"]
    functions: [irate, stddev]
    matchers: [replica, { name: env, value: test, metrics: "up" }]`;
    expect(
      places(
        judge(
          policy,
          record(
            'irate(old_x[5m]) + on (replica) group_left (pod) stddev by (replica) (up{env="test", replica="a"}) or {__name__="old_y"} or foo{env="test"}',
          ),
        ),
      ),
    ).toEqual([
      "policy.function-denied irate",
      "policy.metric-denied old_x",
      "policy.matcher-denied replica",
      "policy.function-denied stddev",
      "policy.matcher-denied replica",
      'policy.matcher-denied "test"',
      "policy.matcher-denied replica",
      'policy.metric-denied "old_y"',
    ]);
  });
});

describe("ranges, offsets, and how far back", () => {
  test("bounds", () => {
    const policy = "- require: { range: { min: 1m, max: 1h }, offset: { max: 1d }, lookback: { max: 1d } }";
    expect(places(judge(policy, record("rate(a[30s]) + rate(b[2h]) + max_over_time(c[2h:1m])")))).toEqual([
      "policy.range 30s",
      "policy.range 2h",
      "policy.range 2h",
    ]);
    expect(told(judge(policy, record("a offset 2d or rate(b[1h] offset 23h30m)")))).toEqual([
      'policy.offset warning "a offset 2d" This reads data of 2d ago, and 1d are allowed.',
      'policy.offset warning "2d" This offset is longer than 1d, which is not allowed.',
      'policy.offset warning "b" This reads data of 1d30m ago, and 1d are allowed.',
    ]);
    expect(places(judge(policy, record("rate(a[5m] offset 1h) + b offset -1h")))).toEqual([]);
  });
});

test("typos in labels, matchers and annotations", () => {
  const policy = "- typos: { labels: [severity, instance], annotations: [description] }";
  const judged = judge(
    policy,
    file(
      'alert: A\nexpr: up{instanc="a"} == 0\nlabels: {severty: a}\nannotations: {descripton: b, summary: c}',
    ),
  );
  expect(places(judged)).toEqual(["policy.typo instanc", "policy.typo severty", "policy.typo descripton"]);
  expect(mended(judged)).toContain("{instance=");
});

import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { policyChecks } from "../../../server/src/checks/policy/index.ts";
import { runChecks } from "../../../server/src/checks/run.ts";
import type { EnvironmentAccess } from "../../../server/src/world/environment.ts";
import { readPolicies } from "../../../server/src/world/policy/read.ts";
import { environmentsWith, type Files, rules, snapshotsOf } from "../names/workspace.ts";
import { file, judge, told } from "./policy.ts";

describe("operations of recorded names", () => {
  const policy = "- require: { name: { style: 'level:metric:operations', operations: true } }";
  const said = (name: string, expr: string): readonly string[] =>
    judge(policy, file(`record: ${name}\nexpr: ${expr}`)).findings.map(({ message }) => String(message));

  test.each([
    ["job:x:rate5m", "sum by (job) (rate(x_total[1m]))", "says rate5m, and the expression has rate over 1m."],
    ["job:x:rate5m", "sum by (job) (x)", "says rate5m, and the expression has no rate over a range."],
    ["job:x:avg", "max by (job) (x)", "says avg, and the expression has no avg."],
    ["job:x:sum_rate5m", "avg by (job) (rate(x_total[5m]))", "says sum, and the expression has no sum."],
    ["job:x:rate5m", "avg by (job) (rate(x_total[5m]))", "does not say avg, which the expression ends with."],
    ["job:x:ratio", "sum by (job) (x)", "says ratio, and nothing is divided."],
    ["job:x:max1h", "max_over_time(x[30m])", "says max1h, and the expression has max over 30m."],
    ["job:x:rate1h", "rate(x_total[60m:5m]) or rate(x_total[30m])", undefined],
  ])("%s: %s", (name, expr, fault) => {
    expect(said(name, expr)).toEqual(fault === undefined ? [] : [`The name ${name} ${fault}`]);
  });

  test.each([
    ["job:x:rate5m", "sum by (job) (rate(x_total[5m]))"],
    ["job:x:sum_rate5m", "sum by (job) (instance:x:rate5m)"],
    ["job:x:rate5m", "sum by (job) (instance:x:rate5m)"],
    ["job:x:avg_rate5m", "avg by (job) (rate(x_total[5m]))"],
    ["job:x:avg", "avg_over_time(x[5m])"],
    ["job:x:ratio_rate5m", "sum by (job) (rate(a_total[5m])) / sum by (job) (rate(b_total[5m]))"],
    ["job:x:ratio", "avg by (job) (a / b)"],
    ["job:x:p99", "histogram_quantile(0.99, sum by (job, le) (rate(x_bucket[5m])))"],
    ["job:x:total", "sum(x)"],
    ["job:x:rate5m", "rate(x_total[step()])"],
  ])("%s is what %s does", (name, expr) => {
    expect(said(name, expr)).toEqual([]);
  });

  test("is asked of recorded names with operations only, and of what parses", () => {
    expect(
      judge("- require: { name: { operations: true } }", file("alert: Avg\nexpr: x > 1")).findings,
    ).toEqual([]);
    expect(
      judge("- require: { name: { operations: true } }", file("record: job:avg\nexpr: x")).findings,
    ).toEqual([]);
    expect(
      judge("- require: { name: { operations: true } }", file("record: a:b:avg\nexpr: x >")).findings,
    ).toEqual([]);
    expect(
      judge("- require: { name: { style: 'level:metric' } }", file("record: a:b:avg\nexpr: x")).findings,
    ).toEqual([]);
  });
});

test("an annotation must have a template in it", () => {
  const policy = "- require: { annotations: { description: { template: true, optional: true } } }";
  const alert = (text: string): string =>
    file(`alert: A\nexpr: up == 0\nannotations:\n  description: ${text}`);
  expect(told(judge(policy, alert("It is down.")))).toEqual([
    'policy.annotation-value warning "It is down." The annotation description is not as it should be: "It is down." has no {{ }}, so it says of no alert what it is about.',
  ]);
  expect(judge(policy, alert("'{{ $labels.job }} is down.'")).findings).toEqual([]);
  expect(judge(policy, file("alert: A\nexpr: up == 0")).findings).toEqual([]);
});

test("mixtool's conventions can be said", () => {
  const policy = `- require:
    name: { style: PascalCase, maxLength: 40 }
    labels: { severity: [critical, warning, info] }
    annotations: { summary: "[A-Z].+\\\\.", description: { template: true } }
  forbid: { templates: summary }`;
  const alert = (summary: string, description: string): string =>
    file(
      `alert: Down\nexpr: up == 0\nlabels: { severity: info }\nannotations:\n  summary: ${summary}\n  description: ${description}`,
    );
  const ids = (text: string): readonly string[] => judge(policy, text).findings.map(({ check }) => check);
  expect(ids(alert("A job is down.", "'{{ $labels.job }} is down.'"))).toEqual([]);
  expect(ids(alert("a job is down", "'{{ $labels.job }} is down.'"))).toEqual(["policy.annotation-value"]);
  expect(ids(alert("'{{ $labels.job }} is down.'", "'{{ $labels.job }}'"))).toEqual([
    "policy.forbidden-annotation",
  ]);
});

describe("names of alerts that must be their own", () => {
  const { set } = readPolicies(parse("- require: { uniqueName: true }"));
  const found = (files: Files, environments: readonly EnvironmentAccess[] = []): readonly string[] =>
    snapshotsOf(files, environments).flatMap((snapshot) => {
      const { path, text } = snapshot.document;
      return runChecks({ ...snapshot, policy: set.of(path) }, [], policyChecks).map(
        ({ span, message }) => `${path} ${text.slice(span.start, span.end)}: ${message}`,
      );
    });

  test("are told in one file and across files", () => {
    expect(
      found({ "a.yml": rules(["alert A: x > 1", "alert B: x > 1"]), "b.yml": rules(["alert A: x > 2"]) }),
    ).toEqual([
      "a.yml A: An alert in b.yml has the same name: rename one.",
      "b.yml A: An alert in a.yml has the same name: rename one.",
    ]);
    expect(found({ "a.yml": rules(["alert A: x > 1", "alert A: x > 2"]) })).toHaveLength(2);
  });

  test("are not told of recorded names, nor between environments", () => {
    expect(found({ "a.yml": rules(["record a:b: x", "record a:b: y"]) })).toEqual([]);
    const files = { "a.yml": rules(["alert A: x > 1"]), "b.yml": rules(["alert A: x > 2"]) };
    expect(found(files, environmentsWith({ Dev: ["a.yml"], Prod: ["b.yml"] }))).toEqual([]);
  });
});

test("each demand can be narrowed to files, groups and labels", () => {
  const policy = `- match: { files: "a/**", groups: web, labels: { severity: page } }
  severity: error
  require: { annotations: { summary: { template: true } } }
- match: { kinds: record, not: { names: "legacy:.*" } }
  require: { name: { operations: true } }`;
  const alert = (severity: string, group: string): string =>
    file(
      `alert: A\nexpr: up == 0\nlabels: { severity: ${severity} }\nannotations: { summary: x }`,
      `  - name: ${group}\n    rules:\n`,
    );
  const severities = (text: string, path: string): readonly string[] =>
    judge(policy, text, path).findings.map(({ severity }) => severity);
  expect(severities(alert("page", "web"), "a/x.yml")).toEqual(["error"]);
  expect(severities(alert("page", "web"), "b/x.yml")).toEqual([]);
  expect(severities(alert("page", "db"), "a/x.yml")).toEqual([]);
  expect(severities(alert("info", "web"), "a/x.yml")).toEqual([]);
  expect(severities(file("record: job:x:avg\nexpr: sum(x)"), "a/x.yml")).toEqual(["warning"]);
  expect(severities(file("record: legacy:x:avg\nexpr: sum(x)"), "a/x.yml")).toEqual([]);
});

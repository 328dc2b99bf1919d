import { dirname } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findTool } from "../stack/tools/locate.ts";
import { Sandbox } from "./run.ts";

const rules = `groups:
  - name: g
    rules:
      - alert: Down
        expr: up == 0
        for: 5m
        labels:
          severity: page
        annotations:
          summary: "{{ $labels.job }} is down"
      - record: job:up:sum
        expr: sum by (job) (up)
`;

const tests = `rule_files:
  - rules.yml
tests:
  - name: down
    interval: 1m
    input_series:
      - series: 'up{job="a"}'
        values: 0x10
    alert_rule_test:
      - eval_time: 10m
        alertname: Down
        exp_alerts:
          - exp_labels: {severity: page, job: a}
            exp_annotations: {summary: a is down}
  - interval: 1m
    input_series:
      - series: 'up{job="a"}'
        values: 1x10
    promql_expr_test:
      - expr: job:up:sum
        eval_time: 5m
        exp_samples:
          - labels: 'job:up:sum{job="a"}'
            value: 2
`;

let sandbox: Sandbox;
let promtool: readonly string[];
beforeEach(async () => {
  sandbox = new Sandbox();
  sandbox.write({ "rules.yml": rules, "rules_test.yml": tests });
  const found = await findTool("promtool");
  if (found === undefined) throw new Error("promtool is not there: run `npm run tools` once to build it");
  promtool = ["--promtool", found];
});
afterEach(() => sandbox.dispose());

test("what failed is told at the line of its entry, with what was expected and what came", async () => {
  const { code, out, err } = await sandbox.run(["test", ...promtool]);
  expect(err).toBe("");
  expect(out).toBe(`rules_test.yml:20:15: unnamed#1: At 5m the expression gives other samples than expected.
    - {__name__="job:up:sum", job="a"} 2E+00
    + {__name__="job:up:sum", job="a"} 1E+00
1 passed, 1 failed
`);
  expect(code).toBe(1);
});

test("the rules of a PrometheusRule are tested as they stand in it, and what promtool says of them has its lines", async () => {
  const object = `# Rules of two objects.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: one}
spec:
  groups:
    - name: g
      partial_response_strategy: warn
      rules:
        - record: job:up:sum
          expr: &sum |
            sum by (job) (
              up
            )
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: two}
spec:
  groups:
    - name: g
      rules:
        - alert: Down
          expr: up == 0
          for: 5m
          labels: {severity: page}
          annotations:
            summary: "{{ $labels.job }} is down"
`;
  sandbox.write({
    "rules.yml": object,
    "rules_test.yml": tests.replace("value: 2", "value: 1"),
    "glob_test.yml": tests.replace("value: 2", "value: 1").replace("rules.yml", "rule?.yml"),
  });
  expect(await sandbox.run(["test", ...promtool])).toMatchObject({
    code: 0,
    out: "4 passed, 0 failed\n",
    err: "",
  });
  sandbox.write({ "rules.yml": object.replace("up == 0", "up ==") });
  const { out } = await sandbox.run(["test", "rules_test.yml", ...promtool]);
  expect(out).toMatch(/rules\.yml: 24:\d+: group "two\/g", rule 1, "Down"/);
});

test("tests that pass end with 0", async () => {
  sandbox.write({ "rules_test.yml": tests.replace("value: 2", "value: 1") });
  const { code, out } = await sandbox.run(["test", "rules_test.yml", ...promtool]);
  expect(out).toBe("2 passed, 0 failed\n");
  expect(code).toBe(0);
});

test("an alert that does not fire is told at its name", async () => {
  sandbox.write({ "rules_test.yml": tests.replace("eval_time: 10m", "eval_time: 2m") });
  const { code, out } = await sandbox.run(["test", "rules_test.yml", "--format", "json", ...promtool]);
  const [file] = JSON.parse(out) as { status: string; tests: { failures: unknown[] }[] }[];
  expect(file?.status).toBe("failed");
  expect(file?.tests[0]?.failures).toMatchObject([
    {
      message: "At 2m the firing alerts Down are not the expected ones.",
      range: { start: { line: 10, character: 19 } },
      got: "[]",
    },
  ]);
  expect(code).toBe(1);
});

test("a file that promtool does not take is told with its words", async () => {
  sandbox.write({ "rules_test.yml": tests.replace("input_series", "input_serie") });
  const { code, out } = await sandbox.run(["test", "rules_test.yml", ...promtool]);
  expect(out).toContain("field input_serie not found in type main.testGroup");
  expect(out).toContain("1 file refused");
  expect(code).toBe(1);
});

test("JUnit has a case for each test", async () => {
  const { out } = await sandbox.run(["test", "--format", "junit", ...promtool]);
  expect(out).toContain('<testsuite name="rules_test.yml" tests="2" failures="1" errors="0">');
  expect(out).toContain('<testcase classname="rules_test.yml" name="down"></testcase>');
});

test("without promtool, without tests and after its deadline nothing is run, and the sentence says why", async () => {
  const absent = await sandbox.run(["test"]);
  expect(absent).toMatchObject({ code: 2, out: "" });
  expect(absent.err).toContain("promtool was not found: install Prometheus");
  const none = await sandbox.run(["test", "rules.yml", ...promtool]);
  expect(none.code).toBe(2);
  expect(none.err).toContain("no rule unit tests");
  const late = await sandbox.run(["test", "--timeout", "0.000001", ...promtool]);
  expect(late.code).toBe(2);
  expect(late.err).toContain("promtool took longer than 0 s");
});

test("promtool is found in the folder of PROMSCOPE_TOOLS", async () => {
  const tools = dirname(promtool[1] ?? "");
  const { code } = await sandbox.run(["test", "rules_test.yml"], "", { PROMSCOPE_TOOLS: tools });
  expect(code).toBe(1);
});

test("a file that promtool refuses has no tests that passed", async () => {
  sandbox.write({
    "a_test.yml": `tests:
- alert_rule_test:
  - {eval_time: 1m, groupname: g, alertname: A}
`,
  });
  const run = await sandbox.run(["test", "a_test.yml", ...promtool]);
  expect([run.code, run.out]).toEqual([1, expect.stringContaining("field groupname not found")]);
  expect(run.out).toContain("0 passed, 0 failed, 1 file refused");
});

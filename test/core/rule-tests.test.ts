import { describe, expect, test } from "vitest";
import { neverCancelled } from "../../server/src/base/cancellation.ts";
import { ruleTestChecks } from "../../server/src/checks/rule-test/index.ts";
import { runChecks } from "../../server/src/checks/run.ts";
import { complete } from "../../server/src/features/completion.ts";
import { hover } from "../../server/src/features/hover.ts";
import { readDocument } from "../../server/src/model/read.ts";
import { nameIndexOf } from "../../server/src/world/names/index.ts";
import type { Snapshot } from "../../server/src/world/snapshot.ts";
import { emptyWorkspace } from "../../server/src/world/workspace.ts";

const rules = `groups:
  - name: web
    rules:
      - alert: InstanceDown
        expr: up == 0
        labels: {severity: page, team: web}
        annotations:
          summary: 'Instance {{ $labels.instance }} is down{{ if gt $value 1.0 }} ({{ $value }}){{ end }}'
      - alert: TooManyErrors
        expr: sum by (job) (job:errors:rate5m) > 1
        annotations: {runbook: "https://example.com/x"}
      - record: job:errors:rate5m
        expr: sum by (job) (rate(errors_total[5m]))
`;

/** A test file beside rules in `rules/`; \`|\` is the cursor. */
function snapshotOf(marked: string, path = "rules/web_test.yml"): { snapshot: Snapshot; offset: number } {
  const offset = marked.indexOf("¦");
  const text = marked.replace("¦", "");
  const read = (name: string, content: string): ReturnType<typeof readDocument> =>
    readDocument({ uri: `file:///w/${name}`, path: name, version: 1, text: content });
  const document = read(path, text);
  const names = nameIndexOf([read("rules/web.yml", rules), document]);
  return { snapshot: { document, workspace: emptyWorkspace, names, environments: [], features: [] }, offset };
}

function found(text: string, path?: string): readonly string[] {
  const { snapshot } = snapshotOf(text, path);
  const problems: string[] = [];
  const findings = runChecks(snapshot, problems, ruleTestChecks);
  expect(problems).toEqual([]);
  return findings.map(({ check, message, span }) => {
    const { line } = snapshot.document.lines.positionAt(span.start);
    return `${line + 1} ${check} ${snapshot.document.text.slice(span.start, span.end)}: ${message}`;
  });
}

async function labels(text: string): Promise<readonly string[]> {
  const { snapshot, offset } = snapshotOf(text);
  const list = await complete(snapshot, offset, neverCancelled);
  return list?.items.map(({ label }) => label) ?? [];
}

describe("findings in rule unit tests", () => {
  test("keys of vmalert-tool are told once each and gently", () => {
    const text = `rule_files: [web.yml]
tests:
  - alert_rule_test:
      - {eval_time: 1m, groupname: web, alertname: InstanceDown}
      - {eval_time: 2m, groupname: web, alertname: InstanceDown}
    metricsql_expr_test: [{expr: up, eval_time: 1m}]
`;
    expect(found(text)).toEqual([
      expect.stringMatching(/^4 rule.test-schema groupname: .*vmalert-tool/),
      expect.stringMatching(/^6 rule.test-schema metricsql_expr_test: .*vmalert-tool/),
    ]);
  });

  test("a sound file has none", () => {
    expect(
      found(`rule_files: [web.yml]
tests:
  - input_series:
      - {series: 'up{job="a"}', values: 0x10}
    alert_rule_test:
      - {eval_time: 5m, alertname: InstanceDown}
`),
    ).toEqual([]);
  });

  test("an alert that no rule of the files has is named, with the nearest", () => {
    expect(found("rule_files: [web.yml]\ntests:\n- alert_rule_test:\n  - alertname: InstnceDown\n")).toEqual([
      "4 rule.test-unknown-alert InstnceDown: No rule of the rule_files has the alert InstnceDown: did you mean InstanceDown?",
    ]);
    expect(found("rule_files: ['*.yml']\ntests:\n- alert_rule_test:\n  - alertname: Other\n")).toEqual([
      "4 rule.test-unknown-alert Other: No rule of the rule_files has the alert Other: it never fires in this test.",
    ]);
  });

  test("nothing is said of alerts while a rule file is not known", () => {
    expect(
      found("rule_files: [web.yml, gone.yml]\ntests:\n- alert_rule_test:\n  - alertname: Other\n"),
    ).toEqual([]);
  });

  test("a rule file that stands elsewhere is named", () => {
    const text = "rule_files: [web.yml]\ntests:\n- input_series: []\n";
    expect(found(text, "tests/web_test.yml")).toEqual([
      "1 rule.test-rule-file-missing web.yml: No file with rules is at web.yml: the nearest one is ../rules/web.yml.",
    ]);
    expect(found("rule_files: [other.yml]\ntests:\n- input_series: []\n", "tests/web_test.yml")).toEqual([]);
  });

  test("series, labels of samples and histograms are read as promtool reads them", () => {
    expect(
      found(`tests:
  - input_series:
      - series: up{job="a"
        values: 1 2
      - series: up
        values: 1 2 3 4 x5
    promql_expr_test:
      - expr: sum(up
        exp_samples:
          - labels: up{job=~"a"}
            histogram: "1"
`),
    ).toEqual([
      "4 rule.test-series-syntax 1 2: parse error: unexpected character inside braces: '1'",
      '6 rule.test-series-syntax x: parse error: unexpected "x"',
      "8 rule.test-expr : parse error: unclosed left parenthesis",
      "8 rule.test-expr : parse error: no arguments for aggregate expression provided",
      '10 rule.test-series-syntax =~: parse error: unexpected <op:=~> in label set, expected "="',
      '11 rule.test-series-syntax "1": parse error: expected histogram, got 1',
    ]);
  });

  test("what an alert can never have is told", () => {
    const test = `rule_files: [web.yml]
tests:
  - alert_rule_test:
      - alertname: InstanceDown
        exp_alerts:
          - exp_labels: {severity: warn, team: web, job: a}
            exp_annotations:
              summary: "a is down for 5 min"
              runbook: x
          - exp_labels: {severity: page, team: web}
            exp_annotations: {summary: "Instance a is down (3)"}
          - exp_labels: {severity: page}
`;
    expect(found(test)).toEqual([
      '6 rule.test-expected-drift warn: The label severity of the alert is "page", not this.',
      '8 rule.test-expected-drift "a is down for 5 min": The annotation summary of the alert can never be this text: its template says otherwise.',
      "9 rule.test-expected-drift runbook: The alert has no annotation runbook: the test cannot pass.",
      "12 rule.test-expected-drift exp_labels: The test does not expect the label team, which the alert has.",
      "12 rule.test-expected-drift exp_labels: The test does not expect the annotation summary, which the alert has.",
    ]);
  });

  test("a line break in a series ends the list for promtool", () => {
    expect(
      found(
        "tests:\n- input_series:\n  - series: a\n    values: |\n      1 2\n  - series: b\n    values: 1\n",
      ),
    ).toEqual([
      "4 rule.test-series-cut |\n      1 2\n: The line break ends the list for promtool: it loads none of the series below. Write one line.",
    ]);
  });
});

describe("completion in rule unit tests", () => {
  const head = "rule_files: [web.yml]\ntests:\n  - interval: 1m\n";

  test("keys of each place, without those that are there", async () => {
    expect(await labels(`${head}    ¦`)).toEqual([
      "input_series",
      "alert_rule_test",
      "promql_expr_test",
      "external_labels",
      "external_url",
      "name",
      "start_timestamp",
    ]);
    expect(await labels(`${head}    alert_rule_test:\n      - ev¦`)).toEqual([
      "eval_time",
      "alertname",
      "exp_alerts",
    ]);
  });

  test("alerts, their labels, metrics, groups and files", async () => {
    const alert = `${head}    alert_rule_test:\n      - alertname: ¦`;
    expect(await labels(alert)).toEqual(["InstanceDown", "TooManyErrors"]);
    const expected = "InstanceDown\n        exp_alerts:\n          - exp_labels:\n              ¦";
    expect(await labels(alert.replace("¦", expected))).toEqual(["severity", "team"]);
    expect(await labels(alert.replace("¦", expected.replace("¦", "severity: ¦")))).toEqual(["page"]);
    // Of the alert that is tested, and with what its expression gives.
    const other = expected.replace("InstanceDown", "TooManyErrors");
    expect(await labels(alert.replace("¦", other))).toEqual(["job"]);
    const annotations = other.replace("exp_labels", "exp_annotations");
    expect(await labels(alert.replace("¦", annotations))).toEqual(["runbook"]);
    expect(await labels(alert.replace("¦", annotations.replace("¦", "runbook: ¦")))).toEqual([
      "https://example.com/x",
    ]);
    expect(await labels(`${head}    input_series:\n      - series: ¦`)).toEqual([
      "errors_total",
      "up",
      "job:errors:rate5m",
    ]);
    // What the series of a test and its expressions name is PromQL, too.
    expect(
      await labels(`${head}    input_series:\n      - series: 'up{job="a"}'\n      - series: up{j¦`),
    ).toEqual(["job", "="]);
    expect(await labels(`${head}    input_series:\n      - series: up{job¦`)).not.toContain("job_name!=");
    const query = `${head}    promql_expr_test:\n      - expr: `;
    expect(await labels(`${query}sum by (job) (rate(err¦`)).toEqual(["errors_total", "job:errors:rate5m"]);
    expect(await labels(`${query}histogram_qu¦`)).toContain("histogram_quantile");
    expect(await labels(`${query}up\n        exp_samples:\n          - labels: jo¦`)).toEqual([
      "job:errors:rate5m",
    ]);
    expect(await labels(`group_eval_order:\n  - ¦\n${head}`)).toEqual(["web"]);
    expect(await labels(`tests:\n  - input_series: []\nrule_files:\n  - ¦`)).toEqual(["web.yml"]);
  });
});

test("a hover writes out what the notation of a series stands for", async () => {
  const text = "tests:\n- interval: 30s\n  input_series:\n  - series: up\n    values: '1 0+1¦0x30 _x3'\n";
  const { snapshot, offset } = snapshotOf(text);
  const told = await hover(snapshot, offset, neverCancelled);
  expect(told?.contents).toBe(
    "`0 10 20 30 40 50 60 70 80 90 100 110 120 130 140 150 160 170 180 190 …`\n\n31 samples from 30s to 15m30s",
  );
  expect(told && snapshot.document.text.slice(told.span.start, told.span.end)).toBe("0+10x30");
});

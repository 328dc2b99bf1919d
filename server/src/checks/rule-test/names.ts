import { nearest } from "../../base/nearest.ts";
import { matchingRuleFiles, rulesOfTests, similarFile } from "../../world/tested-rules.ts";
import type { DocumentCheck } from "../check.ts";
import { keyIn, testCheck, testsOf } from "./context.ts";

/** promtool needs to know which alert it is to look at. */
export const testAlertnameMissing: DocumentCheck = {
  ...testCheck,
  id: "rule.test-alertname-missing",
  severity: "error",
  summary: "A test of alerts does not say which alert it tests.",
  *run(context) {
    for (const { alerts, name } of testsOf(context)?.tests ?? [])
      for (const { node, alertname, evalTime } of alerts) {
        if (alertname !== undefined && alertname.value !== "") continue;
        const group = name === undefined || name.value === "" ? "" : ` (in TestGroup ${name.value})`;
        yield {
          check: testAlertnameMissing.id,
          severity: "error",
          message: `an item under alert_rule_test misses required attribute alertname at eval_time ${evalTime?.value ?? "0s"}${group}`,
          span: keyIn(node, "alertname", "eval_time"),
          refusedBy: "prometheus",
        };
      }
  },
};

/** A group can be evaluated at one place in the order only. */
export const testEvalOrderDuplicate: DocumentCheck = {
  ...testCheck,
  id: "rule.test-eval-order-duplicate",
  severity: "error",
  summary: "group_eval_order names a group twice, so promtool runs no test of the file.",
  *run(context) {
    const seen = new Map<string, (typeof order)[number]>();
    const order = testsOf(context)?.evalOrder ?? [];
    for (const scalar of order) {
      const first = seen.get(scalar.value);
      if (first === undefined) seen.set(scalar.value, scalar);
      else
        yield {
          check: testEvalOrderDuplicate.id,
          severity: "error",
          message: `group name repeated in evaluation order: ${scalar.value}`,
          span: scalar.span,
          related: [{ message: "first named here", span: first.span }],
          refusedBy: "prometheus",
        };
    }
  },
};

/** A file of rules that is nowhere, where one of that name stands elsewhere: promtool goes on without it. */
export const testRuleFileMissing: DocumentCheck = {
  ...testCheck,
  id: "rule.test-rule-file-missing",
  severity: "warning",
  beyondFile: true,
  summary: "A rule unit test names a rule file that is not there, and promtool tests without it.",
  *run(context) {
    const { names, document } = context.snapshot;
    if (names === undefined) return;
    for (const { value, span } of testsOf(context)?.ruleFiles ?? []) {
      if (matchingRuleFiles(names, document.path, value).length > 0) continue;
      const meant = similarFile(names, document.path, value);
      if (meant === undefined) continue;
      yield {
        check: testRuleFileMissing.id,
        severity: "warning",
        message: `No file with rules is at ${value}: the nearest one is ${meant}.`,
        span,
        fixes: [{ title: `Write ${meant}`, safe: false, edits: [{ span, newText: meant }] }],
      };
    }
  },
};

/** An alert that no tested rule has: it never fires, so a test that expects none passes for ever. */
export const testUnknownAlert: DocumentCheck = {
  ...testCheck,
  id: "rule.test-unknown-alert",
  severity: "warning",
  beyondFile: true,
  summary: "A test is for an alert that is in none of its rule files.",
  *run(context) {
    const { names, document } = context.snapshot;
    const tests = testsOf(context);
    if (names === undefined || tests === undefined) return;
    const rules = rulesOfTests(names, document.path, tests);
    if (rules === undefined) return;
    const alerts = new Set(rules.flatMap(({ kind, name }) => (kind === "alert" ? [name] : [])));
    for (const { alertname } of tests.tests.flatMap((test) => test.alerts)) {
      if (alertname === undefined || alertname.value === "" || alerts.has(alertname.value)) continue;
      const meant = nearest(alertname.value, alerts);
      const { span } = alertname;
      yield {
        check: testUnknownAlert.id,
        severity: "warning",
        message:
          meant === undefined
            ? `No rule of the rule_files has the alert ${alertname.value}: it never fires in this test.`
            : `No rule of the rule_files has the alert ${alertname.value}: did you mean ${meant}?`,
        span,
        fixes:
          meant === undefined
            ? undefined
            : [{ title: `Write ${meant}`, safe: false, edits: [{ span, newText: meant }] }],
      };
    }
  },
};

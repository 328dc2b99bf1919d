import { asMap, asScalar, asSeq, isNull, keyOf, pairOf, valueAt } from "../yaml/access.ts";
import type { YamlMap, YamlNode, YamlScalar } from "../yaml/node.ts";
import type { EmbeddedText } from "./document.ts";
import { embeddedPromql } from "./rules.ts";

/** One series that a test loads: `series` is a metric, `values` its samples. */
export interface InputSeries {
  readonly node: YamlMap;
  readonly series: YamlScalar | undefined;
  readonly values: YamlScalar | undefined;
}

/** An entry of `alert_rule_test`: which alerts of a name fire at a time. */
export interface AlertTest {
  readonly node: YamlMap;
  readonly alertname: YamlScalar | undefined;
  readonly evalTime: YamlScalar | undefined;
  readonly expected: readonly ExpectedAlert[];
}

export interface ExpectedAlert {
  readonly node: YamlMap;
  readonly labels: YamlMap | undefined;
  readonly annotations: YamlMap | undefined;
}

/** An entry of `promql_expr_test`: what an expression gives at a time. */
export interface ExprTest {
  readonly node: YamlMap;
  readonly expr: EmbeddedText | undefined;
  readonly evalTime: YamlScalar | undefined;
  readonly samples: readonly ExpectedSample[];
}

export interface ExpectedSample {
  readonly node: YamlMap;
  readonly labels: YamlScalar | undefined;
  readonly histogram: YamlScalar | undefined;
}

/** A group of tests on the same series. */
export interface TestGroup {
  readonly index: number;
  readonly node: YamlMap;
  readonly name: YamlScalar | undefined;
  readonly series: readonly InputSeries[];
  readonly alerts: readonly AlertTest[];
  readonly exprs: readonly ExprTest[];
}

/** A file of rule unit tests (`cmd/promtool/unittest.go`). */
export interface RuleTestsModel {
  readonly root: YamlMap;
  readonly ruleFiles: readonly YamlScalar[];
  readonly evalOrder: readonly YamlScalar[];
  readonly tests: readonly TestGroup[];
}

const groupKeys: ReadonlySet<string | undefined> = new Set([
  "input_series",
  "alert_rule_test",
  "promql_expr_test",
]);
const fileKeys: ReadonlySet<string | undefined> = new Set([
  "rule_files",
  "evaluation_interval",
  "group_eval_order",
  "fuzzy_compare",
  "tests",
]);

/** Whether a mapping has the shape of a test file: tests with what only tests have, or rule files and tests alone. */
export function hasRuleTests(root: YamlMap): boolean {
  const tests = pairOf(root, "tests");
  if (tests === undefined) {
    const only = root.pairs.length > 1 && root.pairs.every((pair) => fileKeys.has(keyOf(pair)));
    return only && pairOf(root, "rule_files") !== undefined;
  }
  const items = asSeq(tests.value)?.items ?? [];
  const isGroup = (item: YamlNode): boolean =>
    asMap(item)?.pairs.some((pair) => groupKeys.has(keyOf(pair))) === true;
  return items.some(isGroup) || pairOf(root, "rule_files") !== undefined;
}

/** Whether the text of a document that could not be read is that of rule unit tests. */
export function hasRuleTestsText(text: string): boolean {
  if (!/^["']?tests["']?[ \t]*:/m.test(text)) return false;
  return (
    /^["']?rule_files["']?[ \t]*:/m.test(text) ||
    /^[ \t]+(?:- +)*(?:input_series|alert_rule_test|promql_expr_test)[ \t]*:/m.test(text)
  );
}

/** Reads a test file. What is missing or of another shape is left out. */
export function readRuleTests(root: YamlMap): RuleTestsModel {
  return {
    root,
    ruleFiles: scalarsOf(valueAt(root, "rule_files")),
    evalOrder: scalarsOf(valueAt(root, "group_eval_order")),
    tests: mapsOf(valueAt(root, "tests")).map(readGroup),
  };
}

function readGroup(node: YamlMap, index: number): TestGroup {
  return {
    index,
    node,
    name: scalarAt(node, "name"),
    series: mapsOf(valueAt(node, "input_series")).map((series) => ({
      node: series,
      series: scalarAt(series, "series"),
      values: scalarAt(series, "values"),
    })),
    alerts: mapsOf(valueAt(node, "alert_rule_test")).map((alert) => ({
      node: alert,
      alertname: scalarAt(alert, "alertname"),
      evalTime: scalarAt(alert, "eval_time"),
      expected: mapsOf(valueAt(alert, "exp_alerts")).map((expected) => ({
        node: expected,
        labels: asMap(valueAt(expected, "exp_labels")),
        annotations: asMap(valueAt(expected, "exp_annotations")),
      })),
    })),
    exprs: mapsOf(valueAt(node, "promql_expr_test")).map((test) => {
      const expr = scalarAt(test, "expr");
      return {
        node: test,
        expr: expr === undefined ? undefined : embeddedPromql(expr),
        evalTime: scalarAt(test, "eval_time"),
        samples: mapsOf(valueAt(test, "exp_samples")).map((sample) => ({
          node: sample,
          labels: scalarAt(sample, "labels"),
          histogram: scalarAt(sample, "histogram"),
        })),
      };
    }),
  };
}

function mapsOf(node: YamlNode | undefined): readonly YamlMap[] {
  return (asSeq(node)?.items ?? []).flatMap((item) => asMap(item) ?? []);
}

function scalarsOf(node: YamlNode | undefined): readonly YamlScalar[] {
  return (asSeq(node)?.items ?? []).flatMap((item) => (isNull(item) ? [] : (asScalar(item) ?? [])));
}

function scalarAt(node: YamlMap, key: string): YamlScalar | undefined {
  const value = valueAt(node, key);
  return isNull(value) ? undefined : asScalar(value);
}

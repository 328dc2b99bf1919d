import { type Shape, type StructShape, struct } from "../rule/shape.ts";

const string: Shape = { kind: "string" };
const duration: Shape = { kind: "duration" };
const strings: Shape = { kind: "strings" };

function list(item: StructShape): Shape {
  return { kind: "list", go: `[]${item.go}`, item };
}

const texts: Shape = { kind: "list", go: "[]string", item: string };

/** A file of rule unit tests (`cmd/promtool/unittest.go`, unitTestFile). */
export const testFileShape: StructShape = struct("main.unitTestFile", {
  rule_files: texts,
  evaluation_interval: duration,
  group_eval_order: texts,
  fuzzy_compare: { kind: "boolean" },
  tests: list(
    struct("main.testGroup", {
      interval: duration,
      input_series: list(struct("main.series", { series: string, values: string })),
      alert_rule_test: list(
        struct("main.alertTestCase", {
          eval_time: duration,
          alertname: string,
          exp_alerts: list(struct("main.alert", { exp_labels: strings, exp_annotations: strings })),
        }),
      ),
      promql_expr_test: list(
        struct("main.promqlTestCase", {
          expr: string,
          eval_time: duration,
          exp_samples: list(
            struct("main.sample", { labels: string, value: { kind: "float" }, histogram: string }),
          ),
        }),
      ),
      external_labels: strings,
      external_url: string,
      name: string,
      start_timestamp: { kind: "timestamp" },
    }),
  ),
});

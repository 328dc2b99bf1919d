import { describe, expect, test } from "vitest";
import { applyEdits } from "../../../server/src/base/text.ts";
import { lint } from "./check-yaml.ts";

const record = (expr: string): string =>
  `groups:\n- name: g\n  rules:\n  - record: a:b\n    expr: |\n      ${expr}\n`;

/** `id "source"` of each finding, and the expression with each of its fixes. */
function found(expr: string): readonly string[] {
  const { document, findings } = lint(record(expr));
  return findings.flatMap(({ check: id, span, fixes = [] }) => [
    `${id} ${document.text.slice(span.start, span.end)}`,
    ...fixes.map(({ edits }) => `→ ${applyEdits(document.text, edits).split("\n")[5]?.trim()}`),
  ]);
}

describe("each finds its fault at its place, with its fix", () => {
  test.each([
    [`up{job=~"a"}`, ['promql.regexp-literal job=~"a"', `→ up{job="a"}`]],
    [`up{job !~ 'a\\\\.b'}`, [`promql.regexp-literal job !~ 'a\\\\.b'`, `→ up{job != 'a.b'}`]],
    [`up{job=~"^a.+$"}`, [`promql.regexp-anchors job=~"^a.+$"`, `→ up{job=~"a.+"}`]],
    [`up{job=~".*"}`, [`promql.regexp-match-all job=~".*"`, "→ up{}"]],
    [`up{a="b", job=~".*"}`, [`promql.regexp-match-all job=~".*"`, `→ up{a="b"}`]],
    [`up{job=~".*", a="b"}`, [`promql.regexp-match-all job=~".*"`, `→ up{a="b"}`]],
    [`up{job=~".+"}`, []],
    [`up{job!~".+"}`, [`promql.regexp-match-all job!~".+"`, `→ up{job=""}`]],
    [`x{code="5.."}`, [`promql.regexp-in-equality code="5.."`, `→ x{code=~"5.."}`]],
    [`x{job!="a|b"}`, [`promql.regexp-in-equality job!="a|b"`, `→ x{job!~"a|b"}`]],
    [`x{job="$job"}`, ["promql.grafana-variable $job"]],
    [`{job="x"}`, [`promql.no-metric-name {job="x"}`]],
    [
      "histogram_quantile(0.9, sum by (le) (x_bucket))",
      [
        "promql.histogram-raw-buckets x_bucket",
        "→ histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m])))",
      ],
    ],
    [`x_bucket{le="0.30"}`, [`promql.histogram-le-value le="0.30"`, `→ x_bucket{le="0.3"}`]],
  ])("%s", (expr, expected) => {
    expect(found(expr)).toEqual(expected);
  });

  test.each([
    `up{job="a"}`,
    `up{job=~"a.*"}`,
    `up{job=~"^a|b$"}`,
    `up{job=~"a|b"}`,
    `up{job=~"(?i)a"}`,
    `up{job=~"a\\\\w"}`,
    `{__name__=~"a.*",job="x"}`,
    `x{path="/a/.*"}`,
    `x{version="1.2.3"}`,
    `x_bucket{le="0.3"}`,
    `x_bucket{le="1.0"}`,
    `x{email="a+b@c.org"}`,
    "histogram_quantile(0.9, sum by (le) (job:x_bucket:rate5m))",
  ])("silent: %s", (expr) => {
    expect(found(expr)).toEqual([]);
  });
});

test("a variable of Grafana is named even where the expression does not parse", () => {
  const ids = lint(record("rate(x[$__rate_interval])")).findings.map(({ check }) => check);
  expect(ids).toContain("promql.grafana-variable");
  expect(ids).toContain("promql.syntax");
});

test("a variable as Flux fills it in is told gently", () => {
  const severities = (expr: string): unknown => lint(record(expr)).findings.map(({ severity }) => severity);
  expect(severities(`up{job="\${CLUSTER_NAME}"}`)).toEqual(["hint"]);
  expect(severities(`up{job="\${cluster}"}`)).toEqual(["warning"]);
});

test("fixes are written for the scalar that holds the expression", () => {
  const text = `groups:\n- name: g\n  rules:\n  - record: a:b\n    expr: "up{job=~\\"a\\"} or up{job=~'b'}"\n`;
  const { document, findings } = lint(text);
  const edits = findings.flatMap(({ fixes = [] }) => fixes.flatMap((fix) => fix.edits));
  expect(applyEdits(document.text, edits)).toContain(`"up{job=\\"a\\"} or up{job='b'}"`);
});

test("what absent() makes labels of is not rewritten unasked", () => {
  const safe = (expr: string): readonly boolean[] =>
    lint(record(expr)).findings.flatMap(({ fixes = [] }) => fixes.map((fix) => fix.safe));
  expect(safe(`up{job=~"a"}`)).toEqual([true]);
  expect(safe(`absent(up{job=~"a"})`)).toEqual([false]);
  expect(safe(`up{job="a", job="a"}`)).toEqual([true]);
  expect(safe(`absent_over_time(up{job="a", job="a"}[5m])`)).toEqual([false]);
});

test("what info() takes for the names of labels may match everything", () => {
  const found = lint(record(`info(up, {job=~".*"})`), "r.yaml", ["promql-experimental-functions"]).findings;
  expect(found.map(({ check }) => check)).toEqual([]);
});

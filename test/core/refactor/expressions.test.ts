import { describe, expect, test } from "vitest";
import { applyEdits } from "../../../server/src/base/text.ts";
import { alertWith, refactored, selected, titles } from "./refactor.ts";

/** The expression's scalar after a refactoring. */
function exprAfter(expr: string, title: string): string | undefined {
  return refactored(alertWith(expr), title)?.slice(alertWith("").length - 1);
}

describe("wrap and unwrap", () => {
  test.each([
    ["sum(http_requests‖_total)", "sum(rate(http_requests_total[5m]))\n"],
    ["a{b='c'‖} offset 5m > 1", "rate(a{b='c'}[5m] offset 5m) > 1\n"],
    ['"a‖{b=\\"c\\"}"', '"rate(a{b=\\"c\\"}[5m])"\n'],
    ["'a‖{b=''c''}'", "'rate(a{b=''c''}[5m])'\n"],
    ["|\n      # why\n      a‖ # x\n      + b\n", "|\n      # why\n      rate(a[5m]) # x\n      + b\n\n"],
    [">-\n      a\n      + b‖\n", ">-\n      a\n      + rate(b[5m])\n\n"],
  ])("rate around %j", (before, after) => {
    expect(exprAfter(before, "Wrap in rate(…[5m])")).toBe(after);
  });

  test("has the range that the expression has elsewhere", () => {
    expect(exprAfter("rate(a[2m]) / b‖", "Wrap in increase(…[2m])")).toBe("rate(a[2m]) / increase(b[2m])\n");
  });

  test("is not offered inside of a range, or for what a rule recorded", () => {
    expect(titles(alertWith("rate(a‖[5m])"), "wrap")).toEqual([]);
    expect(titles(alertWith("job:a‖:rate5m"), "wrap")).toEqual([]);
  });

  test.each([
    ["ra‖te(a{b='c'}[5m] offset 1h) > 1", "rate", "a{b='c'} offset 1h > 1\n"],
    ["su‖m by (job) (a) > 1", "sum", "a > 1\n"],
    ["su‖m(a + b) by (job) * 2", "sum", "(a + b) * 2\n"],
    ["abs( # why\n      a‖bs(x))", "abs", undefined],
  ])("takes the function of %j away", (before, name, after) => {
    expect(exprAfter(before, `Remove ${name}(…) from around its operand`)).toBe(after);
  });
});

describe("aggregate", () => {
  test("sum by the labels that the alert shows", () => {
    const text = alertWith(
      "rate(a[5‖m]) > 1",
      "    annotations:\n      summary: '{{ $labels.pod }} of {{ $labels.job }}'\n",
    );
    expect(refactored(text, "Wrap in sum by (pod, job) (…)")).toContain(
      "expr: sum by (pod, job) (rate(a[5m])) > 1\n",
    );
  });

  test("keeps le of buckets, and offers no label that is not there", () => {
    expect(titles(alertWith("ra‖te(a_bucket[5m])"), "sum")).toEqual([
      "Wrap in sum by (le, job) (…)",
      "Wrap in sum by (le) (…)",
    ]);
    expect(titles(alertWith("«sum(a) + sum(b)»"), "sum")).toEqual(["Wrap in sum(…)"]);
  });

  test("labels of by come and go", () => {
    expect(titles(alertWith("sum by (job, p‖od) (a{env='x'})"), "ungroup")).toEqual([
      "Remove pod from by (…)",
    ]);
    expect(exprAfter("sum by (job, p‖od) (a)", "Remove pod from by (…)")).toBe("sum by (job) (a)\n");
    expect(exprAfter("sum by (j‖ob, pod) (a)", "Remove job from by (…)")).toBe("sum by (pod) (a)\n");
    expect(exprAfter("s‖um(a{env='x'})", "Add env to by (…)")).toBe("sum by (env) (a{env='x'})\n");
    expect(exprAfter("s‖um by (job) (a{env='x'})", "Add env to by (…)")).toBe(
      "sum by (job, env) (a{env='x'})\n",
    );
  });
});

describe("swap", () => {
  test.each([
    ["a ‖* b", "*", "b * a\n"],
    ["a ‖> 5", ">", "5 < a\n"],
    ["a + b ‖+ c", "+", "c + (a + b)\n"],
    ["a * b ‖+ c", "+", "c + a * b\n"],
  ])("the operands of %j", (before, operator, after) => {
    expect(exprAfter(before, `Swap the operands of ${operator}`)).toBe(after);
  });

  test("not where the result would be another", () => {
    for (const expr of ["a ‖- b", "a ‖> b", "a ‖and b", "a ‖* on (x) group_left () b"])
      expect(titles(alertWith(expr), "swap")).toEqual([]);
  });
});

describe("extract", () => {
  const ratio = "sum by (job) (rate(err_total[5m])) / sum by (job) (rate(all_total[5m])) > 0.1";

  test("names the rule by level, metric and operations, and puts it above, below the comments of nobody else", () => {
    const text = `groups:\n- name: g\n  rules:\n  - record: x\n    expr: up\n  # about A\n  - alert: A\n    expr: ${ratio.replace("sum by (job) (rate(err", "sum ‖by (job) (rate(err")}\n`;
    expect(refactored(text, "Extract to the recording rule job:err:rate5m")).toBe(
      "groups:\n- name: g\n  rules:\n  - record: x\n    expr: up\n" +
        "  - record: job:err:rate5m\n    expr: sum by (job) (rate(err_total[5m]))\n" +
        "  # about A\n  - alert: A\n    expr: job:err:rate5m / sum by (job) (rate(all_total[5m])) > 0.1\n",
    );
  });

  test("a ratio, with what is taken already numbered", () => {
    expect(titles(alertWith(`«${ratio.slice(0, -6)}» > 0.1`), "extract")).toEqual([
      "Extract to the recording rule job:err_per_all:ratio_rate5m",
      "Extract to the recording rule job:err_per_all:ratio_rate5m in a new group",
    ]);
    const taken = "  - record: t\n    expr: job:err_per_all:ratio_rate5m\n";
    expect(titles(alertWith(`«${ratio.slice(0, -6)}» > 0.1`, taken), "extract")).toEqual([
      "Extract to the recording rule job:err_per_all:ratio_rate5m_2",
      "Extract to the recording rule job:err_per_all:ratio_rate5m_2 in a new group",
    ]);
  });

  test("everywhere, where the same is written otherwise", () => {
    const text = alertWith(
      "su‖m(rate(a_total[5m])) > 1",
      "  - alert: B\n    expr: 'sum( rate(a_total[5m]) ) < 5'\n",
    );
    expect(
      refactored(text, "Extract to the recording rule global:a:rate5m and use it everywhere in the file"),
    ).toBe(
      "groups:\n- name: g\n  rules:\n  - record: global:a:rate5m\n    expr: sum(rate(a_total[5m]))\n" +
        "  - alert: A\n    expr: global:a:rate5m > 1\n  - alert: B\n    expr: 'global:a:rate5m < 5'\n",
    );
  });

  test("comments go with what is taken out", () => {
    const text = alertWith("|\n      «sum( # all of them\n        a\n      )» > 1\n");
    expect(refactored(text, "Extract to the recording rule global:a:sum")).toBe(
      "groups:\n- name: g\n  rules:\n  - record: global:a:sum\n    expr: |-\n      sum(\n        # all of them\n        a\n      )\n" +
        "  - alert: A\n    expr: |\n      global:a:sum > 1\n\n",
    );
  });
});

describe("inline", () => {
  const rules = (expr: string, use: string, labels = ""): string =>
    `groups:\n- name: g\n  rules:\n  - record: job:a:sum\n    expr: ${expr}\n${labels}  - alert: A\n    expr: ${use}\n`;
  const inlined = (expr: string, use: string, labels = ""): string | undefined =>
    refactored(rules(expr, use, labels), "Inline the recording rule job:a:sum")
      ?.split("expr: ")[2]
      ?.trimEnd();
  const refused = (expr: string, use: string, labels = ""): string | undefined =>
    selected(rules(expr, use, labels)).offered.find(({ id }) => id === "inline")?.refused;

  test.each([
    ["sum by (job) (a)", "job:a‖:sum > 1", "sum by (job) (a) > 1"],
    ["a + b", "job:a‖:sum * 2", "(a + b) * 2"],
    ["a + b", "sum(job:a‖:sum)", "sum(a + b)"],
    ["a * b", "job:a‖:sum + 2", "a * b + 2"],
    [
      "sum by (job) (rate(a{x='y'}[5m]))",
      "job:a‖:sum{job='api'}",
      "sum by (job) (rate(a{x='y',job=\"api\"}[5m]))",
    ],
    [
      "sum by (job) (a) / sum by (job) (b)",
      "job:a‖:sum{job=~'x.*'}",
      'sum by (job) (a{job=~"x.*"}) / sum by (job) (b{job=~"x.*"})',
    ],
    ["sum(a)", "'job:a‖:sum{} > 1'", "'sum(a) > 1'"],
    ["up{a='b'} == 1", "absent(job:a‖:sum)", "absent(up{a='b'} == 1)"],
    // A range is what the rule recorded at each evaluation: a subquery with the interval of its group.
    ["sum(a)", "max_over_time(job:a‖:sum[1h])", "max_over_time(sum(a)[1h:])"],
    ["a / b", "avg_over_time(job:a‖:sum[1h] offset 5m) > 1", "avg_over_time((a / b)[1h:] offset 5m) > 1"],
    ["sum(rate(a[5m]))", "job:a‖:sum offset 1h", "sum(rate(a[5m] offset 1h))"],
    ["a offset 10m - b @ 60", "2 * job:a‖:sum offset 5m", "2 * (a offset 15m - b @ 60.000)"],
    ["max_over_time(a[1h:5m]) + b", "job:a‖:sum @ end()", "max_over_time(a[1h:5m] @ end()) + b @ end()"],
  ])("%j for %j", (expr, use, after) => {
    expect(inlined(expr, use)).toBe(after);
  });

  test("a range has the interval of the rule's group", () => {
    const text = rules("a / b", "min_over_time(job:a‖:sum[1h])").replace(
      "- name: g",
      "- name: g\n  interval: 30s",
    );
    expect(refactored(text, "Inline the recording rule job:a:sum")).toContain(
      "min_over_time((a / b)[1h:30s])",
    );
  });

  test("labels of the rule come along", () => {
    expect(inlined("sum(a)", "job:a‖:sum > 1", "    labels: {team: 'a$b'}\n")).toBe(
      'label_replace(sum(a), "team", "a$$b", "", "") > 1',
    );
  });

  test.each([
    ["sum by (pod) (a)", "job:a‖:sum{job='x'}", "does not keep it"],
    ["label_replace(a, 'job', 'x', '', '')", "job:a‖:sum{job='x'}", "may change labels"],
    ["a * on (pod) b", "job:a‖:sum{job='x'}", "does not join by it"],
    ["time() - a", "job:a‖:sum offset 5m", "time of its evaluation (time)"],
    ["predict_linear(a[1h], 60)", "job:a‖:sum @ 60", "time of its evaluation (predict_linear)"],
    ["a{b='c'}", "absent(job:a‖:sum)", "absent looks at the selector itself"],
    ["sum(a)", "absent_over_time(job:a‖:sum[5m])", "absent_over_time looks at"],
    ["sum(job:a:sum)", "job:a‖:sum", "reads its own metric"],
    ["sum(", "job:a‖:sum", "not valid PromQL"],
  ])("refuses %j for %j", (expr, use, why) => {
    expect(refused(expr, use)).toContain(why);
    expect(inlined(expr, use)).toBeUndefined();
  });

  test("refuses what the rule's own labels decide", () => {
    expect(refused("sum(a)", "job:a‖:sum{team='x'}", "    labels: {team: x}\n")).toContain(
      "itself sets that label",
    );
  });
});

describe("styles of quoting", () => {
  const long =
    "sum by (job) (rate(http_requests_total{code=~'5..'}[5m])) / sum by (job) (rate(http_requests_total[5m]))";

  test.each([
    ["a‖{b='c'}", "in single quotes", "'a{b=''c''}'\n"],
    ["a‖{b='c'}", "in double quotes", "\"a{b='c'}\"\n"],
    ['"a‖{b=\\"c\\"}"', "without quotes", 'a{b="c"}\n'],
    ["a‖ + b # why", "as a block (|)", "|- # why\n      a + b\n"],
    ["| # why\n      a‖ + b\n", "without quotes", "a + b # why\n\n"],
    ["|\n      a‖\n      + b\n", "in single quotes", "'a + b'\n\n"],
  ])("%j %s", (before, title, after) => {
    expect(exprAfter(before, `Write the expression ${title}`)).toBe(after);
  });

  test("a block is laid out, a folded one begins no line with blanks", () => {
    expect(
      exprAfter(`${long}‖`, "Write the expression as a folded block (>)")?.split("\n").slice(0, 3),
    ).toEqual([">-", '      sum by (job) (rate(http_requests_total{code=~"5.."}[5m]))', "      /"]);
  });

  test("comments stay in blocks", () => {
    expect(titles(alertWith("|\n      a‖ # why\n      + b\n"), "style")).toEqual([]);
  });
});

test("in a template of a chart what lies within one expression is offered, and written above lines of actions", () => {
  const chart = (expr: string): string =>
    `{{- if .Values.x }}\ngroups:\n- name: {{ .Release.Name }}\n  rules:\n  - alert: A\n    expr: |-\n      ${expr}\n{{- if .Values.y }}\n    for: 5m\n{{- end }}\n{{- end }}\n`;
  const { offered, snapshot } = selected(chart("a‖_total > 1"));
  expect(snapshot.document.chart).toBeDefined();
  expect(offered.map(({ id }) => id)).not.toEqual(expect.arrayContaining(["extract"]));
  for (const one of offered) {
    const edits = one.edits();
    expect(edits === undefined || edits.length === 0, one.id).toBe(one.id === "format");
  }
  const rate = offered.find(({ title }) => title.startsWith("Wrap in rate"));
  expect(applyEdits(snapshot.document.text, rate?.edits() ?? [])).toBe(chart("rate(a_total[5m]) > 1"));
  const plain = offered.find(({ id }) => id === "style.plain");
  expect(applyEdits(snapshot.document.text, plain?.edits() ?? [])).toBe(
    chart("").replace("|-\n      \n", "a_total > 1\n"),
  );
  expect(selected(chart("a‖_total > {{ .Values.limit }}")).offered.map(({ id }) => id)).toEqual(["format"]);
});

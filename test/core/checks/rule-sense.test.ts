import { describe, expect, test } from "vitest";
import { lint } from "./check-yaml.ts";

/** What one check says of a text: the source of each finding. */
function found(id: string, text: string): readonly string[] {
  const { document, findings } = lint(text, "rules/x.yml");
  return findings
    .filter(({ check }) => check === id)
    .map(({ span }) => document.text.slice(span.start, span.end));
}

const group = (rules: string, labels = ""): string => `groups:\n- name: g\n${labels}  rules:\n${rules}`;
const alert = (expr: string, labels: string, rest = ""): string =>
  `  - alert: A\n    expr: ${expr}\n    labels: ${labels}\n${rest}`;

describe("rule.label-empty", () => {
  const empty = (expr: string, labels = "", groupLabels = ""): readonly string[] =>
    found("rule.label-empty", group(alert(expr, labels || '{ team: "", a: b }'), groupLabels));

  test("tells an empty label that takes nothing away", () => {
    expect(empty("sum(up) == 0")).toEqual(["team"]);
    expect(empty("sum by (job) (up) == 0", "{ team: ~ }")).toEqual(["team"]);
    expect(empty('up{team=""} == 0')).toEqual(["team"]);
  });

  test("is silent where the results or the group may have the label", () => {
    expect(empty("up == 0")).toEqual([]);
    expect(empty("sum by (team) (up) == 0")).toEqual([]);
    expect(empty("sum(up) == 0", "", "  labels: { team: web }\n")).toEqual([]);
    expect(empty("sum(up) == 0", '{ team: "x" }')).toEqual([]);
  });

  test("is silent where the expression does not parse or can never return anything", () => {
    expect(empty("sum(up")).toEqual([]);
    expect(empty("sum(up) > 1 < 0 and sum(up) < 0 > 1")).toEqual([]);
  });
});

describe("rule.label-reserved", () => {
  test("tells names with two underscores of rules and of groups", () => {
    const text = group(
      alert("up == 0", "{ __team: web, _team: web, a__b: c }"),
      "  labels: { __env__: x }\n",
    );
    expect(found("rule.label-reserved", text)).toEqual(["__env__", "__team"]);
  });

  test("leaves the metric's own name to the check of what is refused", () => {
    expect(found("rule.label-reserved", group(alert("up == 0", "{ __name__: x }")))).toEqual([]);
  });
});

describe("rule.group-empty", () => {
  test("tells groups without rules, with null rules and with an empty list", () => {
    expect(
      found("rule.group-empty", "groups:\n- name: a\n- name: b\n  rules:\n- name: c\n  rules: []\n"),
    ).toEqual(["a", "rules", "rules"]);
    expect(found("rule.group-empty", "groups:\n- name: a\n  rules: [~]\n")).toEqual(["rules"]);
  });

  test("is silent on groups with rules, and on what is refused anyway", () => {
    expect(found("rule.group-empty", group(alert("up == 0", "{}")))).toEqual([]);
    expect(found("rule.group-empty", "groups:\n- name: a\n  rules: x\n")).toEqual([]);
  });
});

test("rule.limit-negative tells whole numbers below zero and nothing else", () => {
  const limits = ["-1", "-50", "0", "5", "-0", "1.5", "x"].map((limit) =>
    found(
      "rule.limit-negative",
      `groups:\n- name: g\n  limit: ${limit}\n  rules:\n  - record: a:b\n    expr: up\n`,
    ),
  );
  expect(limits).toEqual([["-1"], ["-50"], [], [], [], [], []]);
});

describe("rule.severity-ladder", () => {
  const ladder = (
    [first, firstSeverity, firstRest = ""]: readonly [expr: string, severity: string, rest?: string],
    [second, secondSeverity, secondRest = ""]: readonly [expr: string, severity: string, rest?: string],
  ): readonly string[] =>
    found(
      "rule.severity-ladder",
      group(
        alert(first, `{ severity: ${firstSeverity} }`, firstRest) +
          alert(second, `{ severity: ${secondSeverity} }`, secondRest),
      ),
    );

  test("tells the graver alert that asks for less", () => {
    expect(ladder(["x > 5", "critical"], ["x > 9", "warning"])).toEqual(["5"]);
    expect(ladder(["x > 9", "info"], ["x > 5", "page"])).toEqual(["5"]);
    expect(ladder(["x <= 0.2", "critical"], ["x<=0.1", "warning"])).toEqual(["0.2"]);
    expect(ladder(["5 < x", "critical"], ["9 < x", "warning"])).toEqual(["5"]);
    expect(ladder(["x > 2 * 3600", "critical"], ["x > 2 * 7200", "warning"])).toEqual(["2 * 3600"]);
    expect(ladder(["x < 9 and y > 5", "critical"], ["x < 9 and y > 6", "warning"])).toEqual(["5"]);
    expect(ladder(["x < -1", "critical"], ["x < -2", "warning"])).toEqual(["-1"]);
  });

  test("is silent on sound ladders", () => {
    expect(ladder(["x > 9", "critical"], ["x > 5", "warning"])).toEqual([]);
    expect(ladder(["x < 0.1", "critical"], ["x < 0.2", "warning"])).toEqual([]);
    expect(ladder(["x > 5", "critical"], ["x > 5", "warning"])).toEqual([]);
  });

  test("is silent where the graver alert waits longer", () => {
    expect(ladder(["x > 5", "critical", "    for: 1h\n"], ["x > 9", "warning", "    for: 5m\n"])).toEqual([]);
    expect(ladder(["x > 5", "critical", "    for: 5m\n"], ["x > 9", "warning", "    for: 1h\n"])).toEqual([
      "5",
    ]);
  });

  test("is silent where more than one threshold, or anything else, differs", () => {
    expect(ladder(["x > 5 and y > 7", "critical"], ["x > 9 and y > 6", "warning"])).toEqual([]);
    expect(ladder(["x > 5", "critical"], ["z > 9", "warning"])).toEqual([]);
    expect(ladder(["x > 5", "critical, team: a"], ["x > 9", "warning, team: b"])).toEqual([]);
    expect(ladder(["x > 5", "critical"], ["x > 9 and z", "warning"])).toEqual([]);
  });

  test("is silent where a number does not decide by itself which way it goes", () => {
    expect(ladder(["count(x > 5) < 3", "critical"], ["count(x > 9) < 3", "warning"])).toEqual([]);
    expect(ladder(["y unless x > 5", "critical"], ["y unless x > 9", "warning"])).toEqual([]);
    expect(ladder(["x == 2", "critical"], ["x == 3", "warning"])).toEqual([]);
    expect(ladder(["x > y", "critical"], ["x > z", "warning"])).toEqual([]);
  });

  test("is silent on severities that it does not know", () => {
    expect(ladder(["x > 5", "sev1"], ["x > 9", "sev2"])).toEqual([]);
  });
});

describe("template.outside-braces", () => {
  const stray = (summary: string): readonly string[] =>
    found(
      "template.outside-braces",
      `groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up == 0\n    annotations:\n      summary: ${summary}\n`,
    );

  test.each([
    ["'$labels.job is down'", ["$labels.job"]],
    ["'{{ $labels.job }} is at $value'", ["$value"]],
    ["'{{ $labels.job }} of $labels.instance, {{ $value }}'", ["$labels.instance"]],
    ["'over $__rate_interval of $externalLabels.cluster'", ["$__rate_interval", "$externalLabels.cluster"]],
    ["It is at { $value }", ["$value"]],
  ])("tells %s", (text, expected) => {
    expect(stray(text)).toEqual(expected);
  });

  test.each([
    "'{{ $labels.job }} is at {{ printf \"%.2f\" $value }}'",
    "'costs $5 of $PATH, see $values, $(value)'",
    "'{{ $x := 1 }}{{ $x }} {{ if gt $value 1.0 }}high{{ end }}'",
    '\'{{ "{{" }} $value {{ "}}" }}\'',
    "'{{`{{ $value }}`}}'",
    "'{{ $labels.job'",
  ])("is silent on %s", (text) => {
    expect(stray(text)).toEqual([]);
  });

  test("is silent on recording rules and writes no braces where a mapping would begin", () => {
    expect(
      found("template.outside-braces", group("  - record: a\n    expr: up\n    labels: { a: $value }\n")),
    ).toEqual([]);
    const text = group(
      "  - alert: A\n    expr: up == 0\n    annotations:\n      a: $value\n      b: is $value\n",
    );
    const { findings } = lint(text);
    expect(
      findings.filter(({ check }) => check === "template.outside-braces").map(({ fixes }) => fixes?.length),
    ).toEqual([undefined, 1]);
  });
});

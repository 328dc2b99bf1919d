import { describe, expect, test } from "vitest";
import { environmentsWith, findings, rules } from "./workspace.ts";

test("the same rule twice is told at both, and the later one can be deleted", () => {
  const files = { "a.yml": rules(["record a:b: sum(x)", "record a:b:  sum(x)"], ["record a:c: sum(x)"]) };
  expect(findings(files, "rule.duplicate-identical")).toEqual([
    "a.yml:4 error a:b: The same rule stands in group g0: delete one. -> a.yml:6 a:b",
    "a.yml:6 error a:b: The same rule stands in group g0: delete one. -> a.yml:4 a:b [safe Delete this rule]",
  ]);
});

test("of the same rule in two files that are loaded together one can be deleted, not both", () => {
  const files = { "a.yml": rules(["record a:b: sum(x)"]), "b.yml": rules(["record a:b: sum(x)"]) };
  const found = findings(files, "rule.duplicate-identical", environmentsWith({ prod: ["*.yml"] }));
  expect(found.map((line) => line.includes("[safe Delete this rule]"))).toEqual([false, true]);
});

test("what the group records later is told, but not put in the place of what is calculated before", () => {
  const files = {
    "a.yml": rules(["record a:b: sum(rate(x[5m])) * 2", "record a:c: sum(rate(x[5m]))"]),
    "b.yml": rules(["record b:c: sum(rate(y[5m]))", "record b:b: sum(rate(y[5m])) * 2"]),
  };
  const found = findings(files, "rule.use-recording");
  expect(found.map((line) => [line.slice(0, 7), line.includes("[Use b:c]")])).toEqual([
    ["a.yml:5", false],
    ["b.yml:7", true],
  ]);
});

test("rules of other labels are a ladder, no duplicates", () => {
  const files = { "a.yml": rules(["alert A{severity=warning}: x > 1", "alert A{severity=critical}: x > 1"]) };
  expect(findings(files, "rule.duplicate-identical")).toEqual([]);
  expect(findings(files, "rule.duplicate-overlap")).toEqual([]);
});

test("files of one folder may be alternatives; environments tell which are loaded together", () => {
  const files = {
    "p/a.yml": rules(["alert A: x > 1"]),
    "p/b.yml": rules(["alert A: x > 1"]),
    "q/c.yml": rules(["alert A: x > 1"]),
  };
  expect(
    findings(files, "rule.duplicate-identical").map((line) => line.split(" ").slice(0, 2).join(" ")),
  ).toEqual(["p/a.yml:4 hint", "p/b.yml:4 hint"]);
  const both = environmentsWith({ prod: ["p/a.yml", "q/*"] });
  const [first] = findings(
    { "p/a.yml": files["p/a.yml"], "q/c.yml": files["q/c.yml"] },
    "rule.duplicate-identical",
    both,
  );
  expect(first).toContain("p/a.yml:4 error A: The same rule stands in q/c.yml");
  const apart = environmentsWith({ prod: ["p/a.yml"] });
  expect(
    findings({ "p/a.yml": files["p/a.yml"], "p/b.yml": files["p/b.yml"] }, "rule.duplicate-identical", apart),
  ).toEqual([]);
});

test("equal names and labels collide, unless another label tells the results apart", () => {
  const collide = { "a.yml": rules(["record a:b: sum by (job) (x)", "record a:b: sum by (job) (y)"]) };
  expect(findings(collide, "rule.duplicate-name-labels")).toHaveLength(2);
  const apart = {
    "a.yml": rules(['record a:b: sum by (job) (x{job="p"})', 'record a:b: sum by (job) (x{job="q"})']),
  };
  expect(findings(apart, "rule.duplicate-name-labels")).toEqual([]);
  const own = {
    "a.yml": rules([
      'record a:b{job=z}: sum by (job) (x{job="p"})',
      'record a:b{job=z}: sum by (job) (x{job="q"})',
    ]),
  };
  expect(findings(own, "rule.duplicate-name-labels")).toHaveLength(2);
});

test("alerts of one name collide where they look at the same metric in one file", () => {
  const of = (...exprs: readonly string[]): readonly string[] =>
    findings({ "a.yml": rules(exprs.map((expr) => `alert A: ${expr}`)) }, "rule.duplicate-name-labels");
  expect(of("up == 0 or down > 1", "sum(up) == 0")).toHaveLength(2);
  expect(of("up == 0", "down > 1")).toEqual([]);
  expect(of('{job="a"} == 0', '{job="a"} > 1 or up > 2')).toEqual([]);
  const files = { "a.yml": rules(["alert A: sum(up) == 0"]), "b.yml": rules(["alert A: up or down > 1"]) };
  expect(findings(files, "rule.duplicate-name-labels")).toEqual([]);
});

test("alerts overlap where one series can be selected by both", () => {
  const files = { "a.yml": rules(['alert A: up{job="p"} == 0', 'alert A: up{env="q"} == 0']) };
  expect(findings(files, "rule.duplicate-overlap")).toHaveLength(2);
  const apart = { "a.yml": rules(['alert A: up{job="p"} == 0', 'alert A: up{job="q"} == 0']) };
  expect(findings(apart, "rule.duplicate-overlap")).toEqual([]);
});

test("the same expression under another name is a hint", () => {
  const files = { "a.yml": rules(["alert A: errors_total > 1", "alert B: errors_total > 1"]) };
  expect(findings(files, "rule.duplicate-expression")).toEqual([
    "a.yml:4 hint A: Another alert has the same expression: one of them may be left over. -> a.yml:6 B",
    "a.yml:6 hint B: Another alert has the same expression: one of them may be left over. -> a.yml:4 A",
  ]);
});

test("what is recorded later in the group is an interval old", () => {
  const files = { "a.yml": rules(["record a:y: a:x * 2", "record a:x: sum(z)"]) };
  expect(findings(files, "rule.dependency-order")).toEqual([
    "a.yml:5 warning a:x: A later rule of the group records this, so it is an interval old: move that rule up. -> a.yml:6 a:x",
  ]);
  const right = {
    "a.yml": rules([
      "record a:x: sum(z)",
      "record a:y: a:x * 2",
      "record a:z: rate(a:w[5m])",
      "record a:w: z",
    ]),
  };
  expect(findings(right, "rule.dependency-order")).toEqual([]);
});

test("what is recorded in another group is a hint at recording rules", () => {
  const files = { "a.yml": rules(["record a:x: sum(z)"], ["record a:y: a:x * 2", "alert A: a:x > 1"]) };
  expect(findings(files, "rule.dependency-cross-group")).toEqual([
    "a.yml:9 hint a:x: This is recorded in another group, so it can be an interval old: put both rules into one group. -> a.yml:4 a:x",
  ]);
});

test("so it is in another file of the folder, unless environments tell them apart", () => {
  const files = {
    "p/a.yml": rules(["record a:x: group by (job) (z)", "record a:one: vector(1) * 2"]),
    "p/b.yml": rules(["record a:y: a:x * a:one"]),
    "q/c.yml": rules(["record a:y: a:x * 3"]),
  };
  expect(findings(files, "rule.dependency-cross-group")).toEqual([
    expect.stringMatching(/^p\/b.yml:\d+ hint a:x: .* -> p\/a.yml:4 a:x$/),
  ]);
  const apart = environmentsWith({ prod: ["p/b.yml"], dev: ["p/a.yml"] });
  expect(findings(files, "rule.dependency-cross-group", apart)).toEqual([]);
});

test("rules that feed on each other are told, one that looks back is not", () => {
  const files = { "a.yml": rules(["record a:x: a:y + 1", "record a:y: a:x + 1"]) };
  expect(findings(files, "rule.dependency-cycle")).toHaveLength(2);
  expect(findings(files, "rule.dependency-order")).toEqual([]);
  const back = {
    "a.yml": rules(["record a:x: a:y + 1", "record a:y: a:x offset 1m"], ["record a:z: a:z or x"]),
  };
  expect(findings(back, "rule.dependency-cycle")).toEqual([]);
});

test("an alert that nobody has is told where another is spelled nearly so", () => {
  const files = {
    "a.yml": rules(["alert NodeDown: up == 0", 'alert B: ALERTS{alertname="NodeDwon"}']),
    "b.yml": rules(['alert C: ALERTS{alertname="SomethingElse"}', 'alert D: ALERTS{alertname="NodeDown"}']),
  };
  expect(findings(files, "rule.alerts-metric-unknown")).toEqual([
    "a.yml:7 warning NodeDwon: No rule here has this alert name: did you mean NodeDown? -> a.yml:4 NodeDown [Change to NodeDown]",
  ]);
});

test("what is recorded already is offered in its place", () => {
  const files = {
    "a.yml": rules(
      ["record job:x:rate5m: sum by (job) (rate(x_total[5m]))"],
      ["alert A: sum  by (job)(rate(x_total[5m])) > 1"],
    ),
  };
  expect(findings(files, "rule.use-recording")).toEqual([
    "a.yml:9 info sum  by (job)(rate(x_total[5m])): job:x:rate5m records this already: read that instead. -> a.yml:4 job:x:rate5m [Use job:x:rate5m]",
  ]);
});

test("a recording rule that nothing reads is a hint where dashboards are known", () => {
  const file = rules(["record a:x: sum(z)", "record a:y: sum(z)", "record a:z: sum(z)", "alert A: a:y > 1"]);
  expect(findings({ "a.yml": file }, "rule.unused-recording")).toEqual([]);
  const dashboard = JSON.stringify({
    panels: [{ targets: [{ expr: 'rate(a:x{job="$job"}[$__rate_interval])' }] }],
  });
  expect(findings({ "a.yml": file, "d.json": dashboard }, "rule.unused-recording")).toEqual([
    "a.yml:8 hint a:z: No rule and no dashboard here reads this metric: delete the rule if nobody queries it by hand.",
  ]);
});

test("a group that runs more rarely than samples live is told, unless its alerts go on firing", () => {
  const group = (interval: string, more = ""): string =>
    `groups:\n  - name: g\n    interval: ${interval}\n    rules:\n      - alert: A\n        expr: up == 0\n${more}`;
  expect(findings({ "a.yml": group("10m") }, "rule.group-interval-too-long")).toHaveLength(1);
  expect(findings({ "a.yml": group("5m") }, "rule.group-interval-too-long")).toEqual([]);
  expect(findings({ "vmalert/a.yml": group("10m") }, "rule.group-interval-too-long")).toEqual([]);
  const kept = group("10m", "        keep_firing_for: 10m\n");
  expect(findings({ "a.yml": kept }, "rule.group-interval-too-long")).toEqual([]);
});

test("the flow of labels goes on through recording rules", () => {
  const alert = `groups:
  - name: g
    rules:
      - alert: A
        expr: job:x:sum > 1
        annotations:
          summary: "{{ $labels.pod }} of {{ $labels.job }} in {{ $labels.cluster }}"
`;
  const files = { "a.yml": alert, "r/b.yml": rules(["record job:x:sum: sum by (job) (x)"]) };
  const [first, ...others] = findings(files, "template.missing-label");
  expect(first).toContain("a.yml:7 error .pod: The alert never has the label pod");
  expect(others).toEqual([]);
  const two = { ...files, "r/c.yml": rules(["record job:x:sum: sum by (job, pod) (x)"]) };
  expect(findings(two, "template.missing-label").filter((line) => line.includes(" error "))).toEqual([]);
  const plain = {
    "a.yml": alert.replace("job:x:sum", "x_sum"),
    "b.yml": rules(["record x_sum: sum by (job) (x)"]),
  };
  expect(findings(plain, "template.missing-label")).toEqual([]);
});

test("rate of a recorded sum of counters is told", () => {
  const files = {
    "a.yml": rules([
      "record a:x: sum(x_total)",
      "record a:y: sum(z)",
      "alert A: rate(a:x[5m]) > 1",
      "alert B: rate(a:y[5m]) > 1",
    ]),
  };
  const told = findings(files, "promql.rate-of-aggregate");
  expect(told).toHaveLength(1);
  expect(told[0]).toContain("rate of sum misreads every counter reset");
  const own = { "a.yml": rules(["record x_total: rate(x_total[5m])", "record y: irate(y[5m])"]) };
  expect(findings(own, "promql.rate-of-aggregate")).toEqual([]);
});

describe("NaN that recording rules bring into an aggregation", () => {
  const nan = (group: string[]): readonly string[] =>
    findings({ "a.yml": rules(group) }, "promql.nan-division").map((line) => line.replace(/: .*/, ""));

  test("is told where their series are read, also through others", () => {
    expect(
      nan([
        "record ratio: a / b",
        "record twice: 2 * ratio",
        "record all: sum(twice)",
        "record x: avg(ratio)",
      ]),
    ).toEqual(["a.yml:9 hint twice", "a.yml:11 hint ratio"]);
  });

  test("is no fault where the rules let none through, or the rule reads its own name", () => {
    expect(
      nan(["record ratio: a / (b > 0)", "record part: sum(a) / 5", "record all: sum(ratio + part)"]),
    ).toEqual([]);
    expect(nan(["record a: sum(a) / sum(b)", "record b: c + d"])).toEqual([]);
    expect(nan(["record a: b + c", "record b: a + d", "record e: sum(a)"])).toEqual([]);
  });
});

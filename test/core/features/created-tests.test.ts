import { expect, test } from "vitest";
import { textsMatching } from "../../../server/src/base/re2-sample.ts";
import { numberText } from "../../../server/src/features/tests/fillings.ts";
import { textForPromtool } from "../../../server/src/features/tests/rule-text.ts";
import { scaffoldOf } from "../../../server/src/features/tests/scaffold.ts";
import { readDocument } from "../../../server/src/model/read.ts";

function scaffold(text: string, name: string) {
  const [part] = readDocument({ uri: "file:///r.yml", path: "r.yml", version: 1, text }).parts;
  const groups = part?.model.kind === "rules" ? part.model.rules.groups : [];
  const rule = groups.flatMap(({ rules }) => rules).find((one) => one.name?.value === name);
  return rule === undefined ? undefined : scaffoldOf(rule, groups);
}

test.each([
  ["prod|dev", ["prod", "dev"]],
  [".*(mimir|cortex).*", ["mimir", "amimira", "cortex", "acortexa"]],
  ["5..", ["5aa"]],
  ["[1-4]xx", ["1xx"]],
  ["(?i)ab+c?", ["ab", "abc"]],
  ["kube-.+", ["kube-a"]],
  ["(?P<a>x{2,3})[^a-z]\\d", ["xx11"]],
  ["", [""]],
  [".*", ["a", ""]],
  ["(", []],
])("texts that %s matches", (pattern, texts) => {
  expect(textsMatching(pattern)).toEqual(texts);
});

test("numbers are written as promtool's notation takes them", () => {
  expect([1, 0.25, 1e12, 1e21, 1e-7, -2.5].map(numberText)).toEqual([
    "1",
    "0.25",
    "1000000000000",
    "1000000000000000000000",
    "0.000000100000",
    "-2.5",
  ]);
});

test("rules take part that feed the rule or share its name, their groups in the order in which they are read", () => {
  const made = scaffold(
    `groups:
- name: alerts
  rules:
  - {alert: High, expr: 'job:x:rate > 1', labels: {severity: page}}
- name: other
  rules:
  - {record: unused, expr: vector(1)}
  - {alert: High, expr: 'y > 2', labels: {severity: warn}}
- name: records
  rules:
  - {record: 'job:x:rate', expr: 'rate(x{job=~"a|b"}[2m] offset 1h)'}
  - {record: unrelated, expr: vector(2)}
`,
    "High",
  );
  expect(made?.evalOrder).toEqual(["records", "alerts", "other"]);
  expect(made?.rules).not.toMatch(/unused|unrelated/);
  expect(made?.asked.map(({ selector }) => selector)).toEqual(["y", 'x{job=~"a|b"}']);
  // Four samples lie in the shortest range, and the evaluation comes after the offset.
  expect(made).toMatchObject({ interval: "30s", evalTime: "64m" });
});

test("series of a backend are taken so that they go together", () => {
  const made = scaffold(
    `groups:
- name: g
  rules:
  - {alert: A, expr: 'a > 1 and on(pod) b > 1 and on(pod) c{x!="1"} > 0'}
`,
    "A",
  );
  const live = [
    [
      { __name__: "a", pod: "p1" },
      { __name__: "a", pod: "p3" },
    ],
    ["p0", "p3", "p1", "p2"].map((pod) => ({ __name__: "b", pod, node: "n" })),
    [],
  ];
  const [round] = made?.rounds(live) ?? [];
  expect(round?.()[0]?.series.map(({ series }) => series)).toEqual([
    'a{pod="p1"}',
    'a{pod="p3"}',
    'b{node="n", pod="p1"}',
    'b{node="n", pod="p3"}',
    'c{pod="p1"}',
  ]);
});

test("what promtool reads itself is left as it is", () => {
  expect(textForPromtool("r.yml", "groups: []\n")).toBeUndefined();
  expect(textForPromtool("r.yml", "# kind: PrometheusRule\ngroups: []\n")).toBeUndefined();
});

import { describe, expect, test } from "vitest";
import { applyEdits } from "../../../server/src/base/text.ts";
import { rulePlaces } from "../../../server/src/features/refactor/expression-place.ts";
import { groupsOf, moveBetween } from "../../../server/src/features/refactor/move.ts";
import { snapshotOf } from "../features/files.ts";
import { alertWith, refactored, selected, titles } from "./refactor.ts";

describe("move", () => {
  const two = `groups:
- name: g
  rules:
  # about a
  - alert: ‖A
    expr: a > 1 # why
    # for: 5m
  # about b
  - alert: B
    expr: b
- name: h
  rules:
    - record: c
      expr: |
        c

- name: i
  rules: []
`;

  test("takes its comments along and stands as deep as its neighbours", () => {
    expect(refactored(two, "Move the rule to the group h")).toBe(`groups:
- name: g
  rules:
  # about b
  - alert: B
    expr: b
- name: h
  rules:
    - record: c
      expr: |
        c
    # about a
    - alert: A
      expr: a > 1 # why
      # for: 5m

- name: i
  rules: []
`);
  });

  test("into an empty group, and out of one that is empty then", () => {
    expect(refactored(two, "Move the rule to the group i")).toContain(
      "- name: i\n  rules:\n  # about a\n  - alert: A\n    expr: a > 1 # why\n    # for: 5m\n",
    );
    const last = two.replace("‖", "").replace("record: c", "record: ‖c");
    expect(refactored(last, "Move the rule to the group g")).toContain("- name: h\n  rules: []\n");
  });

  test("not what uses anchors", () => {
    const text = two.replace("expr: b\n", "expr: &x b\n").replace("expr: a > 1", "expr: *x");
    expect(refactored(text, "Move the rule to the group h")).toBeUndefined();
  });

  test("to another file, in its own line breaks", () => {
    const from = snapshotOf(two.replace("‖", "")).document;
    const to = snapshotOf(alertWith("x\n").replaceAll("\n", "\r\n"), [], "rules/other.yaml").document;
    const [place] = rulePlaces(from);
    const [group] = groupsOf(to);
    const moved = place && group && moveBetween(from, place, to, group);
    expect(applyEdits(from.text, moved?.from ?? [])).not.toContain("alert: A");
    expect(applyEdits(to.text, moved?.to ?? [])).toContain(
      "    expr: x\r\n  # about a\r\n  - alert: A\r\n    expr: a > 1 # why\r\n",
    );
  });
});

describe("what an alert lacks", () => {
  test("for, keep_firing_for and annotations", () => {
    const text = alertWith("|\n      a > 1\n").replace("alert: A", "alert: High‖ErrorRate");
    expect(titles(text, "field")).toEqual(["Add for: 5m", "Add keep_firing_for: 5m"]);
    expect(refactored(text, "Add for: 5m")).toContain("    expr: |\n      a > 1\n    for: 5m\n");
    expect(refactored(text, "Add the annotation summary")).toContain(
      "    annotations:\n      summary: 'High error rate.'\n",
    );
  });

  test("behind what is there, and only what is not", () => {
    const text = alertWith("a > 1", "    for: 1m\n    annotations:\n      summary: x\n").replace(
      "alert: A",
      "alert: ‖A",
    );
    expect(titles(text, "annotation")).toEqual([
      "Add the annotation description",
      "Add the annotation runbook_url",
    ]);
    expect(refactored(text, "Add the annotation runbook_url")).toContain(
      "      summary: x\n      runbook_url: https://example.com/runbooks/a\n",
    );
    expect(refactored(text, "Add keep_firing_for: 5m")).toContain("    for: 1m\n    keep_firing_for: 5m\n");
  });

  test("nothing for recording rules, and nothing inside of expressions", () => {
    expect(titles(alertWith("a‖ > 1"), "field")).toEqual([]);
    expect(titles(alertWith("a").replace("alert: A", "record: ‖a"), "field")).toEqual([]);
  });
});

describe("order", () => {
  const mixed = `groups:
- name: g
  rules:
  # first
  - alert: ‖A
    expr: job:b:sum > 1 # why
  - record: c
    expr: up
  # second
  - record: job:b:sum
    expr: |
      sum by (job) (c)

  - alert: Z
    expr: max_over_time(late[5m]) > 1
  - record: late
    expr: up`;
  const title = "Put the rules of the group in the order in which they read each other";

  test("rules stand below what they read, with their comments; ranges do not count", () => {
    expect(refactored(mixed, title)).toBe(`groups:
- name: g
  rules:
  - record: c
    expr: up
  # second
  - record: job:b:sum
    expr: |
      sum by (job) (c)
  # first
  - alert: A
    expr: job:b:sum > 1 # why

  - alert: Z
    expr: max_over_time(late[5m]) > 1
  - record: late
    expr: up`);
  });

  test("is offered where a rule is misplaced, and not in a circle", () => {
    expect(titles(mixed, "order")).toEqual([title]);
    expect(titles(mixed.replace("‖", "").replace("job:b:sum\n", "job:b:s‖um\n"), "order")).toEqual([title]);
    expect(titles(mixed.replace("‖", "").replace("alert: Z", "alert: ‖Z"), "order")).toEqual([]);
    expect(
      titles(mixed.replace("    expr: up\n  # second", "    expr: job:b:sum\n  # second"), "order"),
    ).toEqual([]);
  });
});

describe("split", () => {
  test("an alert of each side of or, in the style that it is written in", () => {
    const rest = "    for: 5m\n    # page\n    labels: {a: b}\n  - alert: B\n    expr: b\n";
    expect(refactored(alertWith("a > 1 o‖r (b == 0 or c)", rest), "Split at or into 3 alerts")).toBe(
      `groups:
- name: g
  rules:
  - alert: A
    expr: a > 1
    for: 5m
    # page
    labels: {a: b}
  - alert: A
    expr: b == 0
    for: 5m
    # page
    labels: {a: b}
  - alert: A
    expr: c
    for: 5m
    # page
    labels: {a: b}
  - alert: B
    expr: b
`,
    );
    const block = alertWith("|\n      a > 1 # one\n      o‖r\n      b > 2 # two\n    for: 5m\n");
    expect(refactored(block, "Split at or into 2 alerts")).toBe(
      "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: |\n      a > 1 # one\n    for: 5m\n" +
        "  - alert: A\n    expr: |\n      b > 2 # two\n    for: 5m\n\n",
    );
  });

  test("names of their own tell the metric of each side, or count", () => {
    const title = "Split at or into 2 alerts with names of their own";
    const named = (text: string): readonly string[] =>
      [...(refactored(text, title) ?? "").matchAll(/alert: (.*)/g)].map(([, name = ""]) => name);
    expect(named(alertWith("node_load1 > 1 o‖r b > 2\n"))).toEqual(["ANodeLoad1", "AB"]);
    expect(named(alertWith('a{x="1"} > 1 o‖r a{x="2"} > 2\n'))).toEqual(["A1", "A2"]);
    expect(named(alertWith("a > 1 o‖r b > 2\n").replace("alert: A", "alert: 'A'  # x"))).toEqual([
      "'AA'  # x",
      "'AB'  # x",
    ]);
    const taken = alertWith("a > 1 o‖r b > 2\n", "  - alert: AB\n    expr: c\n");
    expect(titles(taken, "split")).toEqual(["Split at or into 2 alerts"]);
  });

  test("not where one side hides series of the other", () => {
    const text = alertWith("a > 1 o‖r on (job) b > 2\n");
    expect(selected(text).offered.find(({ id }) => id === "split")?.refused).toContain("cannot be split");
    expect(titles(alertWith("a > 1 an‖d b > 2\n"), "split")).toEqual([]);
  });
});

describe("extract to another group", () => {
  const text = `groups:
# of all
- name: records
  rules:
    - record: x
      expr: up
- name: slow
  interval: 5m
  rules:
    - record: y
      expr: up
# what pages
- name: g
  rules:
  - alert: A
    expr: «sum by (job) (a)» > 1
`;

  test("into one that is evaluated alike", () => {
    expect(titles(text, "extract")).toEqual([
      "Extract to the recording rule job:a:sum",
      "Extract to the recording rule job:a:sum in the group records",
      "Extract to the recording rule job:a:sum in a new group",
    ]);
    const after = refactored(text, "Extract to the recording rule job:a:sum in the group records");
    expect(after).toContain(
      "      expr: up\n    - record: job:a:sum\n      expr: sum by (job) (a)\n- name: slow",
    );
    expect(after).toContain("    expr: job:a:sum > 1\n");
  });

  test("into a new one, which is evaluated like its own", () => {
    const slow = text.replace("- name: g\n", "- name: g\n  interval: 30s # often\n  labels:\n    team: a\n");
    expect(refactored(slow, "Extract to the recording rule job:a:sum in a new group")).toContain(
      "- name: g-records\n  interval: 30s\n  labels:\n    team: a\n  rules:\n    - record: job:a:sum\n" +
        "      expr: sum by (job) (a)\n# what pages\n- name: g\n  interval: 30s # often\n",
    );
  });
});

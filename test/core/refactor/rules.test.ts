import { describe, expect, test } from "vitest";
import { applyEdits } from "../../../server/src/base/text.ts";
import { rulePlaces } from "../../../server/src/features/refactor/expression-place.ts";
import { groupsOf, moveBetween } from "../../../server/src/features/refactor/move.ts";
import { snapshotOf } from "../features/files.ts";
import { alertWith, refactored, titles } from "./refactor.ts";

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

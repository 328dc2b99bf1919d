import { expect, test } from "vitest";
import type { ForcedKind } from "../../../server/src/model/document.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import { projectProblems } from "../../../server/src/world/project-schema.ts";
import { parseProject } from "../../../server/src/world/settings.ts";

const kindsOf = (text: string, forced?: ForcedKind, path = "x.yaml"): readonly string[] =>
  readDocument({ uri: `file:///${path}`, path, version: 1, text, forced }).parts.map(
    ({ model }) => model.kind,
  );

test("a project says what files hold; of several kinds the first counts", () => {
  const { project, warnings } = parseProject({
    kinds: { tests: ["t/**"], rules: ["**/*.alerts", "all/**"], none: ["all/old/**"] },
    vendored: "mixins/**",
  });
  expect(warnings).toEqual([]);
  expect(
    ["t/x.yaml", "a/b.alerts", "all/x.yaml", "all/old/x.yaml", "x.yaml"].map((p) => project.kinds?.of(p)),
  ).toEqual(["tests", "rules", "rules", "none", undefined]);
  expect([project.skips?.("mixins/a.yaml"), project.skips?.("a.yaml")]).toEqual([true, false]);
});

test("a project without the sections says nothing, and the key tells when the section changes", () => {
  expect(parseProject({}).project).not.toHaveProperty("kinds");
  expect(parseProject({}).project).not.toHaveProperty("skips");
  const keyOf = (glob: string): string | undefined =>
    parseProject({ kinds: { rules: [glob] } }).project.kinds?.key;
  expect(keyOf("a/**")).toBe(keyOf("a/**"));
  expect(keyOf("a/**")).not.toBe(keyOf("b/**"));
});

test("what is wrong in the sections is told and left out", () => {
  const wrong = { kinds: { rules: ["a{b"], test: ["x"] }, vendored: { mixins: "x" } };
  expect(projectProblems(wrong, []).map(({ message }) => message)).toEqual([
    "a{b is no glob: { and } do not pair up.",
    "There is no key test here: did you mean tests?",
    "vendored must be a text or a list.",
  ]);
  expect(parseProject(wrong).project).not.toHaveProperty("kinds");
  expect(parseProject(wrong).project).not.toHaveProperty("skips");
});

test("forced files are read as what they are said to hold", () => {
  const groups = "groups:\n- name: g\n  interval: 1m\n  partial: true\n";
  expect(kindsOf(groups)).toEqual([]);
  expect(kindsOf(groups, "rules")).toEqual(["rules"]);
  expect(kindsOf("rule_files: []\n", "tests")).toEqual(["rule-tests"]);
  expect(kindsOf("groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up\n", "none")).toEqual([]);
  expect(kindsOf("- alert: A\n  expr: up\n", "rules")).toEqual(["rules"]);
});

test("objects and projects say themselves what they are", () => {
  const object =
    "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: { name: x }\nspec: {}\n";
  expect(kindsOf(object, "rules")).toEqual(["PrometheusRule"]);
  expect(kindsOf("policy: []\n", "none", "promscope.yaml")).toEqual(["promscope.yaml"]);
});

import { expect, test } from "vitest";
import { applyEdits } from "../../../server/src/base/text.ts";
import { lint } from "./check-yaml.ts";

/** The text after the fix of the first finding; nothing where it has none. */
function spaced(text: string): string | undefined {
  const { findings } = lint(text, "rules/x.yml");
  expect(findings[0]?.check).toBe("yaml.syntax");
  const edits = findings[0]?.fixes?.[0]?.edits;
  return edits === undefined ? undefined : applyEdits(text, edits);
}

test.each([
  ["groups:\n- name: g\n  rules:\n\t- alert: A\n\t  expr: up\n", "  - alert: A\n    expr: up\n"],
  ["groups:\n- name: g\n  rules:\n  - alert: A\n\texpr: up\n", "  - alert: A\n    expr: up\n"],
  ["groups:\n- name: g\n  rules:\n  -\talert: A\n    expr: up\n", "  - alert: A\n    expr: up\n"],
  [
    "groups:\n-\tname: g\n\trules:\n\t-\talert: A\n\t\texpr: up\n",
    "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up\n",
  ],
  [
    "groups:\r\n- name: g\r\n\trules:\r\n\t- alert: A\r\n\t  expr: up\r\n",
    "  rules:\r\n  - alert: A\r\n    expr: up\r\n",
  ],
])("%j is indented with spaces", (text, mended) => {
  expect(spaced(text)).toContain(mended);
});

test("tabs behind words and in texts stay", () => {
  const text =
    "groups:\n- name: g\n  rules:\n\t- alert: A\t# a\tb\n\t  expr: up\n\t  annotations: { a: 'x\ty' }\n";
  expect(spaced(text)).toContain("  - alert: A\t# a\tb\n    expr: up\n    annotations: { a: 'x\ty' }\n");
});

test("what is no YAML with spaces either has no such fix", () => {
  expect(spaced("groups:\n- name: g\n\trules: [\n")).toBeUndefined();
});

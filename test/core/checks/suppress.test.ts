import { expect, test } from "vitest";
import type { DocumentCheck } from "../../../server/src/checks/check.ts";
import { runChecks } from "../../../server/src/checks/run.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import { emptyWorkspace } from "../../../server/src/world/workspace.ts";
import { check, lint } from "./check-yaml.ts";

const text = `groups:
- name: g
  rules:
  # above
  - alert: A
    # inside
    expr: x y # behind
    for: 5mm
  - alert: B
    expr: x y
`;

/** What remains with the given words for the three comments, as `line id`. */
function remaining(words: Partial<Record<"above" | "inside" | "behind", string>>): readonly string[] {
  let source = text;
  for (const [place, comment] of Object.entries(words)) source = source.replace(`# ${place}`, `# ${comment}`);
  const { document, findings } = check(source);
  return findings.map(({ check: id, span }) => `${document.lines.positionAt(span.start).line + 1} ${id}`);
}

const everything = ["7 promql.syntax", "8 rule.duration-invalid", "10 promql.syntax"];

test("comments suppress what they name and no more", () => {
  expect(remaining({})).toEqual(everything);
  expect(remaining({ behind: "promscope ignore promql.syntax wanted" })).toEqual(everything.slice(1));
  expect(remaining({ inside: "promscope ignore promql.syntax" })).toEqual(everything.slice(1));
  expect(remaining({ inside: "promscope ignore rule.duration-invalid" })).toEqual(everything);
  expect(remaining({ above: "promscope ignore rule.duration-invalid" })).toEqual([
    everything[0],
    everything[2],
  ]);
  expect(remaining({ behind: "promscope ignore-file promql.syntax" })).toEqual([everything[1]]);
});

test("a comment behind the end of a value is about all of its lines, one in a block about its own", () => {
  const at = (expr: string): readonly string[] => {
    const { document, findings } = lint(`groups:\n- name: g\n  rules:\n  - alert: A\n    expr: ${expr}\n`);
    const ours = findings.filter((one) => /impossible-label|unused-suppression/.test(one.check));
    return ours.map(({ check: id, span }) => `${document.lines.positionAt(span.start).line + 1} ${id}`);
  };
  const comment = "# promscope ignore promql.impossible-label";
  expect(at("sum by (a) (sum(x))\n      == 0")).toEqual(["5 promql.impossible-label"]);
  expect(at(`sum by (a) (sum(x))\n      == 0 ${comment}`)).toEqual([]);
  expect(at(`'sum by (a) (sum(x))\n\n      == 0' ${comment}`)).toEqual([]);
  expect(at(`|\n      sum by (a) (sum(x))\n      == 0 ${comment}`)).toEqual([
    "6 promql.impossible-label",
    "7 rule.unused-suppression",
  ]);
});

test("pint's comments are understood", () => {
  expect(remaining({ inside: "pint disable promql/syntax" })).toEqual(everything.slice(1));
  // pint compares the whole of it, and a check that asks no server has no tags.
  expect(remaining({ above: "pint disable promql/syntax(+tag)" })).toEqual(everything);
  expect(remaining({ above: "pint file/disable promql/syntax" })).toEqual([everything[1]]);
  expect(remaining({ behind: "pint ignore/line" })).toEqual(everything.slice(1));
  expect(remaining({ inside: "pint ignore/next-line" })).toEqual(everything.slice(1));
  expect(remaining({ inside: "pint ignore/begin" })).toEqual([]);
  expect(remaining({ inside: "pint ignore/file" })).toEqual([]);
});

test("a check that fails is left out, told, and does not take the others with it", () => {
  const document = readDocument({ uri: "file:///x.yml", path: "x.yml", version: 1, text });
  const broken: DocumentCheck = {
    unit: "document",
    id: "rule.broken",
    severity: "error",
    kinds: ["rules"],
    summary: "",
    run() {
      throw new Error("oh");
    },
  };
  const finding = {
    check: "rule.twice",
    severity: "info",
    message: "m",
    span: { start: 3, end: 4 },
  } as const;
  const twice: DocumentCheck = {
    ...broken,
    id: "rule.twice",
    run: () => [{ ...finding, span: { start: 9, end: 9 } }, finding, finding],
  };
  const problems: string[] = [];
  const snapshot = { document, workspace: emptyWorkspace, environments: [], features: [] };
  const findings = runChecks(snapshot, problems, [broken, twice]);
  expect(findings.map(({ span }) => span.start)).toEqual([3, 9]);
  expect(problems).toEqual(["The check rule.broken failed on file:///x.yml: oh"]);
});

import { expect, test } from "vitest";
import type { DocumentCheck, RuleCheck, RuleContext } from "../../../server/src/checks/check.ts";
import { runChecks } from "../../../server/src/checks/run.ts";
import { SlicedChecks } from "../../../server/src/checks/sliced/checks.ts";
import { OpenText } from "../../../server/src/lsp/open-text.ts";
import type { SourceDocument } from "../../../server/src/model/document.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import { emptyWorkspace } from "../../../server/src/world/workspace.ts";

const nameOf = ({ rule: { name } }: RuleContext) =>
  name === undefined ? undefined : { text: name.value, span: name.span };

/** Compares rules with each other, in the coordinates that a document's check gets. */
const twice: DocumentCheck = {
  unit: "document",
  id: "rule.twice",
  severity: "warning",
  kinds: ["rules"],
  summary: "",
  *run(context) {
    const first = new Map<string, ReturnType<typeof context.rules<ReturnType<typeof nameOf>>>[number]>();
    for (const rule of context.rules(nameOf)) {
      if (rule.value === undefined) continue;
      const { text, span } = rule.value;
      const before = first.get(text);
      if (before?.value === undefined) first.set(text, rule);
      else
        yield {
          check: "rule.twice",
          severity: "warning",
          message: ({ lineOf }) => `twice, at line ${lineOf(rule.place(span).start)} in group ${rule.group}`,
          span: rule.place(span),
          related: [{ message: "first", span: before.place(before.value.span) }],
          fixes: [
            { title: "x", safe: false, edits: [{ span: before.place(before.value.span), newText: "" }] },
          ],
        };
    }
  },
};

/** Says where every rule stands, and how often it was asked. */
function counting(): { readonly check: RuleCheck; readonly asked: string[] } {
  const asked: string[] = [];
  const check: RuleCheck = {
    unit: "rule",
    id: "rule.counting",
    severity: "info",
    kinds: ["rules"],
    summary: "",
    *run({ rule, group }) {
      asked.push(rule.name?.value ?? "");
      const interval = group.fields.get("interval");
      const message = (place: { path: string }) => `${place.path} every ${interval}`;
      yield { check: "rule.counting", severity: "info", message, span: rule.node.span };
    },
  };
  return { check, asked };
}

const text = `groups:
- name: a
  interval: 1m
  rules:
  - alert: A
    expr: up
  - alert: B
    expr: up
- name: b
  rules:
  - alert: A
    expr: down
  - alert: C
    expr: up
`;

test("only rules that an edit touches are asked again, and the others are told at their new places", () => {
  const uri = "file:///x.yaml";
  const open = new OpenText({ uri, path: "x.yaml", version: 0, text, languageId: "yaml" });
  const { check, asked } = counting();
  const checks = new SlicedChecks([check, twice]);
  const snapshot = (document: SourceDocument) => ({
    document,
    workspace: emptyWorkspace,
    environments: [],
    features: [],
  });
  let version = 0;
  const expectAsked = (names: readonly string[], findings: number): void => {
    const { document } = open;
    expect(document.sliced?.isSound).toBe(true);
    asked.length = 0;
    const assembled =
      document.sliced === undefined ? undefined : checks.run(document.sliced, snapshot(document), []);
    const found = [...(assembled?.findings() ?? [])];
    expect(asked).toEqual(names);
    const fresh = readDocument({ uri, path: "x.yaml", version, text: open.getText() });
    expect(found).toEqual(runChecks(snapshot(fresh), [], [check, twice]));
    expect(found).toHaveLength(findings);
  };
  const edit = (line: number, from: number, to: number, inserted: string): void => {
    const range = { start: { line, character: from }, end: { line, character: to } };
    open.update([{ range, text: inserted }], ++version);
  };
  expectAsked(["A", "B", "A", "C"], 5);
  edit(7, 10, 12, "sum(up)");
  expectAsked(["B"], 5);
  // A rule above moves the others, and another twin appears.
  edit(6, 0, 0, "  - alert: C\n    expr: up\n");
  expectAsked(["C"], 7);
  edit(8, 11, 12, "A");
  expectAsked(["A"], 8);
  // The values of a group are its rules' business, its name's place is not.
  edit(2, 12, 14, "5m");
  expectAsked(["A", "C", "A"], 8);
  edit(0, 0, 0, "# above\n");
  expectAsked([], 8);
  checks.invalidate();
  expectAsked(["A", "C", "A", "A", "C"], 8);
});

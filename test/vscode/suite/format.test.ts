import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Case } from "../harness.ts";
import { at, eventually, open, openText } from "./support.ts";

const rules = (expr: string): string => `groups:\n- name: g\n  rules:\n  - record: a\n    expr: ${expr}\n`;

/** Has something done until the text of the document is as wanted. */
function until(
  document: vscode.TextDocument,
  wanted: string,
  act: () => Thenable<unknown>,
): Promise<boolean> {
  const attempt = async (): Promise<boolean | undefined> => {
    await act();
    return document.getText() === wanted || undefined;
  };
  return eventually(attempt, JSON.stringify(wanted));
}

export const formatCases: readonly Case[] = [
  {
    name: "the command lays out the PromQL of a file, and nothing else of it",
    async run() {
      const document = await openText("yaml", rules("sum(up)by(job)").replace("- name", "-   name"));
      const wanted = rules("sum by (job) (up)").replace("- name", "-   name");
      await until(document, wanted, () => vscode.commands.executeCommand("promscope.formatFile"));
    },
  },
  {
    name: "a refactoring is applied with the edits that it gets when it is chosen",
    async run() {
      const document = await openText("yaml", rules("sum(http_requests_total)"));
      const place = at(document, "http_requests_total", 4);
      const action = await eventually(async () => {
        const found = await vscode.commands.executeCommand<vscode.CodeAction[]>(
          "vscode.executeCodeActionProvider",
          document.uri,
          new vscode.Range(place, place),
          vscode.CodeActionKind.RefactorRewrite.value,
          50,
        );
        return found.find(({ title }) => title === "Wrap in increase(…[5m])");
      }, "the refactoring");
      assert.ok(action.edit !== undefined);
      await vscode.workspace.applyEdit(action.edit);
      assert.equal(document.getText(), rules("sum(increase(http_requests_total[5m]))"));
    },
  },
  {
    name: "a .promql file has a formatter, a YAML file none of ours",
    async run() {
      const format = (document: vscode.TextDocument): Thenable<vscode.TextEdit[] | undefined> =>
        vscode.commands.executeCommand("vscode.executeFormatDocumentProvider", document.uri, { tabSize: 2 });
      const promql = await openText("promql", "sum( up )");
      const edits = await eventually(async () => (await format(promql)) || undefined, "the formatter");
      const change = new vscode.WorkspaceEdit();
      change.set(promql.uri, edits);
      await vscode.workspace.applyEdit(change);
      assert.equal(promql.getText().trim(), "sum(up)");
      const yaml = await openText("yaml", rules("sum( up )"));
      assert.equal((await format(yaml))?.length ?? 0, 0);
    },
  },
  {
    name: "a file is formatted when it is saved, once that is switched on",
    async run() {
      const document = await open("rules/priority-2/latency.yaml");
      const before = document.getText();
      const added = (expr: string): string => `\n      - record: added:up:sum\n        expr: ${expr}\n`;
      const settings = vscode.workspace.getConfiguration("promscope");
      const write = async (text: string): Promise<void> => {
        const edit = new vscode.WorkspaceEdit();
        edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
        await vscode.workspace.applyEdit(edit);
        await document.save();
      };
      // What is the same as on the disk is not saved, so each attempt is another text.
      let attempts = 0;
      const messy = (): string => before.trimEnd() + added(`sum(${" ".repeat(++attempts)}up)`);
      const asIs = messy();
      await write(asIs);
      assert.equal(document.getText(), asIs);
      await settings.update("format.onSave", true, vscode.ConfigurationTarget.Global);
      try {
        const saved = async (): Promise<boolean | undefined> => {
          await write(messy());
          return document.getText().includes("expr: sum(up)\n") || undefined;
        };
        await eventually(saved, "the formatted file");
        assert.equal(document.isDirty, false);
      } finally {
        await settings.update("format.onSave", undefined, vscode.ConfigurationTarget.Global);
        await eventually(async () => {
          await write(messy());
          await write(before);
          return document.getText() === before || undefined;
        }, "the file as it was");
      }
    },
  },
];

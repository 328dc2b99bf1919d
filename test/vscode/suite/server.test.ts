import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Case } from "../harness.ts";
import { at, codeOf, diagnostics, eventually, open, openText } from "./support.ts";

const rules = (expr: string): string => `groups:\n- name: g\n  rules:\n  - record: a\n    expr: ${expr}\n`;

export const serverCases: readonly Case[] = [
  {
    name: "a finding has its check's id, its source and its exact place",
    async run() {
      const document = await open("rules/priority-2/latency.yaml");
      const found = await diagnostics(document, ({ length }) => length === 2);
      const unknown = found.find(({ message }) => message.includes("histogram_quantil"));
      assert.ok(unknown !== undefined);
      assert.equal(codeOf(unknown), "promql.syntax");
      assert.equal(unknown.source, "promscope");
      assert.equal(unknown.severity, vscode.DiagnosticSeverity.Error);
      assert.ok(unknown.range.start.isEqual(at(document, "histogram_quantil(")));
    },
  },
  {
    name: "findings follow the typing, in a text that no file holds as well",
    async run() {
      const document = await openText("yaml", rules("sum(up"));
      await diagnostics(document, ({ length }) => length > 0);
      const edit = new vscode.WorkspaceEdit();
      edit.insert(document.uri, at(document, "sum(up", 6), ")");
      await vscode.workspace.applyEdit(edit);
      await diagnostics(document, ({ length }) => length === 0);
    },
  },
  {
    name: "a .promql text is checked as a whole",
    async run() {
      const document = await openText("promql", "rate(up)");
      const [found] = await diagnostics(document, ({ length }) => length === 1);
      assert.ok(found !== undefined);
      assert.match(found.message, /expected type range vector/);
    },
  },
  {
    name: "completion offers functions with their signature, without any server",
    async run() {
      const document = await openText("yaml", rules("histogram_qu"));
      const list = await eventually(async () => {
        const position = at(document, "histogram_qu", 12);
        const command = "vscode.executeCompletionItemProvider";
        const found = await vscode.commands.executeCommand<vscode.CompletionList>(
          command,
          document.uri,
          position,
        );
        const label = ({ label }: vscode.CompletionItem): string =>
          typeof label === "string" ? label : label.label;
        return found.items.find((item) => label(item) === "histogram_quantile");
      }, "histogram_quantile");
      assert.equal(list.kind, vscode.CompletionItemKind.Function);
    },
  },
  {
    name: "a hover on a function explains it, and trusts nothing",
    async run() {
      const document = await openText("yaml", rules("rate(up[5m])"));
      const contents = await eventually(async () => {
        const position = at(document, "rate(", 1);
        const command = "vscode.executeHoverProvider";
        const found = await vscode.commands.executeCommand<vscode.Hover[]>(command, document.uri, position);
        return found.flatMap((hover) => hover.contents as vscode.MarkdownString[])[0];
      }, "the hover");
      assert.match(contents.value, /rate/);
      assert.ok(contents.isTrusted !== true);
      assert.ok(contents.supportHtml !== true);
    },
  },
  {
    name: "the fixes of the badly indented monitor make the object that its author meant",
    async run() {
      const document = await open("monitors/service-x.yaml");
      for (const key of ["metadata", "spec"]) {
        const before = document.version;
        const fix = await eventually(async () => {
          const start = at(document, `\n${key}:`, 1);
          const found = await vscode.commands.executeCommand<vscode.CodeAction[]>(
            "vscode.executeCodeActionProvider",
            document.uri,
            new vscode.Range(start, start),
            vscode.CodeActionKind.QuickFix.value,
          );
          return found.find(({ title }) => title === `Indent the children of \`${key}\``);
        }, `the fix of ${key}`);
        assert.ok(fix.edit !== undefined);
        assert.equal(await vscode.workspace.applyEdit(fix.edit), true);
        assert.ok(document.version > before);
      }
      await diagnostics(document, ({ length }) => length === 0);
      const text = document.getText();
      assert.match(text, /^metadata:\n {2}annotations:\n {4}meta\.helm\.sh\/release-name: service-x\n/m);
      assert.match(text, /^ {2}selector:\n {4}matchLabels:\n {6}app: service-x\n/m);
      await vscode.commands.executeCommand("workbench.action.files.revert");
    },
  },
  {
    name: "YAML that is none of ours has no findings, lenses or symbols",
    async run() {
      const document = await openText("yaml", "services:\n  expr: sum(\n  web: {image: x}\n");
      // A round trip to the server: whatever it had to say about the text has been said by then.
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        "vscode.executeCodeLensProvider",
        document.uri,
      );
      assert.deepEqual(lenses, []);
      assert.deepEqual(vscode.languages.getDiagnostics(document.uri), []);
    },
  },
  {
    name: "the server starts anew on demand, and finds the same again",
    async run() {
      const document = await open("rules/priority-2/latency.yaml");
      await diagnostics(document, ({ length }) => length === 2);
      const gone = diagnostics(document, ({ length }) => length === 0);
      await vscode.commands.executeCommand("promscope.restartServer");
      await gone;
      await diagnostics(document, ({ length }) => length === 2);
    },
  },
];

import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { TestResult } from "../../../server/src/protocol.ts";
import { ruleTests, testedRules } from "../../rule-tests.ts";
import type { Case } from "../harness.ts";
import { eventually, open } from "./support.ts";

export const testCases: readonly Case[] = [
  {
    name: "rule unit tests run from their lines, with promtool, and tell what failed where",
    async run() {
      const folder = vscode.workspace.workspaceFolders?.[0];
      assert.ok(folder !== undefined);
      const write = (name: string, text: string): Thenable<void> =>
        vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder.uri, name), new TextEncoder().encode(text));
      await write("tested.yml", testedRules);
      await write("tested_test.yml", ruleTests("tested.yml", "name: fails"));
      const document = await open("tested_test.yml");
      const lenses = await eventually(async () => {
        const command = "vscode.executeCodeLensProvider";
        const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(command, document.uri);
        return found.length === 3 ? found : undefined;
      }, "the lines above the tests");
      const [all] = lenses;
      assert.equal(all?.command?.title, "▶ Run all tests");
      const result = await vscode.commands.executeCommand<TestResult>(
        all.command.command,
        ...(all.command.arguments ?? []),
      );
      assert.ok(result.ok, JSON.stringify(result));
      assert.deepEqual(
        result.tests.map(({ name, status }) => [name, status]),
        [
          ["fires", "passed"],
          ["fails", "failed"],
        ],
      );
      assert.equal(result.tests[1]?.failures[0]?.range.start.line, 14);
    },
  },
];

import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { TestResult } from "../../../server/src/protocol.ts";
import type { Case } from "../harness.ts";
import { eventually, open } from "./support.ts";

const rules = `groups:
  - name: g
    rules:
      - alert: Down
        expr: up == 0
`;

const tests = `rule_files: [tested.yml]
tests:
  - name: fires
    input_series:
      - series: up
        values: 0x5
    alert_rule_test:
      - eval_time: 5m
        alertname: Down
        exp_alerts:
          - exp_labels: {}
  - name: fails
    promql_expr_test:
      - expr: vector(1)
        eval_time: 1m
        exp_samples:
          - value: 2
`;

export const testCases: readonly Case[] = [
  {
    name: "rule unit tests run from their lines, with promtool, and tell what failed where",
    async run() {
      const folder = vscode.workspace.workspaceFolders?.[0];
      assert.ok(folder !== undefined);
      const write = (name: string, text: string): Thenable<void> =>
        vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder.uri, name), new TextEncoder().encode(text));
      await write("tested.yml", rules);
      await write("tested_test.yml", tests);
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
      assert.equal(result.tests[1]?.failures[0]?.range.start.line, 13);
    },
  },
];

import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Case } from "../harness.ts";
import { diagnostics, extensionId, open } from "./support.ts";

interface Manifest {
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly category?: string;
      readonly title: string;
    }[];
  };
}

function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension(extensionId);
  assert.ok(found !== undefined);
  return found;
}

export const activationCases: readonly Case[] = [
  {
    name: "sleeps until the first YAML file, and wakes with it",
    async run() {
      await vscode.workspace.openTextDocument({ language: "plaintext", content: "nothing of ours" });
      assert.equal(extension().isActive, false);
      const document = await open("rules/priority-2/latency.yaml");
      await diagnostics(document, (found) => found.length === 2);
      assert.equal(extension().isActive, true);
    },
  },
  {
    name: "every command of the manifest is there, in Title Case under one category",
    async run() {
      const known = new Set(await vscode.commands.getCommands(true));
      const { commands } = (extension().packageJSON as Manifest).contributes;
      assert.ok(commands.length >= 8);
      for (const { command, category, title } of commands) {
        assert.ok(known.has(command), command);
        assert.equal(category, "Promscope");
        for (const word of title.split(" "))
          assert.match(word, /^(?:[A-Z]|(?:a|an|as|at|by|in|of|on|the|to|promscope\.yaml…)$)/, title);
      }
    },
  },
];

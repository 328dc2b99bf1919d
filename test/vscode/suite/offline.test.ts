import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { QueryOutcome } from "../../../server/src/protocol.ts";
import type { Case } from "../harness.ts";
import { diagnostics, openText } from "./support.ts";

function query(environment: string): Thenable<QueryOutcome> {
  return vscode.commands.executeCommand<QueryOutcome>("promscope.query", { environment, expr: "up" });
}

function failure(outcome: QueryOutcome): { readonly reason: string; readonly message: string } {
  assert.equal(outcome.ok, false);
  if (outcome.ok) throw new Error("the query was answered");
  assert.ok(outcome.failure.message.length <= 120, outcome.failure.message);
  assert.match(outcome.failure.message, /^[^\n]+\.$/);
  return outcome.failure;
}

/** The environments `Down` and `Page` are in the settings of this run: nobody listens, and a page answers. */
export const offlineCases: readonly Case[] = [
  {
    name: "a backend that is down is named in one sentence",
    async run() {
      const { reason, message } = failure(await query("Down"));
      assert.equal(reason, "offline");
      assert.match(message, /127\.0\.0\.1/);
    },
  },
  {
    name: "a backend that answers with a page is named in one sentence",
    async run() {
      const { message } = failure(await query("Page"));
      assert.match(message, /127\.0\.0\.1/);
      assert.doesNotMatch(message, /<html|SyntaxError|Unexpected token/);
    },
  },
  {
    name: "an environment that is not there is named",
    async run() {
      const { reason, message } = failure(await query("Nowhere"));
      assert.equal(reason, "not-configured");
      assert.match(message, /Nowhere/);
    },
  },
  {
    name: "editing goes on while no backend answers",
    async run() {
      const document = await openText("promql", "sum(");
      await diagnostics(document, ({ length }) => length > 0);
    },
  },
];

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ApplyWorkspaceEditParams, CodeAction, WorkspaceEdit } from "vscode-languageserver/node";
import type { MoveRuleResult } from "../../server/src/protocol.ts";
import { TestClient, vscodeLike } from "./client.ts";

const here =
  "groups:\n- name: g\n  rules:\n  # about A\n  - alert: A\n    expr: up == 0\n  - record: r\n    expr: up\n";
const there = "groups:\n  - name: h\n    rules:\n      - record: s\n        expr: up\n";
const position = { line: 4, character: 8 };

let folder: string;
let uri: string;
let other: string;
let client: TestClient;
let applied: WorkspaceEdit[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "promscope-move-"));
  await writeFile(join(folder, "a.rules.yaml"), here);
  await writeFile(join(folder, "b.rules.yaml"), there);
  uri = pathToFileURL(join(folder, "a.rules.yaml")).href;
  other = pathToFileURL(join(folder, "b.rules.yaml")).href;
  const workspace = { ...vscodeLike.workspace, applyEdit: true, workspaceEdit: { documentChanges: true } };
  client = await TestClient.start("in-band", {
    folder: pathToFileURL(folder).href,
    capabilities: { ...vscodeLike, workspace },
  });
  applied = [];
  client.connection.onRequest("workspace/applyEdit", ({ edit }: ApplyWorkspaceEditParams) => {
    applied.push(edit);
    return { applied: true };
  });
  await client.open(uri, here);
});
afterEach(async () => {
  await client.stop();
  await rm(folder, { recursive: true, force: true });
});

const move = (argument: unknown): Promise<MoveRuleResult> =>
  client.connection.sendRequest("workspace/executeCommand", {
    command: "promscope.moveRule",
    arguments: [argument],
  });

/** The index of the workspace is there when the other file is among the targets. */
async function untilIndexed(): Promise<MoveRuleResult> {
  for (;;) {
    const seen = client.notifications.length;
    const found = await move({ uri, position });
    if (found.ok && found.targets.length > 0) return found;
    await client.until(() => (client.notifications.length > seen ? true : undefined));
  }
}

test("a rule goes to a group of a file that is not open, with its comments, in one edit of two files", async () => {
  expect(await untilIndexed()).toEqual({
    ok: true,
    rule: "A",
    targets: [{ uri: other, path: "b.rules.yaml", group: "h" }],
  });
  expect(await move({ uri, position, target: { uri: other, group: "h" } })).toMatchObject({ ok: true });
  expect(applied).toMatchObject([
    {
      documentChanges: [
        {
          textDocument: { uri: other, version: null },
          edits: [{ newText: "      # about A\n      - alert: A\n        expr: up == 0\n" }],
        },
        {
          textDocument: { uri, version: 1 },
          edits: [{ range: { start: { line: 3 }, end: { line: 6 } }, newText: "" }],
        },
      ],
    },
  ]);
});

test("only to files of the workspace, and only rules", async () => {
  await untilIndexed();
  for (const argument of [
    { uri, position: { line: 0, character: 0 } },
    { uri, position, target: { uri: "file:///etc/passwd", group: "h" } },
    { uri, position, target: { uri: other, group: "none" } },
    { uri },
    null,
  ])
    expect(await move(argument)).toMatchObject({ ok: false });
  expect(applied).toEqual([]);
});

test("the client of this extension is told to ask where", async () => {
  await untilIndexed();
  const actions = await client.connection.sendRequest<CodeAction[]>("textDocument/codeAction", {
    textDocument: { uri },
    range: { start: position, end: position },
    context: { diagnostics: [], only: ["refactor.move"] },
  });
  expect(actions).toMatchObject([
    { command: { command: "promscope.moveRuleToFile", arguments: [{ uri, position }] } },
  ]);
});

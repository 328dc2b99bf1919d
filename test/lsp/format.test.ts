import { afterEach, describe, expect, test } from "vitest";
import type {
  ApplyWorkspaceEditParams,
  ClientCapabilities,
  TextEdit,
  WorkspaceEdit,
} from "vscode-languageserver/node";
import type { FormatResult } from "../../server/src/protocol.ts";
import { TestClient, vscodeLike } from "./client.ts";

const uri = "file:///r.yaml";
const messy =
  "groups:\n- name: g\n  rules:\n  - record: r\n    expr: sum(up)by(job)\n  - record: s\n    expr: sum( up )\n";
const [first, second] = ["sum by (job) (up)", "sum(up)"];

const formatting: ClientCapabilities = {
  ...vscodeLike,
  workspace: { ...vscodeLike.workspace, applyEdit: true, workspaceEdit: { documentChanges: true } },
  textDocument: {
    ...vscodeLike.textDocument,
    synchronization: { dynamicRegistration: true, willSaveWaitUntil: true },
    formatting: { dynamicRegistration: true },
    rangeFormatting: { dynamicRegistration: true },
  },
};

let client: TestClient;
let applied: WorkspaceEdit[];
afterEach(() => client.stop());

async function start(
  settings: Readonly<Record<string, unknown>> = {},
  capabilities: ClientCapabilities = formatting,
): Promise<void> {
  client = await TestClient.start("in-band", { capabilities, settings });
  applied = [];
  client.connection.onRequest("workspace/applyEdit", ({ edit }: ApplyWorkspaceEditParams) => {
    applied.push(edit);
    return { applied: true };
  });
}

const execute = (argument: unknown): Promise<FormatResult> =>
  client.connection.sendRequest("workspace/executeCommand", {
    command: "promscope.format",
    arguments: [argument],
  });

describe("promscope.format", () => {
  test("lays out the expressions of a file with one versioned edit", async () => {
    await start();
    await client.open(uri, messy);
    expect(await execute({ uri })).toEqual({ applied: true, expressions: 2 });
    expect(applied).toMatchObject([
      {
        documentChanges: [
          { textDocument: { uri, version: 1 }, edits: [{ newText: first }, { newText: second }] },
        ],
      },
    ]);
    expect(applied[0]).not.toHaveProperty("changes");
  });

  test("those of a range", async () => {
    await start();
    await client.open(uri, messy);
    const at = { line: 6, character: 12 };
    expect(await execute({ uri, range: { start: at, end: at } })).toEqual({ applied: true, expressions: 1 });
    expect(applied).toMatchObject([{ documentChanges: [{ edits: [{ newText: second }] }] }]);
  });

  test("says so where there is nothing to do, and leaves other files alone", async () => {
    await start();
    await client.open(uri, messy.replace("sum(up)by(job)", first).replace("sum( up )", second));
    await client.open("file:///other.yaml", "a: sum( up )\n");
    expect(await execute({ uri })).toEqual({ applied: true, expressions: 0 });
    for (const argument of [{ uri: "file:///other.yaml" }, { uri: "file:///none.yaml" }, {}, null, "x"])
      expect(await execute(argument)).toEqual({ applied: false, expressions: 0 });
    expect(applied).toEqual([]);
  });
});

describe("the editor's own formatting", () => {
  test("is offered for .promql files and never for YAML", async () => {
    await start();
    await client.until(() => (client.registered.includes("textDocument/rangeFormatting") ? true : undefined));
    const { capabilities } = client.initializeResult ?? {};
    for (const provider of [
      "documentFormattingProvider",
      "documentRangeFormattingProvider",
      "documentOnTypeFormattingProvider",
    ])
      expect(capabilities).not.toHaveProperty(provider);
    const offers = client.registrations.filter(({ method }) => /formatting/i.test(method));
    expect(offers).toHaveLength(2);
    for (const { registerOptions } of offers)
      expect(registerOptions).toEqual({
        documentSelector: [{ language: "promql" }, { pattern: "**/*.promql" }],
      });
    await client.open(uri, messy);
    await client.open("file:///q.promql", "sum( up )", "promql");
    const format = (of: string): Promise<TextEdit[] | null> =>
      client.connection.sendRequest("textDocument/formatting", {
        textDocument: { uri: of },
        options: { tabSize: 2, insertSpaces: true },
      });
    expect(await format(uri)).toBeNull();
    expect(await format("file:///q.promql")).toMatchObject([{ newText: "sum(up)\n" }]);
  });

  test("is not offered to clients that would take it for every file", async () => {
    await start({}, vscodeLike);
    await client.until(() => (client.registered.length > 1 ? true : undefined));
    await client.open(uri, messy);
    await client.pull(uri);
    expect(client.registered.filter((method) => /formatting/i.test(method))).toEqual([]);
  });
});

describe("on save", () => {
  const save = (): Promise<TextEdit[] | null> =>
    client.connection.sendRequest("textDocument/willSaveWaitUntil", { textDocument: { uri }, reason: 1 });
  const asks = "textDocument/willSaveWaitUntil";

  test("nothing is asked or changed unless it is switched on", async () => {
    await start();
    await client.open(uri, messy);
    await execute({ uri });
    expect(client.registered).not.toContain(asks);
    expect(await save()).toEqual([]);
    client.settings = { format: { onSave: true } };
    await client.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
    await client.until(() => (client.registered.includes(asks) ? true : undefined));
    expect(await save()).toMatchObject([{ newText: first }, { newText: second }]);
    client.settings = {};
    await client.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
    await client.until(() => (client.unregistered.includes(asks) ? true : undefined));
    expect(await save()).toEqual([]);
  });

  test("a client that takes no registration hears of it at the start", async () => {
    const capabilities = { textDocument: { synchronization: { willSaveWaitUntil: true } } };
    await start({}, capabilities);
    expect(client.initializeResult?.capabilities.textDocumentSync).toMatchObject({ willSaveWaitUntil: true });
  });
});

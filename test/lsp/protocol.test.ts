import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import {
  type ClientCapabilities,
  type CodeAction,
  type CompletionList,
  type Diagnostic,
  DiagnosticSeverity,
  type Hover,
  type MarkupContent,
  type SignatureHelp,
} from "vscode-languageserver/node";
import { bin, modes, TestClient, vscodeLike, withCursor } from "./client.ts";
import { eglotLike, helixLike, silentClient } from "./clients.ts";

const uri = "file:///workspace/rules/web.yaml";
const rules = (expr: string): string => `groups:
- name: web
  rules:
  - alert: Down
    expr: ${expr}
`;
const broken = rules('up{job="ü😀"} ==');
const off = { checks: { "promql.syntax": "off" } };

describe.each(modes)("the protocol, %s", (mode) => {
  let client: TestClient;
  afterEach(() => client.stop());

  const start = async (
    capabilities: ClientCapabilities,
    more: Parameters<typeof TestClient.start>[1] = {},
  ): Promise<void> => {
    client = await TestClient.start(mode, { capabilities, ...more });
  };
  const published = (): Promise<readonly Diagnostic[]> =>
    client.until(() => {
      const last = client.notifications.findLast(
        ({ method }) => method === "textDocument/publishDiagnostics",
      );
      return (last?.params as { diagnostics: Diagnostic[] } | undefined)?.diagnostics;
    });
  /** Waits until the findings are switched off by settings that came some other way than by being asked. */
  const silenced = async (): Promise<void> => {
    for (;;) if ((await client.pull(uri)).length === 0) return;
  };

  test("what it does not know is refused by its code, and ignored behind $/", async () => {
    await start(silentClient);
    for (const method of ["promscope/nothing", "$/nothing"])
      await expect(client.connection.sendRequest(method, {})).rejects.toMatchObject({ code: -32601 });
    await client.connection.sendNotification("$/nothing", {});
    await client.connection.sendNotification("promscope/nothing", {});
    await expect(
      client.connection.sendRequest("workspace/executeCommand", { command: "rm" }),
    ).rejects.toMatchObject({ code: -32600 });
    await client.open(uri, broken);
    expect(await client.pull(uri)).not.toEqual([]);
  });

  test("a second initialize is refused and changes nothing", async () => {
    await start(silentClient);
    await client.open(uri, broken);
    await expect(
      client.connection.sendRequest("initialize", { processId: null, rootUri: null, capabilities: {} }),
    ).rejects.toMatchObject({ code: -32600 });
    expect(await client.pull(uri)).not.toEqual([]);
  });

  test("requests after shutdown are refused", async () => {
    await start(silentClient);
    await client.open(uri, broken);
    await client.connection.sendRequest("shutdown");
    await expect(client.at("textDocument/hover", uri, 4, 11)).rejects.toMatchObject({ code: -32600 });
    await expect(client.pull(uri)).rejects.toMatchObject({ code: -32600 });
  });

  test.each([
    ["Helix", helixLike],
    ["eglot", eglotLike],
    ["one that offers UTF-8 only", { general: { positionEncodings: ["utf-8"] } }],
    ["one that says nothing", silentClient],
  ] as const)("counts in UTF-16 and says so: %s", async (_name, capabilities) => {
    await start(capabilities as ClientCapabilities);
    expect(client.initializeResult?.capabilities.positionEncoding).toBe("utf-16");
    await client.open(uri, broken);
    const [finding] = await published();
    // Before the end: `    expr: up{job="ü😀"} ==`, where the emoji counts twice.
    expect(finding?.range.end).toEqual({ line: 4, character: 26 });
    expect(finding?.severity).toBe(DiagnosticSeverity.Error);
  });

  test("registers only what the client takes", async () => {
    await start(silentClient);
    await client.open(uri, broken);
    await published();
    expect(client.registered).toEqual([]);
    await client.stop();
    await start(helixLike);
    await client.open(uri, broken);
    await published();
    expect(client.registered).toEqual(["workspace/didChangeWatchedFiles"]);
    await client.stop();
    await start(vscodeLike);
    await client.until(() => (client.registered.length === 2 ? true : undefined));
    expect(new Set(client.registered)).toEqual(
      new Set(["workspace/didChangeConfiguration", "workspace/didChangeWatchedFiles"]),
    );
  });

  test.each([
    ["the section", off],
    ["the section by its name", { promscope: off }],
    ["dotted keys", { "promscope.checks": off.checks }],
  ])("takes settings from initializationOptions: %s", async (_name, initializationOptions) => {
    await start(silentClient, { initialize: { initializationOptions } });
    await client.open(uri, broken);
    await silenced();
  });

  test("takes them where the editor answers null for the section, or refuses", async () => {
    await start(helixLike, {
      settings: null as unknown as Record<string, unknown>,
      initialize: { initializationOptions: { promscope: off } },
    });
    await client.open(uri, broken);
    await silenced();
    await client.stop();
    await start(helixLike, { initialize: { initializationOptions: off } });
    client.connection.onRequest("workspace/configuration", () => {
      throw new Error("this editor has no settings");
    });
    await client.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
    await client.open(uri, broken);
    await silenced();
  });

  test("takes settings that are pushed, in the place of the first ones", async () => {
    await start(silentClient, { initialize: { initializationOptions: { checks: {} } } });
    await client.open(uri, broken);
    expect(await client.pull(uri)).not.toEqual([]);
    await client.connection.sendNotification("workspace/didChangeConfiguration", {
      settings: { promscope: off },
    });
    await silenced();
    await client.connection.sendNotification("workspace/didChangeConfiguration", { settings: {} });
    for (;;) if ((await client.pull(uri)).length > 0) break;
  });

  test("gives plain text to an editor that renders no markdown", async () => {
    await start(eglotLike);
    const { text, line, character } = withCursor(rules("rat‸e(up[5m])"));
    await client.open(uri, text);
    const hover = await client.at<Hover>("textDocument/hover", uri, line, character);
    expect((hover.contents as MarkupContent).kind).toBe("plaintext");
    expect((hover.contents as MarkupContent).value).not.toMatch(/[`*\\]/);
    expect((hover.contents as MarkupContent).value).toContain("rate(");
    const help = await client.at<SignatureHelp>("textDocument/signatureHelp", uri, line, character + 3);
    expect(help.signatures[0]?.parameters?.[0]?.label).toMatch(/^\w/);
    const list = await client.at<CompletionList>("textDocument/completion", uri, line, character);
    for (const item of list.items) {
      expect(item.insertTextFormat ?? 1).toBe(1);
      expect(item.textEdit?.newText).not.toMatch(/\$\d|\$\{/);
    }
  });

  test("an editor without versioned edits finds bare ones, the others only theirs", async () => {
    const monitor = `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
name: x
spec:
  selector: {}
  endpoints:
  - port: web
`;
    const fixes = async (): Promise<readonly CodeAction[]> => {
      await client.open(uri, monitor);
      const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
      return await client.connection.sendRequest<CodeAction[]>("textDocument/codeAction", {
        textDocument: { uri },
        range,
        context: { diagnostics: [] },
      });
    };
    await start(silentClient);
    const bare = await fixes();
    expect(bare).not.toEqual([]);
    expect(bare[0]?.edit?.changes?.[uri]).not.toEqual([]);
    await client.stop();
    await start(helixLike);
    const versioned = await fixes();
    expect(versioned[0]?.edit).not.toHaveProperty("changes");
    expect(versioned[0]?.edit?.documentChanges?.[0]).toMatchObject({ textDocument: { uri, version: 1 } });
  });

  test("a root that is null, no folders and an untitled file are no reason to stop", async () => {
    await start(silentClient, { initialize: { rootUri: null, rootPath: null, workspaceFolders: null } });
    await client.open("untitled:Untitled-1", broken);
    expect(await client.pull("untitled:Untitled-1")).not.toEqual([]);
  });
});

describe("the editor is gone", () => {
  const initialize = (processId: number | null): string => {
    const params = { processId, rootUri: null, capabilities: {} };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params });
    return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  };
  const server = () =>
    spawn(process.execPath, [bin, "lsp", "--stdio"], { stdio: ["pipe", "pipe", "ignore"] });

  test("the server ends with the process that it was told of", async () => {
    const editor = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    await once(editor, "spawn");
    const child = server();
    child.stdin.write(initialize(editor.pid ?? null));
    await once(child.stdout, "data");
    const ended = once(child, "exit");
    editor.kill("SIGKILL");
    expect((await ended)[0]).toBe(1);
  });

  test("the server ends when its input is closed", async () => {
    const child = server();
    child.stdin.write(initialize(null));
    await once(child.stdout, "data");
    const ended = once(child, "exit");
    child.stdin.end();
    expect((await ended)[0]).toBe(1);
  });
});

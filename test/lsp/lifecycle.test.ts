import { spawn, spawnSync } from "node:child_process";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import type { Diagnostic } from "vscode-languageserver/node";
import { bin, modes, TestClient } from "./client.ts";

const uri = "file:///workspace/rules/web.yaml";
const text = `groups:
- name: web
  rules:
  - alert: Down
    expr: up{job="ü😀"} == 0
    for: 5m
  - record: job:up:sum
    expr: |
      sum by (job) (
        up
      )
`;

interface Ended {
  readonly code: number | null;
  readonly out: string;
}

/** Sends messages to the built program and waits until it has ended. */
function talk(...messages: readonly object[]): Promise<Ended> {
  const child = spawn(process.execPath, [bin, "lsp", "--stdio"], { stdio: ["pipe", "pipe", "ignore"] });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    out += chunk;
  });
  for (const message of messages) {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, out })));
}

const initialize = {
  id: 1,
  method: "initialize",
  params: { processId: null, rootUri: null, capabilities: {} },
};

describe("the life of the program", () => {
  test("ends with 0 after shutdown, and with 1 without", async () => {
    expect((await talk(initialize, { id: 2, method: "shutdown" }, { method: "exit" })).code).toBe(0);
    expect((await talk(initialize, { method: "exit" })).code).toBe(1);
  });

  test("asked for its help, it gives that", () => {
    const help = spawnSync(process.execPath, [bin, "lsp", "--help"], { encoding: "utf8" });
    expect(help).toMatchObject({ status: 0, stderr: "" });
    expect(help.stdout).toContain("Usage: promscope lsp");
  });

  test("refuses requests before initialize", async () => {
    const early = {
      id: 7,
      method: "textDocument/hover",
      params: { textDocument: { uri }, position: { line: 0, character: 0 } },
    };
    const { out } = await talk(early, initialize, { id: 2, method: "shutdown" }, { method: "exit" });
    expect(out).toMatch(/"id":7,"error":\{"code":-32002/);
  });

  test("writes nothing but the protocol to standard output", async () => {
    const { out } = await talk(initialize, { id: 2, method: "shutdown" }, { method: "exit" });
    let rest = out;
    for (let header = /^Content-Length: (\d+)\r\n\r\n/.exec(rest); header !== null; ) {
      const end = header[0].length + Number(header[1]);
      expect(() => JSON.parse(rest.slice(header?.[0].length, end))).not.toThrow();
      rest = rest.slice(end);
      header = /^Content-Length: (\d+)\r\n\r\n/.exec(rest);
    }
    expect(rest).toBe("");
  });
});

describe.each(modes)("under strain, %s", (mode) => {
  let client: TestClient;
  afterEach(() => client.stop());

  test("a query right behind the start knows the environments", async () => {
    // Port 1 is one that fetch refuses without trying: the answer comes at once, and names the backend.
    const backend = "http://127.0.0.1:1";
    client = await TestClient.start(mode, { settings: { environments: [{ name: "Down", backend }] } });
    const outcome = await client.connection.sendRequest("workspace/executeCommand", {
      command: "promscope.query",
      arguments: [{ environment: "Down", expr: "up" }],
    });
    expect(outcome).toMatchObject({ ok: false, failure: { backend } });
  });

  test("cancelled requests do not hold up the next one", async () => {
    client = await TestClient.start(mode);
    await client.open(uri, text);
    const storm = Array.from({ length: 500 }, (_, id) => `storm-${id}`);
    const answers = storm.map(() =>
      client.connection
        .sendRequest("textDocument/completion", {
          textDocument: { uri },
          position: { line: 4, character: 12 },
        })
        .catch(() => "cancelled"),
    );
    expect(await client.pull(uri)).toEqual([]);
    await Promise.all(answers);
  });

  test("settings of any shape neither stop it nor are lost on it", async () => {
    client = await TestClient.start(mode);
    await client.open(uri, text.replace("== 0", "== "));
    for (const settings of fc.sample(fc.object(), 30)) {
      client.settings = settings as Record<string, unknown>;
      await client.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
    }
    expect(await client.pull(uri)).not.toEqual([]);
    client.settings = { checks: { "promql.syntax": "off" } };
    await client.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
    // The settings are asked for in the background: the findings are gone once they have come.
    for (;;) if ((await client.pull(uri)).length === 0) break;
  });

  test("edits of parts give what the whole text gives", async () => {
    client = await TestClient.start(mode);
    await client.open(uri, text);
    let current = text;
    const edits = fc.sample(
      fc.record({
        at: fc.nat({ max: 10_000 }),
        remove: fc.nat({ max: 12 }),
        insert: fc.constantFrom(
          "",
          "(",
          ")",
          "\n",
          "  ",
          '"',
          "sum",
          "up",
          "- alert: X\n",
          "😀",
          "\r\n",
          ":",
          "#",
        ),
      }),
      150,
    );
    let version = 1;
    for (const { at, remove, insert } of edits) {
      const start = at % (current.length + 1);
      const end = Math.min(current.length, start + remove);
      await client.connection.sendNotification("textDocument/didChange", {
        textDocument: { uri, version: ++version },
        contentChanges: [{ range: { start: place(current, start), end: place(current, end) }, text: insert }],
      });
      current = current.slice(0, start) + insert + current.slice(end);
    }
    const fresh = "file:///workspace/rules/fresh.yaml";
    await client.open(fresh, current);
    const bare = (items: readonly Diagnostic[]): unknown[] =>
      items.map(({ range, message, code }) => ({ range, message, code }));
    expect(bare(await client.pull(uri))).toEqual(bare(await client.pull(fresh)));
  });
});

function place(of: string, offset: number): { line: number; character: number } {
  const lines = of.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: lines.length - 1, character: (lines.at(-1) ?? "").length };
}

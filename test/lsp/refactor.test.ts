import { afterEach, expect, test } from "vitest";
import type { ClientCapabilities, CodeAction, Range, TextDocumentEdit } from "vscode-languageserver/node";
import { TestClient, vscodeLike } from "./client.ts";

const uri = "file:///r.yaml";
const text = `groups:
- name: g
  rules:
  - alert: A
    expr: sum(http_requests_total) > 5
  - record: job:x:sum
    expr: sum by (job) (x)
  - record: job:x:sum
    expr: job:x:sum{job="a"} + 1
- name: h
  rules:
  - record: s
    expr: up
`;

const lazy: ClientCapabilities = {
  ...vscodeLike,
  workspace: { ...vscodeLike.workspace, workspaceEdit: { documentChanges: true } },
  textDocument: {
    ...vscodeLike.textDocument,
    codeAction: { dataSupport: true, disabledSupport: true, resolveSupport: { properties: ["edit"] } },
  },
};

let client: TestClient;
afterEach(() => client.stop());

async function start(capabilities: ClientCapabilities): Promise<void> {
  client = await TestClient.start("in-band", { capabilities });
  await client.open(uri, text);
}

function ask(line: number, character: number, only?: readonly string[]): Promise<CodeAction[]> {
  const at = { line, character };
  const range: Range = { start: at, end: at };
  return client.connection.sendRequest("textDocument/codeAction", {
    textDocument: { uri },
    range,
    context: { diagnostics: [], ...(only === undefined ? {} : { only }) },
  });
}

test("kinds are told, and only those that are asked for are given", async () => {
  await start(lazy);
  expect(client.initializeResult?.capabilities.codeActionProvider).toMatchObject({
    codeActionKinds: expect.arrayContaining(["refactor.extract", "refactor.rewrite", "source.formatPromql"]),
    resolveProvider: true,
  });
  const all = await ask(4, 16);
  expect(all.map(({ title }) => title)).toContain("Wrap in increase(…[5m])");
  const moves = await ask(4, 16, ["refactor.move"]);
  for (const { kind } of moves) expect(kind).toBe("refactor.move");
  expect(moves.map(({ title }) => title)).toContain("Move the rule to the group h");
  for (const { kind } of await ask(4, 16, ["quickfix"])) expect(kind).toBe("quickfix");
});

test("edits are worked out when an action is chosen, for the version it was offered for", async () => {
  await start(lazy);
  const wrap = (await ask(4, 16)).find(({ title }) => title === "Wrap in increase(…[5m])");
  expect(wrap).not.toHaveProperty("edit");
  const resolved = await client.connection.sendRequest<CodeAction>("codeAction/resolve", wrap);
  const [change] = (resolved.edit?.documentChanges ?? []) as TextDocumentEdit[];
  expect(change?.textDocument).toEqual({ uri, version: 1 });
  expect(change?.edits).toMatchObject([{ newText: "increase(" }, { newText: "[5m])" }]);
  await client.change(uri, `# new\n${text}`);
  await expect(client.connection.sendRequest("codeAction/resolve", wrap)).rejects.toThrow("has changed");
});

test("what cannot be done says why", async () => {
  await start(lazy);
  const inline = (await ask(8, 14)).find(({ kind }) => kind === "refactor.inline");
  expect(inline?.disabled?.reason).toContain("2 rules that record job:x:sum");
});

test("a client that resolves nothing gets the edits at once, and no actions that cannot be done", async () => {
  await start(vscodeLike);
  const actions = (await ask(4, 16, ["refactor"])).filter(({ command }) => command === undefined);
  expect(actions.length).toBeGreaterThan(3);
  for (const { edit } of actions) expect(edit?.documentChanges).toHaveLength(1);
  expect(await ask(8, 14, ["refactor.inline"])).toEqual([]);
});

test("all PromQL is laid out on request only", async () => {
  await start(lazy);
  await client.change(uri, text.replace("sum by (job) (x)", "sum( x )by(job)"));
  expect((await ask(0, 0)).map(({ kind }) => kind)).not.toContain("source.formatPromql");
  const [format] = await ask(0, 0, ["source.formatPromql"]);
  expect(format).toMatchObject({
    kind: "source.formatPromql",
    edit: { documentChanges: [{ textDocument: { version: 2 }, edits: [{ newText: "sum by (job) (x)" }] }] },
  });
});

test("the order of a group is a fix of the finding that asks for it", async () => {
  await start(lazy);
  const mixed =
    "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: a:b > 1\n  - record: a:b\n    expr: sum(up)\n";
  const other = "file:///order.yaml";
  await client.open(other, mixed);
  const range: Range = { start: { line: 4, character: 12 }, end: { line: 4, character: 12 } };
  const report = { range, message: "…", code: "rule.dependency-order" };
  const actions: CodeAction[] = await client.connection.sendRequest("textDocument/codeAction", {
    textDocument: { uri: other },
    range,
    context: { diagnostics: [report], only: ["quickfix"] },
  });
  const fix = actions.find(({ title }) => title.startsWith("Put the rules of the group in the order"));
  expect(fix?.diagnostics).toMatchObject([{ code: "rule.dependency-order" }]);
  const resolved: CodeAction = await client.connection.sendRequest("codeAction/resolve", fix);
  const [change] = (resolved.edit?.documentChanges ?? []) as TextDocumentEdit[];
  expect(change?.edits.map((edit) => ("newText" in edit ? edit.newText : ""))).toEqual([
    "  - record: a:b\n    expr: sum(up)\n",
    "  - alert: A\n    expr: a:b > 1\n",
  ]);
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type {
  CallHierarchyIncomingCall,
  CallHierarchyItem,
  ClientCapabilities,
  DocumentHighlight,
  Location,
  SymbolInformation,
  WorkspaceEdit,
} from "vscode-languageserver/node";
import { modes, TestClient, vscodeLike } from "./client.ts";

const records = `groups:
- name: sums
  rules:
  - record: job:x:sum
    expr: sum by (job) (x)
`;
const alerts = `groups:
- name: alerts
  rules:
  - alert: High
    expr: job:x:sum > 1
  - alert: Low
    expr: ALERTS{alertname="High"} unless job:x:sum
`;
const dashboard = '{ "panels": [ { "targets": [ { "expr": "job:x:sum" } ] } ] }\n';

const annotating: ClientCapabilities = {
  ...vscodeLike,
  workspace: {
    ...vscodeLike.workspace,
    workspaceEdit: { documentChanges: true, changeAnnotationSupport: {} },
  },
};

describe.each(modes)("names of rules, %s", (mode) => {
  let folder: string;
  let client: TestClient;
  const uriOf = (name: string): string => pathToFileURL(join(folder, name)).href;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "promscope-names-"));
    writeFileSync(join(folder, "records.yaml"), records);
    writeFileSync(join(folder, "alerts.yaml"), alerts);
    writeFileSync(join(folder, "dashboard.json"), dashboard);
  });
  afterEach(async () => {
    await client.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const start = async (capabilities = vscodeLike): Promise<void> => {
    client = await TestClient.start(mode, { folder: pathToFileURL(folder).href, capabilities });
    await client.open(uriOf("alerts.yaml"), alerts);
  };
  const at = (line: number, character: number, name = "alerts.yaml"): object => ({
    textDocument: { uri: uriOf(name) },
    position: { line, character },
  });
  const ask = <T>(method: string, params: object): Promise<T> =>
    client.connection.sendRequest(method, params);

  test("a metric leads to its rule in a file that is not open, and back", async () => {
    await start();
    const definition = await ask<Location[]>("textDocument/definition", at(4, 12));
    expect(definition).toEqual([
      {
        uri: uriOf("records.yaml"),
        range: { start: { line: 3, character: 12 }, end: { line: 3, character: 21 } },
      },
    ]);
    const params = { ...at(4, 12), context: { includeDeclaration: true } };
    const found = await ask<Location[]>("textDocument/references", params);
    const places = found.map(
      ({ uri, range }) => `${uri.slice(uri.lastIndexOf("/") + 1)}:${range.start.line}`,
    );
    expect(places).toEqual(["records.yaml:3", "alerts.yaml:4", "alerts.yaml:6", "dashboard.json:0"]);
    const highlights = await ask<DocumentHighlight[]>("textDocument/documentHighlight", at(4, 12));
    expect(highlights).toHaveLength(2);
  });

  test("a new name is written to all files at once, by their versions, dashboards to be confirmed", async () => {
    await start(annotating);
    expect(await ask("textDocument/prepareRename", at(4, 12))).toMatchObject({ placeholder: "job:x:sum" });
    const edit = await ask<WorkspaceEdit>("textDocument/rename", { ...at(4, 12), newName: "job:y:sum" });
    expect(edit.documentChanges).toMatchObject([
      { textDocument: { uri: uriOf("records.yaml"), version: null }, edits: [{ newText: "job:y:sum" }] },
      { textDocument: { uri: uriOf("alerts.yaml"), version: 1 }, edits: [{}, {}] },
      {
        textDocument: { uri: uriOf("dashboard.json"), version: null },
        edits: [{ annotationId: "Dashboards (to be confirmed)" }],
      },
    ]);
    expect(edit.changeAnnotations?.["Dashboards (to be confirmed)"]).toEqual({
      label: "Dashboards",
      needsConfirmation: true,
    });
    await expect(ask("textDocument/rename", { ...at(4, 12), newName: "no name" })).rejects.toThrow(
      "letters, digits",
    );
    await expect(ask("textDocument/prepareRename", at(0, 2))).rejects.toThrow("put the cursor on one");
  });

  test("what is typed counts at once, in other files too", async () => {
    await start();
    await client.open(uriOf("records.yaml"), records);
    await client.change(uriOf("records.yaml"), records.replace("job:x:sum", "job:z:sum"));
    expect(await ask<Location[]>("textDocument/definition", at(4, 12))).toEqual([]);
    await client.change(uriOf("records.yaml"), records);
    expect(await ask<Location[]>("textDocument/definition", at(4, 12))).toHaveLength(1);
  });

  test("symbols of the workspace, and the hierarchy of what feeds what", async () => {
    await start();
    const symbols = await ask<SymbolInformation[]>("workspace/symbol", { query: "jxs" });
    expect(symbols.map(({ name, containerName }) => `${name} ${containerName}`)).toEqual(["job:x:sum sums"]);
    const [item] = await ask<CallHierarchyItem[]>("textDocument/prepareCallHierarchy", at(4, 12));
    expect(item).toMatchObject({ name: "job:x:sum", uri: uriOf("records.yaml") });
    const callers = await ask<CallHierarchyIncomingCall[]>("callHierarchy/incomingCalls", { item });
    expect(callers.map(({ from, fromRanges }) => `${from.name} ${fromRanges.length}`)).toEqual([
      "High 1",
      "Low 1",
      "dashboard.json 1",
    ]);
    const callees = await ask<unknown[]>("callHierarchy/outgoingCalls", { item });
    expect(callees).toEqual([]);
  });

  test("findings follow the rules of other files", async () => {
    await start();
    const bad = alerts.replace('alertname="High"', 'alertname="Hig"');
    await client.change(uriOf("alerts.yaml"), bad);
    const pull = async (): Promise<readonly string[]> =>
      (await client.pull(uriOf("alerts.yaml"))).map(({ code }) => String(code));
    expect(await pull()).toContain("rule.alerts-metric-unknown");
    await client.open(uriOf("records.yaml"), `${records}  - alert: Hig\n    expr: x > 1\n`);
    expect(await pull()).not.toContain("rule.alerts-metric-unknown");
  });
});

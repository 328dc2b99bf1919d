import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type {
  ApplyWorkspaceEditParams,
  CodeAction,
  CodeLens,
  TextDocumentEdit,
  WorkspaceEdit,
} from "vscode-languageserver/node";
import type { TestResult, TestsResult } from "../../server/src/protocol.ts";
import { ruleTests, testedRules } from "../rule-tests.ts";
import { findTool } from "../stack/tools/locate.ts";
import { modes, TestClient, vscodeLike } from "./client.ts";
import { fakePrometheus } from "./fake-prometheus.ts";

const rules = testedRules;
const tests = ruleTests("rules.yml", "interval: 1m");

describe.each(modes)("promscope.test, %s", (mode) => {
  let client: TestClient;
  let folder: string;
  let promtool: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "promscope-lsp-tests-"));
    writeFileSync(join(folder, "rules.yml"), rules);
    writeFileSync(join(folder, "rules_test.yml"), tests);
    promtool = (await findTool("promtool")) ?? "";
  });
  afterEach(async () => {
    await client.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const uriOf = (name: string): string => pathToFileURL(join(folder, name)).href;
  const run = (argument: object): Promise<TestResult> =>
    client.connection.sendRequest("workspace/executeCommand", {
      command: "promscope.test",
      arguments: [argument],
    });

  test("runs what stands in the editor, and tells each failure at its entry", async () => {
    client = await TestClient.start(mode, { settings: { promtool } });
    const uri = uriOf("rules_test.yml");
    await client.open(uri, tests);
    expect(await run({ uri })).toEqual({
      ok: true,
      uri,
      refusal: null,
      warnings: [],
      tests: [
        {
          index: 0,
          name: "fires",
          range: { start: { line: 2, character: 10 }, end: { line: 2, character: 15 } },
          status: "passed",
          failures: [],
        },
        {
          index: 1,
          name: "unnamed#1",
          range: { start: { line: 12, character: 4 }, end: { line: 12, character: 12 } },
          status: "failed",
          failures: [
            {
              message: "At 1m the expression gives other samples than expected.",
              range: { start: { line: 14, character: 14 }, end: { line: 14, character: 23 } },
              expected: "{} 2E+00",
              got: "{} 1E+00",
            },
          ],
        },
      ],
    });
    expect(await run({ uri, test: "fires" })).toMatchObject({ tests: [{ index: 0 }] });
    // The rules of the editor count, not those on disk.
    await client.open(uriOf("rules.yml"), rules.replace("== 0", "== 7"));
    expect(await run({ uri, test: 0 })).toMatchObject({
      tests: [{ status: "failed", failures: [{ range: { start: { line: 9, character: 19 } }, got: "[]" }] }],
    });
  });

  test("says why nothing was run", async () => {
    client = await TestClient.start(mode, { settings: { promtool: join(folder, "none") } });
    const uri = uriOf("rules_test.yml");
    expect(await run({ uri })).toMatchObject({
      ok: false,
      problem: expect.stringContaining("promtool was not found"),
    });
    expect(await run({ uri: uriOf("rules.yml") })).toMatchObject({
      ok: false,
      problem: expect.stringContaining("no file of rule unit"),
    });
    expect(await run({})).toMatchObject({
      ok: false,
      problem: expect.stringContaining("Save the file first"),
    });
  });

  test("creates a test of a rule beside it, which passes", async () => {
    client = await TestClient.start(mode, { settings: { promtool } });
    const uri = uriOf("rules.yml");
    await client.open(uri, rules);
    let edit: WorkspaceEdit | undefined;
    client.connection.onRequest("workspace/applyEdit", (params: ApplyWorkspaceEditParams) => {
      edit = params.edit;
      return { applied: true };
    });
    const position = { line: 3, character: 12 };
    const actions: CodeAction[] = await client.connection.sendRequest("textDocument/codeAction", {
      textDocument: { uri },
      range: { start: position, end: position },
      context: { diagnostics: [], only: ["refactor.extract"] },
    });
    const action = actions.find(({ title }) => title === "Create a Unit Test of This Rule");
    const { command, arguments: args } = action?.command ?? {};
    // Where a rule is said to have no test, it is the fix.
    const report = {
      range: { start: position, end: position },
      message: "…",
      code: "rule.test-uncovered-rule",
    };
    const fixes: CodeAction[] = await client.connection.sendRequest("textDocument/codeAction", {
      textDocument: { uri },
      range: report.range,
      context: { diagnostics: [report], only: ["quickfix"] },
    });
    expect(fixes).toMatchObject([{ title: action?.title, diagnostics: [{ code: report.code }] }]);
    const made = await client.connection.sendRequest("workspace/executeCommand", {
      command,
      arguments: args,
    });
    const target = uriOf("rules_test.yml");
    expect(made).toEqual({ ok: true, uri: target });
    // There are tests of these rules already: it goes behind them.
    const [change] = (edit?.documentChanges ?? []) as TextDocumentEdit[];
    expect(edit?.documentChanges).toHaveLength(1);
    const [insert] = change?.edits ?? [];
    const written = insert !== undefined && "newText" in insert ? insert.newText : "";
    expect(insert).toMatchObject({ range: { start: { line: 18, character: 0 } } });
    expect(written).toContain("alertname: Down");
    writeFileSync(join(folder, "rules_test.yml"), tests + written);
    expect(await run({ uri: target, test: "Down" })).toMatchObject({
      ok: true,
      tests: [{ index: 2, name: "Down", status: "passed" }],
    });
    // A file that tests something else is left alone.
    writeFileSync(join(folder, "rules_test.yml"), tests.replace("rules.yml", "other.yml"));
    const other = await client.connection.sendRequest("workspace/executeCommand", {
      command,
      arguments: args,
    });
    expect(other).toEqual({ ok: true, uri: uriOf("rules_test-2.yml") });
    expect(edit?.documentChanges?.[0]).toMatchObject({ kind: "create", uri: uriOf("rules_test-2.yml") });
  });

  test("creates a test of a rule of a PrometheusRule, with series that the backend has", async () => {
    const backend = await fakePrometheus();
    client = await TestClient.start(mode, {
      settings: { promtool, environments: [{ name: "Dev", backend: backend.url }] },
    });
    try {
      const uri = uriOf("object.yaml");
      const object = `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: one}
spec:
  groups:
    - name: g
      rules:
        - alert: Errors
          expr: rate(http_requests_total{code="500"}[5m]) > 7 and on(job) unknown_total > 1
`;
      await client.open(uri, object);
      let edit: WorkspaceEdit | undefined;
      client.connection.onRequest("workspace/applyEdit", (params: ApplyWorkspaceEditParams) => {
        edit = params.edit;
        return { applied: true };
      });
      const made = await client.connection.sendRequest("workspace/executeCommand", {
        command: "promscope.createTest",
        arguments: [{ uri, position: { line: 7, character: 18 } }],
      });
      const target = uriOf("object_test.yaml");
      expect(made).toEqual({ ok: true, uri: target });
      const [, insert] = edit?.documentChanges ?? [];
      const text = (insert as TextDocumentEdit | undefined)?.edits[0];
      const written = text !== undefined && "newText" in text ? text.newText : "";
      expect(written).toContain(`series: 'http_requests_total{code="500", job="web"}'`);
      // Nothing has this one; it is made up so that it goes with the others.
      expect(written).toContain(`series: 'unknown_total{job="web"}'`);
      expect(written).toContain("# Label values are those of series in Dev.");
      expect(backend.asked.filter((path) => /\/query/.test(path))).toEqual([]);
      writeFileSync(join(folder, "object.yaml"), object);
      writeFileSync(join(folder, "object_test.yaml"), written);
      expect(await run({ uri: target })).toMatchObject({
        ok: true,
        tests: [{ name: "Errors", status: "passed" }],
      });
    } finally {
      await backend.close();
    }
  });

  test("tells that a test is being made, shows it, and says why there is none", async () => {
    const capabilities = {
      ...vscodeLike,
      window: { ...vscodeLike.window, workDoneProgress: true, showDocument: { support: true } },
    };
    client = await TestClient.start(mode, { settings: { promtool }, capabilities });
    const steps: unknown[] = [];
    client.connection.onRequest("window/workDoneProgress/create", () => null);
    client.connection.onNotification("$/progress", ({ value }: { value: { kind: string } }) => {
      steps.push(value.kind);
    });
    client.connection.onRequest("window/showDocument", ({ uri }: { uri: string }) => {
      steps.push(uri);
      return { success: true };
    });
    client.connection.onNotification("window/showMessage", ({ message }: { message: string }) => {
      steps.push(message);
    });
    client.connection.onRequest("workspace/applyEdit", () => ({ applied: true }));
    const uri = uriOf("rules.yml");
    await client.open(uri, rules);
    const create = (line: number): Promise<unknown> =>
      client.connection.sendRequest("workspace/executeCommand", {
        command: "promscope.createTest",
        arguments: [{ uri, position: { line, character: 12 } }],
      });
    await create(3);
    expect(steps).toEqual(["begin", uriOf("rules_test.yml"), "end"]);
    steps.length = 0;
    await create(0);
    expect(steps).toEqual(["There is no rule here that could be tested."]);
  });

  test("makes no test that promtool does not pass with the whole file", async () => {
    client = await TestClient.start(mode, { settings: { promtool } });
    client.connection.onRequest("workspace/applyEdit", () => ({ applied: true }));
    const create = async (name: string, text: string): Promise<unknown> => {
      await client.open(uriOf(name), text);
      return client.connection.sendRequest("workspace/executeCommand", {
        command: "promscope.createTest",
        arguments: [{ uri: uriOf(name), position: { line: 3, character: 12 } }],
      });
    };
    expect(await create("rules.yml", rules)).toMatchObject({ ok: true });
    const broken = `${rules}      - alert: Other\n        expr: up{\n`;
    expect(await create("broken.yml", broken)).toEqual({
      ok: false,
      problem:
        "promtool does not pass this test with all of the file: mend the errors in its other rules first.",
    });
  });

  test("lists the tests of a file, and a line above each runs it", async () => {
    client = await TestClient.start(mode, { settings: { promtool } });
    const uri = uriOf("rules_test.yml");
    await client.open(uri, tests);
    const listed: TestsResult = await client.connection.sendRequest("promscope/tests", { uri });
    expect(listed?.tests.map(({ name }) => name)).toEqual(["fires", "unnamed#1"]);
    expect(await client.connection.sendRequest("promscope/testFiles")).toContain(uri);
    const lenses: CodeLens[] = await client.connection.sendRequest("textDocument/codeLens", {
      textDocument: { uri },
    });
    expect(lenses.map(({ command }) => [command?.title, command?.command, command?.arguments])).toEqual([
      ["▶ Run all tests", "promscope.test", [{ uri }]],
      ["▶ Run test", "promscope.test", [{ uri, test: 0 }]],
      ["▶ Run test", "promscope.test", [{ uri, test: 1 }]],
    ]);
  });
});

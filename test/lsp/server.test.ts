import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type {
  CodeAction,
  CodeLens,
  CompletionList,
  Diagnostic,
  DocumentSymbol,
  Hover,
  SignatureHelp,
} from "vscode-languageserver/node";
import type { QueryOutcome, StatusParams } from "../../server/src/protocol.ts";
import { modes, plainClient, TestClient, withCursor } from "./client.ts";
import { type FakePrometheus, fakePrometheus } from "./fake-prometheus.ts";

const uri = "file:///workspace/rules/web.yaml";
const good = `groups:
- name: web
  rules:
  - alert: TooManyErrors
    expr: sum by (job) (rate(http_requests_total{code="500"}[5m])) > 1
    for: 5m
`;
const broken = good.replace("[5m]))", "[5m)");

const codes = (diagnostics: readonly Diagnostic[]): unknown[] => diagnostics.map(({ code }) => code);

describe.each(modes)("the language server, %s", (mode) => {
  let backend: FakePrometheus;
  let client: TestClient;

  beforeAll(async () => {
    backend = await fakePrometheus();
  });
  afterAll(() => backend.close());
  afterEach(() => client.stop());

  const start = (options: Parameters<typeof TestClient.start>[1] = {}): Promise<TestClient> =>
    TestClient.start(mode, {
      settings: { environments: [{ name: "Dev", backend: backend.url }] },
      ...options,
    });

  /** Waits until the server has read its settings and the backend has answered. */
  const connected = (): Promise<StatusParams> =>
    client.until(() => {
      const last = client.notifications.findLast(({ method }) => method === "promscope/status");
      const status = last?.params as StatusParams | undefined;
      return status?.environments[0]?.health === "ok" ? status : undefined;
    });

  test("pulled diagnostics follow the text", async () => {
    client = await start();
    await client.open(uri, broken);
    const found = await client.pull(uri);
    const first = found.find(({ message }) => String(message).includes("unexpected"));
    expect(first).toMatchObject({ code: "promql.syntax", severity: 1, source: "promscope" });
    expect(first?.range.start).toEqual({ line: 4, character: 63 });
    await client.change(uri, good);
    expect(codes(await client.pull(uri))).toEqual([]);
  });

  test("a client that cannot pull is told, with the version of the text", async () => {
    client = await start({ capabilities: plainClient });
    await client.open(uri, broken);
    const published = await client.until(() =>
      client.notifications.find(({ method }) => method === "textDocument/publishDiagnostics"),
    );
    const { diagnostics, ...rest } = published.params as { diagnostics: Diagnostic[] };
    expect(rest).toEqual({ uri, version: 1 });
    expect(new Set(codes(diagnostics))).toEqual(new Set(["promql.syntax"]));
    expect(client.registered).toEqual([]);
  });

  test("finds what is wrong in the template of a chart, as Prometheus will see it", async () => {
    client = await start();
    const chart = "file:///workspace/charts/web/templates/rules.yaml";
    const open = "{{- if .Values.on }}\n";
    const text = `${open}${good}    annotations:\n      a: "{{\`{{ $labels.pod }}\`}} {{ .Values.x }}"\n{{- end }}\n`;
    await client.open(chart, text);
    const found = await client.pull(chart);
    expect(codes(found)).toEqual(["template.missing-label"]);
    expect(found[0]?.range.start).toEqual({ line: 8, character: 23 });
    await client.change(chart, text.replace("$labels.pod", "$labels.job"));
    expect(codes(await client.pull(chart))).toEqual([]);
    expect(await client.at<Hover>("textDocument/hover", chart, 5, 11)).not.toBeNull();
  });

  test("is silent for YAML that is not ours", async () => {
    client = await start();
    await client.open(uri, "name: x\nlist: [1, 2\n");
    expect(await client.pull(uri)).toEqual([]);
    expect(await client.at("textDocument/hover", uri, 0, 2)).toBeNull();
    expect(await client.at("textDocument/completion", uri, 0, 2)).toBeNull();
    const lenses = await client.connection.sendRequest("textDocument/codeLens", { textDocument: { uri } });
    expect(lenses ?? []).toEqual([]);
  });

  test("completes metrics, and labels within the matchers already typed", async () => {
    client = await start();
    await connected();
    const complete = async (marked: string): Promise<string[]> => {
      const { text, line, character } = withCursor(good.replace(/expr: .*/, `expr: ${marked}`));
      await client.open(uri, text);
      const list = await client.at<CompletionList>("textDocument/completion", uri, line, character);
      await client.close(uri);
      return list.items.map(({ label }) => label);
    };
    expect(await complete("http_re‸")).toContain("http_requests_total");
    expect(await complete('http_requests_total{job="api",‸}')).toContain("code");
    const values = await complete('http_requests_total{job="api", code="‸"}');
    expect(values).toContain("200");
    expect(values).not.toContain("500");
    expect(await complete("ra‸")).toContain("rate");
  });

  test("documents a metric when its item is chosen", async () => {
    client = await start();
    await connected();
    const { text, line, character } = withCursor(good.replace(/expr: .*/, "expr: queue_‸"));
    await client.open(uri, text);
    const list = await client.at<CompletionList>("textDocument/completion", uri, line, character);
    const item = list.items.find(({ label }) => label === "queue_depth");
    const full = await client.connection.sendRequest("completionItem/resolve", item);
    expect(JSON.stringify(full)).toContain("Jobs that wait");
  });

  test("hovers a metric, its HELP as text and not as markup", async () => {
    client = await start();
    await connected();
    await client.open(uri, good);
    const hover = await client.at<Hover>("textDocument/hover", uri, 4, 30);
    const text = (hover.contents as { value: string }).value;
    expect(text).toContain("counter");
    expect(text).toMatch(/Requests/);
    expect(text).not.toMatch(/(^|[^`\\])<b>(?![^`]*`)/);
  });

  test("helps with the parameters of a function", async () => {
    client = await start();
    const { text, line, character } = withCursor(
      good.replace(/expr: .*/, "expr: histogram_quantile(0.9, ‸)"),
    );
    await client.open(uri, text);
    const help = await client.at<SignatureHelp>("textDocument/signatureHelp", uri, line, character);
    expect(help.signatures[0]?.label).toContain("histogram_quantile");
    expect(help.activeParameter).toBe(1);
  });

  test("shows one lens above a rule, which runs the query", async () => {
    client = await start();
    await connected();
    await client.open(uri, good);
    const lenses = await client.connection.sendRequest<CodeLens[]>("textDocument/codeLens", {
      textDocument: { uri },
    });
    expect(lenses.map(({ command }) => command?.title)).toContain("▶ Run on Dev");
    expect(lenses[0]?.range.start.line).toBe(3);
    expect(lenses[0]?.command?.command).toBe("promscope.runQuery");
    const outcome = await client.connection.sendRequest<QueryOutcome>("workspace/executeCommand", {
      command: "promscope.query",
      arguments: [{ environment: "Dev", expr: "up" }],
    });
    expect(outcome).toMatchObject({
      ok: true,
      answer: { resultType: "vector", series: [{ labels: { job: "web" } }] },
    });
  });

  test("says which argument of a query is wrong", async () => {
    client = await start();
    await expect(
      client.connection.sendRequest("workspace/executeCommand", {
        command: "promscope.query",
        arguments: [{}],
      }),
    ).rejects.toThrow("expr");
    const outcome = await client.connection.sendRequest<QueryOutcome>("workspace/executeCommand", {
      command: "promscope.query",
      arguments: [{ environment: "Nowhere", expr: "up" }],
    });
    expect(outcome).toMatchObject({ ok: false, failure: { reason: "not-configured" } });
  });

  test("offers fixes as versioned edits", async () => {
    client = await start();
    await client.open(uri, good.replace("expr:", "exp:"));
    const diagnostics = await client.pull(uri);
    const actions = await client.connection.sendRequest<CodeAction[]>("textDocument/codeAction", {
      textDocument: { uri },
      range: { start: { line: 4, character: 5 }, end: { line: 4, character: 5 } },
      context: { diagnostics },
    });
    const rename = actions.find(({ title }) => title.includes("expr"));
    expect(rename?.edit?.documentChanges).toMatchObject([{ textDocument: { uri, version: 1 } }]);
  });

  test("colours the words of PromQL and folds groups", async () => {
    client = await start();
    await client.open(uri, good);
    const { data } = await client.connection.sendRequest<{ data: number[] }>(
      "textDocument/semanticTokens/full",
      {
        textDocument: { uri },
      },
    );
    // The first word is `sum` on line 4, column 10, 3 long.
    expect(data.slice(0, 3)).toEqual([4, 10, 3]);
    const folds = await client.connection.sendRequest("textDocument/foldingRange", { textDocument: { uri } });
    expect(folds).toContainEqual({ startLine: 1, endLine: 5 });
  });

  test("lists groups and rules", async () => {
    client = await start();
    await client.open(uri, good);
    const symbols = await client.connection.sendRequest<DocumentSymbol[]>("textDocument/documentSymbol", {
      textDocument: { uri },
    });
    expect(symbols.map(({ name }) => name)).toEqual(["web"]);
    expect(symbols[0]?.children?.map(({ name }) => name)).toEqual(["TooManyErrors"]);
  });

  test("gives the whole expression or the smallest part that can run", async () => {
    client = await start();
    await client.open(uri, good);
    const at = { line: 4, character: 45 };
    const ask = (which: string): Promise<{ expr: string; environments: string[] }> =>
      client.connection.sendRequest("promscope/expressionAt", { uri, range: { start: at, end: at }, which });
    expect((await ask("whole")).expr).toBe('sum by (job) (rate(http_requests_total{code="500"}[5m])) > 1');
    expect((await ask("smallest")).expr).toMatch(/^http_requests_total/);
  });

  test("goes on when the backend is down, and says so", async () => {
    client = await start({ settings: { environments: [{ name: "Dev", backend: "http://127.0.0.1:1" }] } });
    const status = await client.until(() => {
      const last = client.notifications.findLast(({ method }) => method === "promscope/status");
      const found = last?.params as StatusParams | undefined;
      return found?.environments[0]?.health === "down" ? found : undefined;
    });
    expect(status.environments[0]?.message).toContain("127.0.0.1:1");
    await client.open(uri, broken);
    expect(codes(await client.pull(uri))).toContain("promql.syntax");
  });

  test("tells the client which environments ask first, and no credentials", async () => {
    const backendWithPassword = backend.url.replace("http://", "http://me:hunter2@");
    client = await start({
      settings: { environments: [{ name: "Prod", backend: backendWithPassword, protected: true }] },
    });
    const status = await connected();
    expect(status.environments).toMatchObject([{ name: "Prod", protected: true, backend: backend.url }]);
    expect(JSON.stringify(client.notifications)).not.toContain("hunter2");
  });

  test("answers what it does not know as the protocol wants", async () => {
    client = await start();
    await expect(client.connection.sendRequest("promscope/nothing", {})).rejects.toMatchObject({
      code: -32601,
    });
    await client.connection.sendNotification("$/nothing", {});
    expect(await client.pull("file:///never-opened.yaml")).toEqual([]);
  });

  test("survives any text", async () => {
    client = await start();
    const texts = [
      "",
      "\u0000\uffff",
      "groups:\n- name: [",
      "groups:\n- rules:\n  - expr: '\n",
      "groups: ".repeat(2000),
      good.replaceAll("\n", "\r\n"),
    ];
    for (const text of texts) {
      await client.open(uri, text);
      await client.pull(uri);
      await client.at("textDocument/completion", uri, 0, 3);
      await client.at("textDocument/hover", uri, 0, 3);
      await client.close(uri);
    }
    await client.open(uri, good);
    expect(await client.pull(uri)).toEqual([]);
  });
});

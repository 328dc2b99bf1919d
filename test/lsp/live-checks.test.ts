import { expect, onTestFinished, test } from "vitest";
import type { CodeAction, Diagnostic } from "vscode-languageserver/node";
import type { AlertCountAnswer, HistoryAnswer } from "../../server/src/protocol.ts";
import { TestClient } from "./client.ts";
import { type FakePrometheus, fakePrometheus } from "./fake-prometheus.ts";

const uri = "file:///workspace/rules/web.yaml";
const ruleWith = (expr: string): string =>
  `groups:\n- name: web\n  rules:\n  - alert: A\n    for: 5m\n    expr: ${expr}\n`;

async function started(delayMs = 0): Promise<{ client: TestClient; backend: FakePrometheus }> {
  const backend = await fakePrometheus();
  onTestFinished(() => backend.close());
  const settings = { environments: [{ name: "Dev", backend: backend.url }] };
  const client = await TestClient.start("in-band", { settings, checks: { delayMs } });
  onTestFinished(() => client.stop());
  return { client, backend };
}

const refreshes = (client: TestClient): number =>
  client.notifications.filter(({ method }) => method === "workspace/diagnostic/refresh").length;

/** Pulls as an editor does: after each refresh, until the findings satisfy the test. */
async function pulled(
  client: TestClient,
  wanted: (diagnostics: readonly Diagnostic[]) => boolean,
): Promise<readonly Diagnostic[]> {
  for (;;) {
    const seen = refreshes(client);
    const diagnostics = await client.pull(uri);
    if (wanted(diagnostics)) return diagnostics;
    await client.until(() => (refreshes(client) > seen ? true : undefined));
  }
}

const live = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  diagnostics.filter(({ code }) => String(code).startsWith("live."));

test("a metric that is not there is told when the names have come, and no sooner", async () => {
  const { client } = await started();
  await client.open(uri, ruleWith("queue_detph > 5"));
  expect(live(await client.pull(uri))).toEqual([]);
  const found = await pulled(client, (all) => live(all).length > 0);
  expect(live(found)).toMatchObject([
    {
      code: "live.metric-missing",
      message: "Dev has no metric `queue_detph` now; did you mean `queue_depth`?",
      range: { start: { line: 5, character: 10 }, end: { line: 5, character: 21 } },
    },
  ]);
});

test("labels, values and types likewise", async () => {
  const { client } = await started();
  await client.open(uri, ruleWith(`rate(queue_depth{jbo="api"}[5m]) > http_requests_total{job="webb"}`));
  const found = await pulled(client, (all) => all.length >= 4);
  expect(found.map(({ code, severity }) => `${code} ${severity}`).sort()).toEqual([
    "live.label-missing 2",
    "live.value-missing 2",
    "promql.counter-raw 2",
    "promql.rate-on-gauge 1",
  ]);
});

// On a busy machine keys come slowly; no text between two of them may count as one that stands still.
test("typing asks the index once for a new selector, and never runs a query", {
  timeout: 60_000,
}, async () => {
  const { client, backend } = await started(1_000);
  const typed = `sum by (job) (rate(http_requests_total{job="web",code=~"5.."}[5m])) > 10 * queue_depth{job="worker"}`;
  expect(typed.length).toBeGreaterThanOrEqual(100);
  await client.open(uri, ruleWith("up"));
  await pulled(client, () => backend.asked.some((path) => /label\/__name__.*limit=1\d/.test(path)));
  for (let length = 1; length <= typed.length; length++) {
    await client.change(uri, ruleWith(typed.slice(0, length)));
    await client.pull(uri);
  }
  await pulled(client, (all) => live(all).some(({ message }) => String(message).includes("worker")));
  const asked = (of: RegExp): string[] => backend.asked.filter((path) => of.test(path));
  expect(asked(/^\/api\/v1\/query/)).toEqual([]);
  // Two selectors stand there at the end, and several unfinished ones stood there before.
  expect(asked(/^\/api\/v1\/(?:series|labels|label\/(?!__name__))/).length).toBeLessThanOrEqual(2);
  expect(asked(/^\/api\/v1\/label\/__name__.*limit=1\d/)).toHaveLength(1);
  expect(asked(/^\/api\/v1\/metadata/).length).toBeLessThanOrEqual(1);
});

test("what is known is not asked again for another rule that reads the same", async () => {
  const { client, backend } = await started();
  await client.open(uri, ruleWith(`queue_depth{job="worker"} > 1`));
  await pulled(client, (all) => live(all).length > 0);
  const before = backend.asked.length;
  await client.change(uri, ruleWith(`queue_depth{job="worker"} > 2 and queue_depth{job="work"} > 1`));
  expect(live(await client.pull(uri))).toHaveLength(2);
  expect(backend.asked.slice(before).filter((path) => !path.includes("status/"))).toEqual([]);
});

test("nothing is said while the backend is away, nor without one", async () => {
  const { client, backend } = await started();
  await backend.close();
  await client.open(uri, ruleWith("queue_detph > 5"));
  await client.pull(uri);
  await client.until(() => (refreshes(client) > 0 ? true : undefined));
  expect(live(await client.pull(uri))).toEqual([]);
});

test("the history of what is missing is looked up when someone asks for it", async () => {
  const { client, backend } = await started();
  await client.open(uri, ruleWith(`queue_depth{job="workers"} > 5`));
  await pulled(client, (all) => live(all).length > 0);
  const range = { start: { line: 5, character: 25 }, end: { line: 5, character: 25 } };
  const actions = await client.connection.sendRequest<CodeAction[]>("textDocument/codeAction", {
    textDocument: { uri },
    range,
    context: { diagnostics: [] },
  });
  const action = actions.find(({ command }) => command?.command === "promscope.history");
  expect(action?.title).toBe("Check the history of this selector");
  expect(backend.asked.filter((path) => path.startsWith("/api/v1/query"))).toEqual([]);
  const answer = await client.connection.sendRequest<HistoryAnswer>("workspace/executeCommand", {
    command: action?.command?.command,
    arguments: action?.command?.arguments,
  });
  expect(answer.selector).toBe('{__name__="queue_depth",job="workers"}');
  expect(answer.environments).toMatchObject([{ environment: "Dev" }]);
  const asked = backend.asked.filter((path) => path.startsWith("/api/v1/query_range"));
  expect(asked).toHaveLength(2);
  const shown = client.notifications.filter(({ method }) => method === "window/showMessage");
  expect(shown).toMatchObject([{ params: { message: answer.environments[0]?.message } }]);
});

test("the alerts of the last day are counted when someone asks for it", async () => {
  const { client, backend } = await started();
  await client.open(uri, ruleWith(`queue_depth{job="workers"} > 5`));
  await pulled(client, (all) => live(all).length > 0);
  const range = { start: { line: 3, character: 6 }, end: { line: 3, character: 6 } };
  const actions = await client.connection.sendRequest<CodeAction[]>("textDocument/codeAction", {
    textDocument: { uri },
    range,
    context: { diagnostics: [] },
  });
  const action = actions.find(({ command }) => command?.command === "promscope.alertCount");
  expect(action?.title).toBe("Count the Alerts of the Last Day");
  expect(backend.asked.filter((path) => path.startsWith("/api/v1/query"))).toEqual([]);
  const answer = await client.connection.sendRequest<AlertCountAnswer>("workspace/executeCommand", {
    command: action?.command?.command,
    arguments: action?.command?.arguments,
  });
  expect(answer).toMatchObject({ alert: "A", environments: [{ environment: "Dev" }] });
  expect(answer.environments[0]?.message).toMatch(/^Dev: (?:no alert|\d+ alerts?) in the last day/);
  expect(backend.asked.filter((path) => path.startsWith("/api/v1/query_range"))).toHaveLength(2);
});

test("why a server gives up what was run stands in the text until it is edited", async () => {
  const { client, backend } = await started();
  backend.refuses = {
    errorType: "execution",
    error:
      'found duplicate series for the match group {job="web"} on the right hand-side of the operation: [{__name__="queue_depth", job="web", pod="a"}, {__name__="queue_depth", job="web", pod="b"}];many-to-many matching not allowed: matching labels must be unique on one side',
  };
  const expr = "http_requests_total * on (job) queue_depth";
  await client.open(uri, ruleWith(expr));
  await client.connection.sendRequest("workspace/executeCommand", {
    command: "promscope.query",
    arguments: [{ environment: "Dev", expr }],
  });
  const told = (all: readonly Diagnostic[]): readonly Diagnostic[] =>
    all.filter(({ code }) => code === "live.many-to-many");
  const found = await pulled(client, (all) => told(all).length > 0);
  expect(told(found)).toMatchObject([
    {
      severity: 1,
      message: 'Dev: the right side has several series with job="web" (pod "a", "b"): aggregate it.',
      range: { start: { line: 5, character: 30 }, end: { line: 5, character: 40 } },
    },
  ]);
  const asked = backend.asked.filter((path) => path.startsWith("/api/v1/query"));
  await client.change(uri, ruleWith(`${expr} > 1`));
  expect(told(await client.pull(uri))).toEqual([]);
  expect(backend.asked.filter((path) => path.startsWith("/api/v1/query"))).toEqual(asked);
});

test("what a server says of a query stands in the text until it is edited", async () => {
  const { client, backend } = await started();
  backend.infos.push('PromQL info: metric might not be a counter: "queue_depth" (1:6)');
  const expr = "rate(queue_depth[5m])";
  await client.open(uri, ruleWith(expr));
  await client.connection.sendRequest("workspace/executeCommand", {
    command: "promscope.query",
    arguments: [{ environment: "Dev", expr }],
  });
  const noted = (all: readonly Diagnostic[]): readonly Diagnostic[] =>
    all.filter(({ code }) => code === "live.query-annotation");
  const found = await pulled(client, (all) => noted(all).length > 0);
  expect(noted(found)).toMatchObject([
    {
      severity: 3,
      message: 'Dev says: metric might not be a counter: "queue_depth"',
      range: { start: { line: 5, character: 15 }, end: { line: 5, character: 26 } },
    },
  ]);
  await client.change(uri, ruleWith("rate(queue_depth[6m])"));
  expect(noted(await client.pull(uri))).toEqual([]);
});

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type {
  QueryCommandResult,
  QueryOutcome,
  QueryParams,
  QueryQuestionResult,
} from "../../server/src/protocol.ts";
import { TestClient } from "./client.ts";
import { type FakePrometheus, fakePrometheus } from "./fake-prometheus.ts";

let backend: FakePrometheus;
let client: TestClient;

beforeAll(async () => {
  backend = await fakePrometheus();
});
afterAll(() => backend.close());
afterEach(() => client.stop());

async function start(options: Parameters<typeof TestClient.start>[1] = {}): Promise<void> {
  const environments = [
    { name: "Dev", backend: backend.url },
    { name: "Prod", backend: backend.url, protected: true },
  ];
  // The backend has three series of http_requests_total: more than one sample is much here.
  client = await TestClient.start("in-band", {
    settings: { environments, query: { heavySamples: 1 } },
    ...options,
  });
}

function run(params: QueryParams): Promise<QueryCommandResult> {
  backend.asked.length = 0;
  const request = { command: "promscope.query", arguments: [params] };
  return client.connection.sendRequest<QueryCommandResult>("workspace/executeCommand", request);
}

const wasRun = (): boolean => backend.asked.some((path) => path.startsWith("/api/v1/query?"));

test("the command gives what the command line prints, the request of our own client the outcome alone", async () => {
  await start();
  const result = await run({ environment: "Dev", expr: "queue_depth" });
  if (!result.ok) throw new Error(result.failure.message);
  const { ok, answer, ...printed } = result;
  expect(ok).toBe(true);
  expect(printed).toEqual(answer);
  expect(printed).toMatchObject({
    backend: backend.url,
    resultType: "vector",
    series: [{ labels: { job: "web" }, values: [[1_700_000_000, "42"]] }],
    warnings: [],
    infos: [],
    completeness: { status: "complete", missing: [] },
    stats: null,
  });
  const params: QueryParams = { environment: "Dev", expr: "queue_depth" };
  const outcome = await client.connection.sendRequest<QueryOutcome>("promscope/query", params);
  expect(Object.keys(outcome).sort()).toEqual(["answer", "ok"]);
});

describe("a query that a person has to allow", () => {
  test("runs after the editor's own question was answered with yes, and only then", async () => {
    const questions: string[] = [];
    let answer = "Run";
    await start({
      onQuestion: (message) => {
        questions.push(message);
        return answer;
      },
    });
    expect(await run({ environment: "Dev", expr: "http_requests_total" })).toMatchObject({ ok: true });
    expect(questions).toEqual(["It would read about 3 samples of 3 series: run this query on Dev?"]);
    answer = "Cancel";
    const outcome = await run({ environment: "Dev", expr: "http_requests_total" });
    expect(outcome).toMatchObject({ ok: false, failure: { reason: "cancelled" } });
    expect(wasRun()).toBe(false);
    expect(await run({ environment: "Prod", expr: "queue_depth" })).toMatchObject({ ok: false });
    expect(questions.at(-1)).toMatch(
      /^Prod is protected, and it would read about 1 samples of 1 series: run it\?$/,
    );
  });

  test("is not asked about where it reads little, or where it was confirmed before", async () => {
    await start({
      onQuestion: () => {
        throw new Error("nobody should be asked");
      },
    });
    expect(await run({ environment: "Dev", expr: "queue_depth" })).toMatchObject({ ok: true });
    const heavy = { environment: "Prod", expr: "http_requests_total", confirmed: true };
    expect(await run(heavy)).toMatchObject({ ok: true });
  });

  test("is refused where the editor cannot ask, with what to do", async () => {
    await start();
    const outcome = await run({ environment: "Prod", expr: "queue_depth" });
    expect(outcome).toMatchObject({
      ok: false,
      failure: {
        reason: "limited",
        message: expect.stringMatching(/^Prod is protected, and .*; send `confirmed` to run it\.$/),
      },
    });
    expect(wasRun()).toBe(false);
  });

  test("can be asked about by the client itself", async () => {
    await start();
    const ask = (params: QueryParams): Promise<QueryQuestionResult> =>
      client.connection.sendRequest<QueryQuestionResult>("promscope/queryQuestion", params);
    expect(await ask({ environment: "Dev", expr: "queue_depth" })).toEqual({ question: null });
    expect(await ask({ environment: "Dev", expr: "rate(http_requests_total[1h])" })).toMatchObject({
      question: { heavy: true, reasons: [expect.stringContaining("720 samples of 3 series")] },
    });
    expect(await ask({ environment: "Dev", expr: "sum(" })).toEqual({ question: null });
    expect(backend.asked.some((path) => path.includes("/query"))).toBe(false);
  });
});

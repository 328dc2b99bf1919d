import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { QueryOutcome, QueryParams, QueryQuestionResult } from "../../server/src/protocol.ts";
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

function run(params: QueryParams): Promise<QueryOutcome> {
  backend.asked.length = 0;
  const request = { command: "promscope.query", arguments: [params] };
  return client.connection.sendRequest<QueryOutcome>("workspace/executeCommand", request);
}

const wasRun = (): boolean => backend.asked.some((path) => path.startsWith("/api/v1/query?"));

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
    expect(questions).toEqual([
      "Run this query on Dev? It would read about 3 samples of 3 series, estimated from the series that there are.",
    ]);
    answer = "Cancel";
    const outcome = await run({ environment: "Dev", expr: "http_requests_total" });
    expect(outcome).toMatchObject({ ok: false, failure: { reason: "cancelled" } });
    expect(wasRun()).toBe(false);
    expect(await run({ environment: "Prod", expr: "queue_depth" })).toMatchObject({ ok: false });
    expect(questions.at(-1)).toMatch(
      /^Run this query on Prod\? Prod is protected\. It would read about 1 samples/,
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
      failure: { reason: "limited", message: expect.stringMatching(/^Prod is protected\..*`confirmed`/) },
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

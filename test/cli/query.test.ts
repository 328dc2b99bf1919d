import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { printAnswer } from "../../server/src/cli/query-output.ts";
import { defaultStep, readStep, readTime } from "../../server/src/cli/query-times.ts";
import type { QueryAnswer } from "../../server/src/world/query.ts";
import { Sandbox } from "./run.ts";

let url: string;
const asked: URLSearchParams[] = [];
let authorization: string | undefined;

/** One series for any instant query, two points for any range; `bad` is refused as Prometheus refuses it. */
const server = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk: Buffer) => {
    body += chunk.toString();
  });
  request.on("end", () => {
    const path = request.url ?? "";
    const send = (status: number, value: unknown): void =>
      void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    const params = new URLSearchParams(body);
    if (!path.startsWith("/api/v1/query")) {
      if (path === "/api/v1/status/buildinfo")
        send(200, { status: "success", data: { version: "3.16.0", x: "" } });
      else response.writeHead(404, { "content-type": "text/plain" }).end("404 page not found\n");
      return;
    }
    authorization = request.headers.authorization;
    asked.push(params);
    if (params.get("query") === "sum(bad") {
      const error = 'invalid parameter "query": 1:4: parse error: unclosed left parenthesis';
      send(400, { status: "error", errorType: "bad_data", error });
      return;
    }
    const metric = { __name__: "up", job: 'a"b,\u001b[31m', instance: "x" };
    const data =
      path === "/api/v1/query"
        ? { resultType: "vector", result: [{ metric, value: [1795367596.5, "1"] }] }
        : {
            resultType: "matrix",
            result: [
              {
                metric: {},
                values: [
                  [1, "1"],
                  [2, "NaN"],
                ],
              },
            ],
          };
    send(200, { status: "success", data, infos: ["PromQL info: a hint"] });
  });
});

let sandbox: Sandbox;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  sandbox = new Sandbox();
  asked.length = 0;
});
afterEach(() => sandbox.dispose());

describe("promscope query", () => {
  test("prints a table that cannot steer a terminal, and notes on standard error", async () => {
    const { code, out, err } = await sandbox.run(["query", "up", "--backend", url]);
    expect(code).toBe(0);
    expect(out).toBe(
      `__name__  instance  job             time                      value\n` +
        `up        x         a"b,\\u001b[31m  2026-11-22T17:13:16.500Z  1\n`,
    );
    expect(err).toBe("info: PromQL info: a hint\n");
  });

  test("prints JSON of the promised form, and nothing else", async () => {
    const { code, out, err } = await sandbox.run(["query", "up", "--backend", url, "--format", "json"]);
    expect([code, err]).toEqual([0, ""]);
    expect(JSON.parse(out)).toEqual({
      backend: url,
      environment: url.replace("http://", ""),
      expression: "up",
      resultType: "vector",
      series: [
        { labels: { __name__: "up", job: 'a"b,\u001b[31m', instance: "x" }, values: [[1795367596.5, "1"]] },
      ],
      warnings: [],
      infos: ["PromQL info: a hint"],
      completeness: { status: "complete", missing: [] },
      elapsedMs: expect.any(Number),
      stats: null,
    });
  });

  test("prints CSV of a range", async () => {
    const args = ["query", "up", "--backend", url, "--start", "-1h", "--format", "csv"];
    const { code, out } = await sandbox.run(args);
    expect(code).toBe(0);
    expect(out).toBe("time,value\r\n1970-01-01T00:00:01.000Z,1\r\n1970-01-01T00:00:02.000Z,NaN\r\n");
    const [sent] = asked;
    expect(Number(sent?.get("end")) - Number(sent?.get("start"))).toBeCloseTo(3_600, 0);
    expect(sent?.get("step")).toBe("15");
  });

  test("asks an environment of promscope.yaml, with its http config, from a folder below", async () => {
    sandbox.write({
      "promscope.yaml": `environments:\n  - {name: Dev, backend: "${url}", httpConfig: secrets/http.yml}\n`,
      "secrets/http.yml": "bearer_token: geheim\n",
    });
    const { code, out } = await sandbox.run(["query", "up", "--env", "Dev", "--format", "json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ environment: "Dev" });
    expect(authorization).toBe("Bearer geheim");
    expect(out).not.toContain("geheim");
  });

  test("a protected environment is asked only with --yes where nobody sits at a terminal", async () => {
    sandbox.write({
      "promscope.yaml": `environments:\n  - {name: Prod, backend: "${url}", protected: true}\n`,
    });
    const refused = await sandbox.run(["query", "up", "--env", "Prod"]);
    expect([refused.code, refused.out, asked.length]).toEqual([2, "", 0]);
    expect(refused.err).toBe(
      "promscope: Prod is protected, and its cost could not be estimated; give --yes to run it.\n",
    );
    const { code, out } = await sandbox.run(["query", "up", "--env", "Prod", "--yes", "--format", "csv"]);
    expect(code).toBe(0);
    expect(out).toContain("__name__,instance,job,time,value\r\n");
  });

  test("an expression that is refused has its place marked, and the exit code 1", async () => {
    const { code, out, err } = await sandbox.run(["query", "sum(bad", "--backend", url]);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toBe(
      `promscope: ${url.slice(7)} cannot read the expression: unclosed left parenthesis\n  sum(bad\n     ^\n`,
    );
  });

  test("a backend that is not there is exit code 2 and one sentence", async () => {
    const { code, err } = await sandbox.run(["query", "up", "--backend", "http://no-such-host.invalid"]);
    expect(code).toBe(2);
    expect(err).toMatch(/^promscope: no-such-host\.invalid [^\n]+\.\n$/);
  });

  test.each([
    [["query", "up"], "Say what to ask: --backend URL or --env NAME."],
    [["query", "up", "--env", "Nope"], 'There is no environment "Nope"'],
    [["query", "", "--backend", "http://x"], "The expression is empty"],
    [["query", "up", "--backend", "nonsense"], "must be a URL"],
    [["query", "up", "--backend", "http://x", "--time", "soon"], "--time soon is no time"],
    [["query", "up", "--backend", "http://x", "--end", "now"], "--end and --step need --start."],
    [["query", "up", "--backend", "http://x", "--start", "now", "--end", "-1h"], "--end is before --start"],
    [["query", "up", "--backend", "http://x", "--start", "-1h", "--step", "0"], "--step 0 is no duration"],
    [["query", "up", "--backend", "http://x", "--start", "-1h", "--time", "now"], "give one of them"],
    [["query", "up", "--backend", "http://x", "--format", "xml"], "Allowed choices are table, json, csv"],
    [["query", "up", "--backend", "http://x", "--deadline", "-1"], "Give a number of seconds."],
    [["query"], "missing required argument"],
  ])("%j is a mistake in the arguments", async (args, words) => {
    const { code, out, err } = await sandbox.run(args);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(words);
  });
});

describe("times", () => {
  const now = Date.parse("2026-11-22T12:00:00Z") / 1000;
  test.each([
    ["now", now],
    ["-1h", now - 3_600],
    ["now-1h30m", now - 5_400],
    ["now - 1d", now - 86_400],
    ["+5m", now + 300],
    ["1795367596.5", 1795367596.5],
    ["2026-11-22T12:00:00Z", now],
    ["2026-11-22T14:00:00+02:00", now],
    ["2026-11-22T12:00", now],
    ["2026-11-22 12:00:00.000", now],
    ["2026-11-22", now - 43_200],
  ])("%s", (text, seconds) => {
    expect(readTime(text, "--time", now)).toBe(seconds);
  });

  test.each(["", "yesterday", "-1", "1h", "2026-13-45", "now-", "-5x"])("%j is none", (text) => {
    expect(() => readTime(text, "--time", now)).toThrow(/--time .* is no time/);
  });

  test("steps", () => {
    expect([readStep("15s", "--step"), readStep("1m30s", "--step"), readStep("0.5", "--step")]).toEqual([
      15, 90, 0.5,
    ]);
    expect([defaultStep(60), defaultStep(86_400), defaultStep(30 * 86_400)]).toEqual([15, 600, 14_400]);
  });
});

test("native histograms and fields with quotes are printed", () => {
  const answer: QueryAnswer = {
    backend: "http://x",
    expression: "h",
    resultType: "matrix",
    series: [
      {
        labels: { a: 'x,"y"' },
        values: [[2, "1"]],
        histograms: [[1, { count: "4", sum: "2.5", buckets: [] }]],
      },
      { labels: { b: "z" }, values: [] },
    ],
    warnings: [],
    infos: [],
    completeness: { status: "complete", missing: [] },
    elapsedMs: 1,
    stats: null,
  };
  expect(printAnswer(answer, "csv")).toBe(
    'a,b,time,value\r\n"x,""y""",,1970-01-01T00:00:01.000Z,"{count:4, sum:2.5}"\r\n"x,""y""",,1970-01-01T00:00:02.000Z,1\r\n',
  );
});

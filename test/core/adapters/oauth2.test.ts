import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createBackend } from "../../../server/src/adapters/prometheus/backend.ts";
import { neverCancelled as token } from "../../../server/src/base/cancellation.ts";
import type { QueryOutcome } from "../../../server/src/world/query.ts";
import { always, api, type FaultServer, faultServer } from "./fault-server.ts";

/** What a real server of tokens cannot be made to do at will; RFC 6749 says what is sent and answered. */

const secret = "geheim/+ 1";
const prometheus = api({
  "status/buildinfo": { version: "3.16.0", revision: "x" },
  query: { resultType: "vector", result: [{ metric: {}, value: [1, "1"] }] },
});

interface Stage {
  readonly tokens: FaultServer;
  readonly backend: FaultServer;
  run(deadlineMs?: number): Promise<QueryOutcome>;
  /** The tokens that the backend saw, each once. */
  seen(): readonly string[];
}

async function stage(
  give: RequestListener,
  accepts: (header: string) => boolean = () => true,
  config: Readonly<Record<string, unknown>> = {},
): Promise<Stage> {
  const tokens = await faultServer(give);
  const backend = await faultServer((request, response) => {
    const listener = accepts(request.headers.authorization ?? "")
      ? prometheus
      : always(401, "text/plain", "no");
    listener(request, response);
  });
  const folder = mkdtempSync(join(tmpdir(), "promscope-oauth2-"));
  const oauth2 = {
    client_id: "ann",
    client_secret_file: "secret",
    token_url: `${tokens.url}/token`,
    scopes: ["read", "write"],
    endpoint_params: { audience: "metrics" },
    ...config,
  };
  writeFileSync(join(folder, "secret"), `${secret}\n`);
  writeFileSync(join(folder, "http.yml"), JSON.stringify({ oauth2 }));
  const { queries, dispose } = createBackend({ backend: backend.url, httpConfig: join(folder, "http.yml") });
  onTestFinished(() => {
    dispose();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    tokens,
    backend,
    run: (deadlineMs) => queries.run({ expression: "up", deadlineMs }, token),
    seen: () => [...new Set(backend.asked.map(({ headers }) => String(headers["authorization"])))],
  };
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** Gives a new token each time. */
function giver(expiresIn?: number): RequestListener {
  let count = 0;
  return (_request: IncomingMessage, response: ServerResponse) =>
    json(response, 200, { access_token: `t${++count}`, token_type: "bearer", expires_in: expiresIn });
}

describe("a token", () => {
  test("is asked for once, with id and secret in the header, and sent with each request", async () => {
    const { run, tokens, seen } = await stage(giver(3600));
    expect(await Promise.all([run(), run()])).toMatchObject([{ ok: true }, { ok: true }]);
    expect(await run()).toMatchObject({ ok: true });
    expect(tokens.asked).toHaveLength(1);
    const [asked] = tokens.asked;
    expect(asked).toMatchObject({ method: "POST", url: "/token" });
    expect(Object.fromEntries(new URLSearchParams(asked?.body))).toEqual({
      grant_type: "client_credentials",
      scope: "read write",
      audience: "metrics",
    });
    const basic = Buffer.from(String(asked?.headers["authorization"]).replace("Basic ", ""), "base64");
    expect(basic.toString()).toBe("ann:geheim%2F%2B+1");
    expect(seen()).toEqual(["Bearer t1"]);
  });

  test("is asked for in the form where the header is refused, and then there at once", async () => {
    const give = giver(1);
    const { run, tokens } = await stage((request, response) => {
      if (request.headers.authorization === undefined) give(request, response);
      else json(response, 401, { error: "invalid_client" });
    });
    // It ends so soon that each request needs another one.
    expect([await run(), await run()]).toMatchObject([{ ok: true }, { ok: true }]);
    const ways = tokens.asked.map(({ headers }) => headers["authorization"] !== undefined);
    expect(ways[0]).toBe(true);
    expect(ways.slice(1)).not.toContain(true);
    expect(Object.fromEntries(new URLSearchParams(tokens.asked[1]?.body))).toMatchObject({
      client_id: "ann",
      client_secret: secret,
    });
  });

  test("that the backend refuses before its time is renewed once", async () => {
    const { run, tokens, seen } = await stage(giver(), (header) => header !== "Bearer t1");
    expect(await run()).toMatchObject({ ok: true });
    expect(seen()).toEqual(["Bearer t1", "Bearer t2"]);
    expect(tokens.asked).toHaveLength(2);
  });

  test("that is never accepted makes no endless row of requests", async () => {
    const { run, tokens } = await stage(giver(), () => false);
    expect(await run()).toMatchObject({ ok: false, failure: { reason: "unauthorized" } });
    // Two questions go out at the same time to find out who answers.
    expect(tokens.asked.length).toBeLessThanOrEqual(3);
  });
});

describe("no token", () => {
  const told: readonly (readonly [string, RequestListener, string, string])[] = [
    [
      "a wrong secret",
      (_, response) => json(response, 401, { error: "invalid_client", error_description: secret }),
      "unauthorized",
      "gives no token (401: invalid_client); check oauth2 in the http config.",
    ],
    [
      "an answer that is none",
      always(200, "text/html", "<html>log in</html>"),
      "unauthorized",
      "gives no token (200); check oauth2 in the http config.",
    ],
    [
      "a word that repeats what was sent",
      (_, response) => json(response, 400, { error: `bad secret ${secret}` }),
      "unauthorized",
      "gives no token (400); check oauth2 in the http config.",
    ],
    ["a fault", always(503, "text/plain", "no"), "offline", "gives no token now (503); try again later."],
    [
      "another address",
      (_, response) => void response.writeHead(302, { location: "http://127.0.0.1:9/" }).end(),
      "unauthorized",
      "gives no token (302); check oauth2 in the http config.",
    ],
  ];
  test.each(told)("for %s is told in one sentence, without a secret", async (_, give, reason, words) => {
    const { run, tokens, backend } = await stage(give);
    const outcome = await run();
    expect(outcome).toMatchObject({ ok: false, failure: { reason, message: `${tokens.host} ${words}` } });
    expect(JSON.stringify(outcome)).not.toMatch(/geheim/);
    expect(backend.asked).toEqual([]);
  });

  test("in time ends with the request's own deadline", async () => {
    const { run } = await stage(() => {});
    expect(await run(300)).toMatchObject({ ok: false });
  });
});

import type { RequestListener, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { describe, expect, type TestContext, test } from "vitest";
import type { CompletionList, Hover, MarkupContent } from "vscode-languageserver/node";
import type { EnvironmentStatus, QueryOutcome, StatusParams } from "../../server/src/protocol.ts";
import { TestClient } from "../lsp/client.ts";
import { answering, type HostileServer, hostileServer, prometheusAnswers, thanosAnswers } from "./hostile.ts";

const uri = "file:///workspace/rules/web.yaml";
const text = `groups:
- name: web
  rules:
  - alert: Down
    expr: up{job="a"} == 0
`;
const json = { "content-type": "application/json" };
const html = { "content-type": "text/html; charset=utf-8" };

const reply =
  (status: number, headers: Record<string, string>, body: string | Buffer): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body);

/** Sends pieces as fast as they are taken, or one each so many milliseconds, until nobody listens. */
const stream =
  (headers: Record<string, string>, piece: string, everyMs = 0): RequestListener =>
  (_request, response: ServerResponse) => {
    response.writeHead(200, headers);
    response.write('{"status":"success","data":[');
    let open = true;
    response.on("close", () => {
      open = false;
    });
    const more = (): void => {
      if (!open) return;
      if (everyMs > 0) {
        response.write(piece);
        setTimeout(more, everyMs);
      } else if (response.write(piece)) setImmediate(more);
      else response.once("drain", more);
    };
    more();
  };

const names = `${'"a_name_of_a_metric",'.repeat(2_000)}`;
const bomb = gzipSync(Buffer.alloc(60_000_000, " "));

interface Fault {
  readonly name: string;
  readonly listener: RequestListener;
  /** What the sentence for people must say. */
  readonly says: RegExp;
}

const faults: readonly Fault[] = [
  {
    name: "a login page",
    listener: reply(200, html, "<!doctype html><title>Log in</title><form><input type=password></form>"),
    says: /login page/,
  },
  { name: "a web page", listener: reply(200, html, "<html><h1>It works!</h1></html>"), says: /web page/ },
  {
    name: "404 text",
    listener: reply(404, { "content-type": "text/plain" }, "404 page not found\n"),
    says: /404/,
  },
  { name: "401", listener: reply(401, json, "{}"), says: /credentials/ },
  { name: "403", listener: reply(403, json, '{"kind":"Status","reason":"Forbidden"}'), says: /forbids/ },
  {
    name: "half a JSON",
    listener: reply(200, json, '{"status":"success","data":["up"'),
    says: /ends too early/,
  },
  { name: "invalid JSON", listener: reply(200, json, "{'status': success}"), says: /cannot be read/ },
  { name: "JSON of another API", listener: reply(200, json, '{"hits":{"total":0}}'), says: /another kind/ },
  { name: "an empty body", listener: reply(200, json, ""), says: /empty answer/ },
  {
    name: "the right JSON as text",
    listener: reply(200, { "content-type": "text/plain" }, '{"status":"success","data":[]}'),
    says: /not JSON/,
  },
  {
    name: "a body that claims 10 GB",
    listener: stream({ ...json, "content-length": "10000000000" }, names),
    says: /more than 10 MB/,
  },
  { name: "an endless stream", listener: stream(json, names), says: /more than 10 MB/ },
  {
    name: "a compressed bomb",
    listener: reply(200, { ...json, "content-encoding": "gzip" }, bomb),
    says: /more than 10 MB/,
  },
  {
    name: "a broken compression",
    listener: reply(200, { ...json, "content-encoding": "gzip" }, "no gzip"),
    says: /./,
  },
  { name: "a slow loris", listener: stream(json, " ", 100), says: /within 5 s/ },
  { name: "silence", listener: () => undefined, says: /no answer within 5 s/ },
  {
    name: "silence after the headers",
    listener: (_request, response) => void response.writeHead(200, json).write('{"status":'),
    says: /within 5 s|stopped in the middle/,
  },
  {
    name: "429",
    listener: reply(429, { ...json, "retry-after": "17" }, "slow down"),
    says: /limits requests.*17 s/,
  },
  {
    name: "503 while it starts",
    listener: reply(503, { "content-type": "text/plain" }, "Service Unavailable"),
    says: /cannot serve now \(503/,
  },
  {
    name: "500 with a stack",
    listener: reply(500, { "content-type": "text/plain" }, "panic\u001b[31m\n\tat main.go:1"),
    says: /cannot serve now \(500/,
  },
  {
    name: "a body that is cut off",
    listener: (_request, response) => {
      response.writeHead(200, { ...json, "transfer-encoding": "chunked" });
      response.write('{"status":"success","data":["up",', () => response.socket?.destroy());
    },
    says: /./,
  },
  {
    name: "a closed connection",
    listener: (request) => void request.socket.destroy(),
    says: /closed the connection/,
  },
];

interface Seen {
  readonly client: TestClient;
  readonly status: EnvironmentStatus;
}

/** A server whose settings name a good environment and this one, once it has said how this one is. */
async function withBackends(dev: string, { onTestFinished }: TestContext): Promise<Seen> {
  const good = await hostileServer(answering(thanosAnswers));
  const client = await TestClient.start("in-band", {
    settings: {
      environments: [
        { name: "Good", backend: good.url },
        { name: "Dev", backend: dev },
      ],
    },
  });
  onTestFinished(async () => {
    await client.stop();
    await good.close();
  });
  await client.open(uri, text);
  const status = await client.until(() => {
    const last = client.notifications.findLast(({ method }) => method === "promscope/status");
    const [one, other] = (last?.params as StatusParams | undefined)?.environments ?? [];
    return one?.health === "ok" && other !== undefined && other.health !== "checking" ? other : undefined;
  });
  return { client, status };
}

/** What a person sees while Dev is broken: plain sentences, the good environment, and nothing that is not so. */
async function expectHonesty({ client, status }: Seen, says: RegExp): Promise<void> {
  expect(status.health).toBe("down");
  expectSentence(status.message);
  expect(status.message).toMatch(says);
  expect(await client.pull(uri)).toEqual([]);
  const hover = await client.at<Hover>("textDocument/hover", uri, 4, 11);
  const shown = (hover.contents as MarkupContent).value;
  expect(shown).toContain("Good");
  expect(shown).not.toMatch(/\bnot in\b|\bin none\b/i);
  const list = await client.at<CompletionList>("textDocument/completion", uri, 4, 12);
  expect(list.items.map(({ label }) => label)).toContain("up");
  const outcome = await query(client);
  expect(outcome.ok).toBe(false);
  if (!outcome.ok) expectSentence(outcome.failure.message);
  for (const { method, params } of client.notifications)
    if (method === "window/logMessage") expect(JSON.stringify(params)).not.toMatch(/failed:|unhandled/);
}

function expectSentence(message: string): void {
  expect(message).toMatch(/^[^\u0000-\u001f\u007f-\u009f]+$/);
  expect(message.length, message).toBeLessThanOrEqual(120);
}

const query = (client: TestClient): Promise<QueryOutcome> =>
  client.connection.sendRequest("workspace/executeCommand", {
    command: "promscope.query",
    // Nobody is asked first whether it may cost so much: the fault is met by the query itself.
    arguments: [{ environment: "Dev", expr: "up", confirmed: true }],
  });

async function broken(listener: RequestListener, { onTestFinished }: TestContext): Promise<HostileServer> {
  const server = await hostileServer(listener);
  onTestFinished(() => server.close());
  return server;
}

describe("a backend that is broken from the start", () => {
  test.concurrent.for(faults)("$name", async ({ listener, says }, context) => {
    const server = await broken(listener, context);
    const seen = await withBackends(server.url, context);
    await expectHonesty(seen, says);
    // It mends: the next query is answered.
    server.behave(answering(prometheusAnswers));
    expect(await query(seen.client)).toMatchObject({ ok: true });
  });

  test.concurrent("a redirect to another host is not followed, with or without credentials", async (context) => {
    const other = await broken(answering(prometheusAnswers), context);
    const server = await broken(
      (request, response) => response.writeHead(302, { location: `${other.url}${request.url}` }).end(),
      context,
    );
    const seen = await withBackends(server.url.replace("://", "://me:secret@"), context);
    await expectHonesty(seen, /redirects to/);
    expect(server.asked.every(({ authorization }) => authorization?.startsWith("Basic "))).toBe(true);
    expect(other.asked).toEqual([]);
    expect(JSON.stringify(seen.client.notifications)).not.toMatch(/secret|bWU6c2VjcmV0/);
  });

  test.concurrent.for([
    ["nobody listens", "http://127.0.0.1:1", /./],
    ["a name that nobody has", "http://promscope.invalid", /no known address|could not be looked up/],
  ] as const)("%s", async ([, address, says], context) => {
    await expectHonesty(await withBackends(address, context), says);
  });

  test.concurrent("TLS is asked of a server that has none", async (context) => {
    const server = await broken(answering(prometheusAnswers), context);
    await expectHonesty(
      await withBackends(server.url.replace("http:", "https:"), context),
      /does not speak TLS/,
    );
  });
});

describe("a backend that breaks while it is used", () => {
  test.concurrent.for(faults)("$name", async ({ listener }, context) => {
    const server = await broken(answering(thanosAnswers), context);
    const { client, status } = await withBackends(server.url, context);
    expect(status.health).toBe("ok");
    server.behave(listener);
    const hover = await client.at<Hover>("textDocument/hover", uri, 4, 11);
    expect((hover.contents as MarkupContent).value).not.toMatch(/\bnot in\b|\bin none\b/i);
    const outcome = await query(client);
    expect(outcome.ok).toBe(false);
    if (!outcome.ok) expectSentence(outcome.failure.message);
    expect(await client.pull(uri)).toEqual([]);
  });
});

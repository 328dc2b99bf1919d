import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { HttpClient, type HttpResult } from "../../../server/src/adapters/http/client.ts";
import type { HttpConfig } from "../../../server/src/adapters/http/http-config.ts";
import { parseAddress, urlTarget } from "../../../server/src/adapters/http/target.ts";
import { CancellationSource, neverCancelled } from "../../../server/src/base/cancellation.ts";
import { always, faultServer } from "./fault-server.ts";

function client(url: string, config: HttpConfig = {}): HttpClient {
  const address = parseAddress(url);
  if (address === undefined) throw new Error(`${url} is no URL`);
  return new HttpClient({
    ...address,
    target: async () => {
      const found = await urlTarget(address, undefined);
      return found.ok
        ? { ok: true, target: { url: found.target.url, config: { ...found.target.config, ...config } } }
        : found;
    },
  });
}

async function get(
  url: string,
  more: { deadlineMs?: number; idleMs?: number; maxBytes?: number } = {},
): Promise<HttpResult> {
  const http = client(url);
  try {
    return await http.request({ path: "/api/v1/labels", deadlineMs: 10_000, ...more }, neverCancelled);
  } finally {
    await http.dispose();
  }
}

async function failure(url: string, more?: Parameters<typeof get>[1]) {
  const result = await get(url, more);
  if (result.ok) throw new Error(`answered ${result.reply.body}`);
  const { reason, message } = result.failure;
  expect(message.length).toBeLessThanOrEqual(120);
  expect(message).not.toMatch(/[\r\n]/);
  return { reason, message };
}

/** Keeps writing until the other side has gone. */
function pour(response: ServerResponse, chunk: string): void {
  response.writeHead(200, { "content-type": "application/json" });
  const write = (): void => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once("drain", write);
  };
  write();
}

describe("each fault has its sentence", () => {
  const page = "<!DOCTYPE html><html><body><h1>Sign in</h1><form><input type=password></form></body></html>";

  test("a login page", async () => {
    const { url, host } = await faultServer(always(200, "text/html", page));
    expect(await failure(url)).toEqual({
      reason: "invalid",
      message: `${host} answered with a login page; set credentials (httpConfig) or a URL behind it.`,
    });
  });

  test("a web page that is no login", async () => {
    const { url, host } = await faultServer(always(200, "text/html", "<html><body>It works!</body></html>"));
    expect(await failure(url)).toEqual({
      reason: "invalid",
      message: `${host} answered with a web page, not JSON; check the path of the backend's URL.`,
    });
  });

  test("HTML that is declared as something else", async () => {
    const { url } = await faultServer(always(200, "text/plain", page));
    expect((await failure(url)).message).toContain("login page");
  });

  test("Go's 404", async () => {
    const { url, host } = await faultServer(always(404, "text/plain; charset=utf-8", "404 page not found\n"));
    expect(await failure(url)).toEqual({
      reason: "invalid",
      message: `${host} has no /api/v1/labels (404); check the path of the backend's URL.`,
    });
  });

  test("an empty body", async () => {
    const { url, host } = await faultServer(always(200, "application/json", ""));
    expect(await failure(url)).toEqual({
      reason: "invalid",
      message: `${host} sent an empty answer; try again, or check the proxy before it.`,
    });
  });

  test("plain text", async () => {
    const { url, host } = await faultServer(always(200, "text/plain", "hello"));
    expect((await failure(url)).message).toBe(
      `${host} answered with text/plain, not JSON; check the path of the backend's URL.`,
    );
  });

  test("a tenant's name that is none is told apart from missing credentials", async () => {
    const words = "tenant ID 'a/b' contains unsupported character '/'";
    const { url, host } = await faultServer(always(401, "text/plain", words));
    expect(await failure(url)).toMatchObject({
      reason: "unauthorized",
      message: `${host} does not take this tenant; sign in with another, or set its header in httpConfig.`,
    });
  });

  test.each([
    [401, "unauthorized", "wants credentials (401)"],
    [403, "forbidden", "forbids this (403)"],
    [429, "limited", "try again in 7 s"],
    [400, "invalid", "answered 400: no; check"],
    [414, "limited", "too long (414)"],
    [500, "offline", "cannot serve now (500: no)"],
    [502, "offline", "cannot serve now (502: no)"],
    [503, "offline", "cannot serve now (503: no)"],
    [504, "timeout", "gateway that gave up waiting (504)"],
  ])("status %i is %s", async (status, reason, words) => {
    const { url, host } = await faultServer(always(status, "text/plain", "no", { "retry-after": "7" }));
    const told = await failure(url);
    expect(told.reason).toBe(reason);
    expect(told.message).toContain(words);
    expect(told.message).toContain(host);
  });

  test("an error page is not quoted", async () => {
    const { url } = await faultServer(always(502, "text/html", "<html><h1>Bad Gateway</h1></html>"));
    expect((await failure(url)).message).not.toContain("<");
  });

  test("nobody listens", async () => {
    const { url, host } = await faultServer(always(200, "application/json", "{}"));
    const free = await new Promise<string>((resolve) => {
      void import("node:net").then(({ createServer }) => {
        const server = createServer().listen(0, "127.0.0.1", () => {
          const address = server.address();
          server.close(() => resolve(typeof address === "object" ? `127.0.0.1:${address?.port}` : ""));
        });
      });
    });
    expect(free).not.toBe(host);
    expect(url).toContain(host);
    expect(await failure(`http://${free}`)).toEqual({
      reason: "offline",
      message: `${free} refuses the connection; check that it runs and that the port is right.`,
    });
  });

  test("a port that fetch refuses", async () => {
    expect(await failure("http://127.0.0.1:6000")).toMatchObject({
      message: expect.stringContaining("at another port"),
    });
  });

  test("a name that does not exist", async () => {
    const told = await failure("http://no-such-host.invalid:9090");
    expect(told.reason).toBe("offline");
    expect(told.message).toMatch(/^no-such-host\.invalid:9090 (has no known address|could not be looked up)/);
  });

  test("TLS is spoken to a server without it", async () => {
    const { url } = await faultServer(always(200, "application/json", "{}"));
    const told = await failure(url.replace("http:", "https:"));
    expect(told).toMatchObject({ reason: "invalid", message: expect.stringContaining("does not speak TLS") });
  });

  test("something that is not HTTP", async () => {
    const { createServer } = await import("node:net");
    const server = createServer((socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const told = await failure(`http://127.0.0.1:${port}`);
    server.close();
    expect(told).toMatchObject({
      reason: "invalid",
      message: expect.stringContaining("does not speak HTTP"),
    });
  });

  test.each([
    ["407 Proxy Authentication Required", "unauthorized", "proxy that wants credentials"],
    ["403 Forbidden", "offline", "refused by the proxy"],
  ])("a proxy that answers %s to a tunnel", async (status, reason, words) => {
    const { createServer } = await import("node:http");
    const proxy = createServer().on("connect", (_request, socket) =>
      socket.end(`HTTP/1.1 ${status}\r\n\r\n`),
    );
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const { port } = proxy.address() as { port: number };
    const http = client("https://prom.example", { proxyUrl: `http://127.0.0.1:${port}` });
    const result = await http.request({ path: "/x", deadlineMs: 5_000 }, neverCancelled);
    await http.dispose();
    proxy.close();
    expect(result).toMatchObject({ ok: false, failure: { reason, message: expect.stringContaining(words) } });
  });

  test("the connection is closed before the answer", async () => {
    const { url } = await faultServer((request) => request.socket.destroy());
    expect(await failure(url)).toMatchObject({
      reason: "offline",
      message: expect.stringContaining("closed the connection"),
    });
  });
});

describe("bounds", () => {
  test("an endless answer is cut at 10 MB", async () => {
    const { url, host } = await faultServer((_request, response) => pour(response, "x".repeat(65_536)));
    expect(await failure(url)).toEqual({
      reason: "limited",
      message: `${host} sent more than 10 MB; ask for fewer series, names or points.`,
    });
  });

  test("a body that claims 10 GB is cut as well", async () => {
    const { url } = await faultServer((_request, response) => {
      response.setHeader("content-length", String(10_000_000_000));
      pour(response, "x".repeat(1_000_000));
    });
    expect(await failure(url)).toMatchObject({ reason: "limited" });
  });

  test("a compressed bomb counts by what comes out of it", async () => {
    const { gzipSync } = await import("node:zlib");
    const bomb = gzipSync(Buffer.alloc(30_000_000, " "));
    const { url } = await faultServer((_request, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(bomb);
    });
    expect(bomb.length).toBeLessThan(100_000);
    expect(await failure(url)).toMatchObject({ reason: "limited" });
  });

  test("an endless error page is not read to its end", async () => {
    const { url } = await faultServer((_request, response) => {
      response.writeHead(500, { "content-type": "text/plain" });
      pour.call(undefined, Object.assign(response, { writeHead: () => response }), "e".repeat(65_536));
    });
    expect(await failure(url)).toMatchObject({ reason: "offline" });
  });

  test("no answer within the deadline", async () => {
    const { url, host } = await faultServer(() => {});
    expect(await failure(url, { deadlineMs: 200 })).toEqual({
      reason: "timeout",
      message: `${host} gave no answer within 0.2 s; ask for less, or raise the deadline.`,
    });
  });

  test("an answer that stops in its middle", async () => {
    const { url } = await faultServer((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write('{"status":');
    });
    expect(await failure(url, { idleMs: 100 })).toMatchObject({
      reason: "timeout",
      message: expect.stringContaining("stopped in the middle of its answer"),
    });
  });

  test("an answer byte by byte ends at the deadline", async () => {
    const { url } = await faultServer((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const timer = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(timer));
    });
    expect(await failure(url, { deadlineMs: 400, idleMs: 5_000 })).toMatchObject({
      reason: "timeout",
      message: expect.stringContaining("did not finish its answer within 0.4 s"),
    });
  });

  test("cancelling ends the request", async () => {
    const source = new CancellationSource();
    const { url } = await faultServer(() => source.cancel());
    const http = client(url);
    const result = await http.request({ path: "/x", deadlineMs: 60_000 }, source.token);
    await http.dispose();
    expect(result).toMatchObject({ ok: false, failure: { reason: "cancelled" } });
  });
});

describe("redirects", () => {
  test("are followed within the origin, with the credentials", async () => {
    const server = await faultServer((request, response) => {
      if (request.url?.startsWith("/api"))
        response.writeHead(302, { location: `/prometheus${request.url}` }).end();
      else response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
    const http = client(server.url, { authorization: { type: "Bearer", credentials: "t" } });
    expect((await http.request({ path: "/api/v1/labels", deadlineMs: 5_000 }, neverCancelled)).ok).toBe(true);
    await http.dispose();
    expect(server.asked.map(({ url, headers }) => [url, headers["authorization"]])).toEqual([
      ["/api/v1/labels", "Bearer t"],
      ["/prometheus/api/v1/labels", "Bearer t"],
    ]);
  });

  test("to another host are not followed, whatever it would answer", async () => {
    const other = await faultServer(always(200, "application/json", "{}"));
    const { url, host } = await faultServer(
      always(302, "text/plain", "", { location: `${other.url}/api/v1/labels` }),
    );
    expect(await failure(url)).toEqual({
      reason: "invalid",
      message: `${host} redirects to ${other.url}; name that as the backend, or sign in (httpConfig).`,
    });
    expect(other.asked).toEqual([]);
  });

  test("in a circle end", async () => {
    const { url } = await faultServer(always(302, "text/plain", "", { location: "/again" }));
    expect((await failure(url)).message).toContain("redirects in a circle");
  });

  test("keep a form where the status says so, and else ask by GET", async () => {
    const statuses = [307, 302];
    const server = await faultServer((request, response) => {
      if (request.url === "/q") response.writeHead(statuses.shift() ?? 500, { location: "/p/q" }).end();
      else response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
    const http = client(server.url);
    const post = {
      path: "/q",
      method: "POST",
      params: new URLSearchParams({ query: "up" }),
      deadlineMs: 5_000,
    } as const;
    await http.request(post, neverCancelled);
    await http.request(post, neverCancelled);
    await http.dispose();
    expect(server.asked.map(({ method, url, body }) => `${method} ${url} ${body}`)).toEqual([
      "POST /q query=up",
      "POST /p/q query=up",
      "POST /q query=up",
      "GET /p/q?query=up ",
    ]);
  });
});

describe("addresses", () => {
  test("lose credentials, query and the API's own path", () => {
    expect(parseAddress("https://me:secret@prom.example/prefix/api/v1/?x=1#y")).toMatchObject({
      host: "prom.example",
      address: "https://prom.example/prefix",
      userinfo: { username: "me", password: "secret" },
    });
  });

  test.each(["", "localhost:9090", "ftp://x", "http://", "kubernetes:a/b:c", "file:///etc/passwd"])(
    "%j is none",
    (text) => {
      expect(parseAddress(text)).toBeUndefined();
    },
  );

  test("credentials of the URL are sent and never told", async () => {
    const server = await faultServer(always(401, "text/plain", "no"));
    const told = await failure(server.url.replace("//", "//me:s%3Acret@"));
    expect(server.asked[0]?.headers["authorization"]).toBe(`Basic ${btoa("me:s:cret")}`);
    expect(JSON.stringify(told)).not.toContain("cret");
  });
});

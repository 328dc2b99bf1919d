import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { claimOf } from "../../../server/src/adapters/discovery/claim.ts";
import { NotAllowed } from "../../../server/src/adapters/http/client.ts";
import { createBackend } from "../../../server/src/adapters/prometheus/backend.ts";
import { neverCancelled as token } from "../../../server/src/base/cancellation.ts";
import type { Access } from "../../../server/src/world/credentials.ts";
import type { AskAccess } from "../../../server/src/world/environment.ts";
import { noEnvironment } from "../environment.ts";
import { always, api, faultServer } from "./fault-server.ts";

const prometheus = api({
  "status/buildinfo": { version: "3.16.0", revision: "" },
  "status/flags": { "enable-feature": "promql-experimental-functions,search-api" },
  query: { resultType: "scalar", result: [1, "1"] },
});

function folder(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), "promscope-access-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function open(backend: string, access: AskAccess, httpConfig?: string) {
  const opened = createBackend({ backend, httpConfig }, { access });
  onTestFinished(() => opened.dispose());
  return opened;
}

const run = (backend: ReturnType<typeof open>) => backend.queries.run({ expression: "1" }, token);

describe("credentials that are kept elsewhere", () => {
  test("are asked for the address as it is, sent, and win over those of the http config", async () => {
    const server = await faultServer(prometheus);
    const httpConfig = join(folder({ "http.yml": "bearer_token: old" }), "http.yml");
    const asked: string[] = [];
    const answer: Access = {
      credentials: { authorization: { type: "bearer", token: "new" }, headers: { "X-Scope-OrgID": "team" } },
    };
    const backend = open(
      `${server.url}/`,
      async (address) => {
        asked.push(address);
        return answer;
      },
      httpConfig,
    );
    expect(await run(backend)).toMatchObject({ ok: true });
    expect(new Set(asked)).toEqual(new Set([server.url]));
    expect(server.asked.at(-1)?.headers).toMatchObject({
      authorization: "Bearer new",
      "x-scope-orgid": "team",
    });
  });

  test("are not sent to the host of a redirect", async () => {
    const other = await faultServer(always(200, "application/json", "{}"));
    const server = await faultServer((_request, response) => {
      response.writeHead(307, { location: other.url }).end();
    });
    const backend = open(server.url, async () => ({
      credentials: { authorization: { type: "bearer", token: "geheim" } },
    }));
    const outcome = await run(backend);
    expect(outcome).toMatchObject({ ok: false });
    expect(JSON.stringify(outcome)).not.toContain("geheim");
    expect(other.asked).toEqual([]);
  });

  test("may be refused before anything is sent", async () => {
    const server = await faultServer(prometheus);
    const backend = open(server.url, async () => {
      throw new NotAllowed("accept it again.");
    });
    expect(await run(backend)).toMatchObject({
      ok: false,
      failure: { reason: "not-configured", message: "accept it again." },
    });
    expect(server.asked).toEqual([]);
  });
});

/** A forward proxy as companies have one; gives the absolute URLs that it was asked for. */
async function forwardProxy(): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((incoming, outgoing) => {
    asked.push(incoming.url ?? "");
    const url = new URL(incoming.url ?? "");
    const port = url.port;
    httpRequest({ host: "127.0.0.1", port, path: url.pathname, method: incoming.method }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

describe("proxies", () => {
  test("the proxy of the editor is used, but not for this machine", async () => {
    const server = await faultServer(prometheus);
    const proxy = await forwardProxy();
    const access: AskAccess = async () => ({ proxy: { url: proxy.url } });
    const { port } = new URL(server.url);
    await open(`http://prometheus.invalid:${port}`, access).metrics.health(token);
    expect(proxy.asked.every((url) => url.startsWith(`http://prometheus.invalid:${port}/api/v1/`))).toBe(
      true,
    );
    const before = proxy.asked.length;
    expect(before).toBeGreaterThan(0);
    expect(await open(server.url, access).metrics.health(token)).toMatchObject({ status: "ok" });
    expect(proxy.asked.length).toBe(before);
  });

  test("hosts of noProxy, and a proxy of the http config, go before it", async () => {
    const proxy = await forwardProxy();
    const own = await forwardProxy();
    const access: AskAccess = async () => ({ proxy: { url: proxy.url, noProxy: "prometheus.invalid" } });
    await open("http://prometheus.invalid:9090", access).metrics.health(token);
    expect(proxy.asked).toEqual([]);
    const server = await faultServer(prometheus);
    const httpConfig = join(folder({ "http.yml": `proxy_url: ${own.url}` }), "http.yml");
    const { port } = new URL(server.url);
    await open(`http://other.invalid:${port}`, access, httpConfig).metrics.health(token);
    expect([own.asked.length > 0, proxy.asked.length]).toEqual([true, 0]);
  });

  test("HTTP_PROXY counts where nothing else is named, as for curl", async () => {
    const server = await faultServer(prometheus);
    const proxy = await forwardProxy();
    process.env["HTTP_PROXY"] = proxy.url;
    onTestFinished(() => void delete process.env["HTTP_PROXY"]);
    const { port } = new URL(server.url);
    await open(`http://prometheus.invalid:${port}`, async () => undefined).metrics.health(token);
    expect(proxy.asked.length).toBeGreaterThan(0);
    const before = proxy.asked.length;
    await open(server.url, async () => undefined).metrics.health(token);
    expect(proxy.asked.length).toBe(before);
  });
});

describe("who a backend says it is", () => {
  test("is asked in the background, told when it is known, and kept while the backend is away", async () => {
    const server = await faultServer(prometheus);
    const { identity } = open(server.url, async () => undefined);
    let told = 0;
    identity.onChange(() => {
      told++;
    });
    expect(identity.now()).toMatchObject({ status: "unavailable", reason: "pending" });
    await identity.settled();
    expect(told).toBe(1);
    expect(identity.now()).toMatchObject({
      status: "ok",
      value: {
        flavour: "prometheus",
        version: "3.16.0",
        features: ["promql-experimental-functions", "search-api"],
      },
    });
  });

  test("features are unknown where the flags are not told, not absent", async () => {
    const server = await faultServer(api({ "status/buildinfo": { version: "3.16.0", revision: "" } }));
    const { identity } = open(server.url, async () => undefined);
    identity.now();
    await identity.settled();
    expect(identity.now()).toMatchObject({ status: "ok", value: { features: undefined } });
  });
});

describe("claims of a repository", () => {
  const at = (root: string, environment: object) =>
    claimOf({ ...noEnvironment, ...environment }, join(root, "promscope.yaml"));

  test("name the host, the context and the program behind it", async () => {
    const root = folder({
      kubeconfig: JSON.stringify({
        "current-context": "c",
        clusters: [{ name: "c", cluster: { server: "https://k8s.example" } }],
        users: [
          {
            name: "u",
            user: {
              exec: {
                apiVersion: "client.authentication.k8s.io/v1",
                command: "rm",
                args: ["-rf", "/"],
                interactiveMode: "Never",
              },
            },
          },
        ],
        contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
      }),
    });
    const claim = await at(root, {
      backend: "https://ann:geheim@prom.example/",
      kubeconfig: join(root, "kubeconfig"),
      context: "c",
    });
    expect(claim.contacts).toEqual([
      "https://prom.example",
      `the Kubernetes context c of ${join(root, "kubeconfig")} at https://k8s.example`,
      "the program rm -rf /",
    ]);
    expect(JSON.stringify(claim)).not.toContain("geheim");
  });

  test("differ with everything that is contacted, run or read; names and globs do not matter", async () => {
    const root = folder({ "http.yml": "{}" });
    const httpConfig = join(root, "http.yml");
    const key = async (environment: object) => (await at(root, environment)).key;
    const first = await key({ backend: "https://a.example" });
    expect(await key({ backend: "https://a.example/", name: "other", files: ["x"] })).toBe(first);
    expect(await key({ backend: "https://b.example" })).not.toBe(first);
    const config = await key({ backend: "https://a.example", httpConfig });
    expect(config).not.toBe(first);
    writeFileSync(httpConfig, "proxy_url: http://evil.example");
    expect(await key({ backend: "https://a.example", httpConfig })).not.toBe(config);
    expect(await key({})).toBe("");
  });
});

import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type {
  Access,
  AccessParams,
  ConnectOutcome,
  EnvironmentStatus,
  ProposalsParams,
  QueryOutcome,
  StatusParams,
} from "../../server/src/protocol.ts";
import { type Answer, fakeApi, isWatch, json, list, openWatch } from "../core/kubernetes/fake-api.ts";
import { modes, ownClient, TestClient, vscodeLike } from "./client.ts";
import { type FakePrometheus, fakePrometheus } from "./fake-prometheus.ts";

const rules = "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up == 0\n";

describe.each(modes)("environments, %s", (mode) => {
  let backend: FakePrometheus;
  let folder: string;
  let client: TestClient;

  beforeEach(async () => {
    backend = await fakePrometheus();
    folder = await mkdtemp(join(tmpdir(), "promscope-lsp-"));
  });
  afterEach(async () => {
    await client.stop();
    await backend.close();
    await rm(folder, { recursive: true, force: true });
  });

  const last = <T>(method: string): T | undefined =>
    client.notifications.findLast((one) => one.method === method)?.params as T | undefined;

  /** Waits for a status in which the environment satisfies the test. */
  const status = (name: string, is: (one: EnvironmentStatus) => boolean): Promise<EnvironmentStatus> =>
    client.until(() => {
      const one = last<StatusParams>("promscope/status")?.environments.find((other) => other.name === name);
      return one !== undefined && is(one) ? one : undefined;
    });

  const execute = <T>(command: string, argument: unknown): Promise<T> =>
    client.connection.sendRequest<T>("workspace/executeCommand", { command, arguments: [argument] });

  const change = async (settings: Record<string, unknown>): Promise<void> => {
    client.settings = settings;
    await client.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
  };

  test("any editor can ask what answers at an address", async () => {
    client = await TestClient.start(mode, { capabilities: vscodeLike });
    const outcome = await execute<ConnectOutcome>("promscope.connect", {
      address: `${backend.url}/graph?g0.expr=up`,
      kubeconfig: "/nowhere",
    });
    expect(outcome).toMatchObject({
      status: "recognised",
      title: "Prometheus 3.16.0",
      address: backend.url,
      proposals: [{ environment: { backend: backend.url } }],
    });
    await expect(execute("promscope.connect", { address: 1 })).rejects.toThrow(/needs `address`/);
    await expect(execute("promscope.connect", { address: "x", httpConfig: "rel.yml" })).rejects.toThrow(
      /absolute/,
    );
  });

  test("edited settings take effect at once: several environments, then other ones", async () => {
    client = await TestClient.start(mode, {
      settings: { environments: [{ name: "Dev", backend: backend.url }, { name: "Offline" }] },
    });
    await status("Dev", ({ health }) => health === "ok");
    expect(await status("Offline", ({ health }) => health === "none")).toMatchObject({ remedy: "settings" });
    await change({ environments: [{ name: "Prod", backend: backend.url, scope: { cluster: "prod" } }] });
    expect(await status("Prod", ({ health }) => health === "degraded")).toMatchObject({
      address: backend.url,
      message: "Prometheus 3.16.0 answers, but shows no metrics at all; check its tenant, scope and clock.",
      remedy: "settings",
    });
    expect(last<StatusParams>("promscope/status")?.environments).toHaveLength(1);
    await change({ environments: [] });
    await client.until(() =>
      last<StatusParams>("promscope/status")?.environments.length === 0 ? true : undefined,
    );
  });

  test("the age of the last answer survives a failure, and a retry finds a backend that is back", async () => {
    client = await TestClient.start(mode, {
      settings: { environments: [{ name: "Dev", backend: backend.url }] },
    });
    const before = await status("Dev", ({ health }) => health === "ok");
    const port = Number(new URL(backend.url).port);
    await backend.close();
    const retry = () => client.connection.sendRequest("promscope/retry", { environment: "Dev" });
    await retry();
    const down = await status("Dev", ({ health }) => health === "down");
    expect(down).toMatchObject({ remedy: "retry", asOf: before.asOf });
    backend = await fakePrometheus(port);
    await retry();
    expect((await status("Dev", ({ health }) => health === "ok")).asOf).toBeGreaterThanOrEqual(before.asOf);
  });

  describe("with credentials", () => {
    let guarded: Server;
    let url: string;
    const seen: (string | undefined)[] = [];
    const secret = "geheim-Wort/1";

    beforeEach(async () => {
      seen.length = 0;
      guarded = createServer((request, response) => {
        const { authorization } = request.headers;
        seen.push(authorization);
        if (authorization !== `Bearer ${secret}`) {
          response.writeHead(401, { "www-authenticate": "Bearer", "content-type": "text/plain" }).end("no\n");
          return;
        }
        const data = { "/api/v1/status/buildinfo": { version: "3.16.0", revision: "" } }[request.url ?? ""];
        response
          .writeHead(data === undefined ? 404 : 200, { "content-type": "application/json" })
          .end(JSON.stringify({ status: "success", data }));
      });
      await new Promise<void>((resolve) => guarded.listen(0, "127.0.0.1", resolve));
      url = `http://127.0.0.1:${(guarded.address() as AddressInfo).port}`;
    });
    afterEach(() => new Promise((resolve) => guarded.close(resolve)));

    test("they are asked of the client for the address, used, and never told again", async () => {
      const asked: AccessParams[] = [];
      let kept: Access = {};
      client = await TestClient.start(mode, {
        capabilities: ownClient,
        settings: { environments: [{ name: "Dev", backend: `${url}/` }] },
        onAccess(params) {
          asked.push(params);
          return kept;
        },
      });
      const refused = await status("Dev", ({ health }) => health === "down");
      expect(refused).toMatchObject({ remedy: "signIn", address: url });
      kept = { credentials: { authorization: { type: "bearer", token: secret } } };
      await client.connection.sendNotification("promscope/accessChanged");
      await status("Dev", ({ health }) => health === "ok");
      expect(asked.every(({ address }) => address === url)).toBe(true);
      expect(asked.at(-1)).toEqual({ address: url, environment: "Dev" });
      const outcome = await execute<ConnectOutcome>("promscope.connect", {
        address: url,
        kubeconfig: "/nowhere",
      });
      expect(outcome.status).not.toBe("credentials");
      // Signed out.
      kept = {};
      await client.connection.sendNotification("promscope/accessChanged");
      await status("Dev", ({ health }) => health === "down");
      const said = JSON.stringify([client.notifications, client.printed, outcome]);
      expect(said).not.toContain(secret);
      expect(said).not.toContain(Buffer.from(secret).toString("base64"));
    });

    test("no secret of an address, an http config or a client is printed, logged or told, whatever fails", async () => {
      const secrets = {
        url: "geheim-1!",
        file: "geheim-2",
        config: "geheim-3",
        client: "geheim-4",
        header: "geheim-5",
      };
      const write = async (name: string, content: object | string): Promise<string> => {
        const path = join(folder, name);
        await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
        return path;
      };
      await write("token", secrets.file);
      const headers = { "X-Key": { secrets: [secrets.header] } };
      const good = await write("a.yml", { bearer_token_file: "token", http_headers: headers });
      const plain = await write("b.yml", { basic_auth: { username: "ann", password: secrets.config } });
      const broken = await write("c.yml", { basic_auth: { username: "ann", pass: secrets.config } });
      const environments = [
        { name: "Address", backend: url.replace("//", `//ann:${encodeURIComponent(secrets.url)}@`) },
        { name: "Token", backend: url, httpConfig: good },
        { name: "Password", backend: url, httpConfig: plain },
        { name: "Broken", backend: url, httpConfig: broken },
        { name: "Nowhere", backend: "http://127.0.0.1:1", httpConfig: plain },
        { name: "Missing", backend: url, httpConfig: join(folder, "none.yml") },
      ];
      client = await TestClient.start(mode, {
        capabilities: ownClient,
        settings: { environments },
        onAccess: ({ environment }) =>
          environment === "Missing"
            ? { credentials: { authorization: { type: "basic", username: "ann", password: secrets.client } } }
            : {},
      });
      const told: unknown[] = [];
      for (const { name } of environments) {
        await status(name, ({ health }) => health === "down");
        told.push(await execute("promscope.query", { expr: "up", environment: name }));
      }
      const credentials = { headers: { "X-Scope-OrgID": secrets.client } };
      told.push(await execute("promscope.connect", { address: environments[0]?.backend, kubeconfig: "/no" }));
      told.push(await execute("promscope.connect", { address: url, kubeconfig: "/no", credentials }));
      await expect(execute("promscope.connect", { address: url, context: 1, credentials })).rejects.toThrow();
      const everything = JSON.stringify([client.notifications, client.printed, told]);
      expect(seen.some((one) => one?.startsWith("Basic "))).toBe(true);
      for (const secret of Object.values(secrets))
        for (const form of [
          secret,
          encodeURIComponent(secret),
          Buffer.from(`ann:${secret}`).toString("base64"),
        ])
          expect(everything).not.toContain(form);
    });

    test("a client that keeps none is not asked", async () => {
      client = await TestClient.start(mode, { settings: { environments: [{ name: "Dev", backend: url }] } });
      await status("Dev", ({ remedy }) => remedy === "signIn");
      expect(seen.every((one) => one === undefined)).toBe(true);
    });
  });

  describe("of promscope.yaml", () => {
    const file = () => pathToFileURL(join(folder, "rules", "a.yaml")).href;
    const write = async (text: string): Promise<void> => {
      await mkdir(join(folder, "rules"), { recursive: true });
      await writeFile(join(folder, "promscope.yaml"), text);
      await writeFile(join(folder, "rules", "a.yaml"), rules);
    };
    const changed = () =>
      client.connection.sendNotification("workspace/didChangeWatchedFiles", {
        changes: [{ uri: pathToFileURL(join(folder, "promscope.yaml")).href, type: 2 }],
      });
    const proposals = (is: (all: ProposalsParams["proposals"]) => boolean) =>
      client.until(() => {
        const all = last<ProposalsParams>("promscope/proposals")?.proposals;
        return all !== undefined && is(all) ? all : undefined;
      });
    const names = () =>
      client.connection.sendRequest<string[] | null>("promscope/environments", { uri: file() });
    const start = (settings: Record<string, unknown> = {}) =>
      TestClient.start(mode, { capabilities: ownClient, folder: pathToFileURL(folder).href, settings });

    test("nothing is contacted before the user has agreed; then at once", async () => {
      await write(`environments:\n- name: Team\n  backend: ${backend.url}\n`);
      client = await start();
      await client.open(file(), rules);
      const [proposal] = await proposals((all) => all.length === 1);
      expect(proposal).toMatchObject({ name: "Team", contacts: [backend.url] });
      expect(await names()).toEqual([]);
      expect(backend.asked).toEqual([]);
      await client.connection.sendNotification("promscope/consent", { accepted: [proposal?.key] });
      expect(await status("Team", ({ health }) => health === "ok")).toMatchObject({ proposed: true });
      expect(await names()).toEqual(["Team"]);
      await client.connection.sendNotification("promscope/consent", { accepted: [] });
      await client.until(() =>
        last<StatusParams>("promscope/status")?.environments.length === 0 ? true : undefined,
      );
    });

    test("what changes is asked again", async () => {
      await write(`environments:\n- name: Team\n  backend: ${backend.url}\n`);
      client = await start();
      await client.open(file(), rules);
      const [first] = await proposals((all) => all.length === 1);
      await client.connection.sendNotification("promscope/consent", { accepted: [first?.key] });
      await status("Team", ({ health }) => health === "ok");
      await write(`environments:\n- name: Team\n  backend: ${backend.url}/other\n`);
      await changed();
      const [second] = await proposals((all) => all[0]?.key !== first?.key);
      expect(second?.contacts).toEqual([`${backend.url}/other`]);
      await client.until(() =>
        last<StatusParams>("promscope/status")?.environments.length === 0 ? true : undefined,
      );
      expect(backend.asked.some((path) => path.startsWith("/other"))).toBe(false);
    });

    test("an http config of the repository counts with its contents", async () => {
      await write(`environments:\n- name: Team\n  backend: ${backend.url}\n  httpConfig: http.yml\n`);
      await writeFile(join(folder, "http.yml"), "{}");
      client = await start();
      await client.open(file(), rules);
      const [first] = await proposals((all) => all.length === 1);
      await client.connection.sendNotification("promscope/consent", { accepted: [first?.key] });
      await status("Team", ({ health }) => health === "ok");
      await writeFile(join(folder, "http.yml"), "bearer_token_file: /etc/hostname\n");
      await client.connection.sendRequest("promscope/retry", { environment: "Team" });
      await proposals((all) => all[0] !== undefined && all[0].key !== first?.key);
      // What was on its way may still come, but nothing with what the new file says.
      expect(backend.authorizations).toEqual([]);
    });

    test("the globs of a nested file count from its own folder", async () => {
      const team = join(folder, "teams", "shop");
      await mkdir(join(team, "alerts"), { recursive: true });
      await writeFile(
        join(team, "promscope.yaml"),
        `environments:
- {name: Here, backend: "${backend.url}", files: ["alerts/*.yaml"]}
- {name: Elsewhere, backend: "${backend.url}/e", files: ["teams/**"]}
`,
      );
      const nested = pathToFileURL(join(team, "alerts", "a.yaml")).href;
      // The user's own count from the folder of the workspace.
      client = await start({ environments: [{ name: "Own", backend: backend.url, files: ["teams/**"] }] });
      await client.open(nested, rules);
      const found = await proposals((all) => all.length === 2);
      await client.connection.sendNotification("promscope/consent", {
        accepted: found.map(({ key }) => key),
      });
      await status("Elsewhere", () => true);
      expect(await client.connection.sendRequest("promscope/environments", { uri: nested })).toEqual([
        "Own",
        "Here",
      ]);
    });

    test("a kubeconfig of the repository that has changed is not followed before it is accepted", async () => {
      const answer: Answer = (url, response) => {
        if (isWatch(url)) openWatch(response);
        else json(response, list([]));
      };
      const before = await fakeApi(answer);
      const after = await fakeApi(answer);
      await write("environments:\n- {name: Team, kubeconfig: kube.yaml, context: dev}\n");
      const kubeconfig = join(folder, "kube.yaml");
      await copyFile(before.kubeconfig, kubeconfig);
      client = await start();
      const uri = pathToFileURL(join(folder, "rules", "monitor.yaml")).href;
      await client.open(
        uri,
        "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: m, namespace: shop}\nspec:\n  selector: {matchLabels: {app: web}}\n  endpoints:\n    - port: web\n",
      );
      const [first] = await proposals((all) => all.length === 1);
      expect(first?.contacts.join(" ")).toContain(before.url);
      await client.connection.sendNotification("promscope/consent", { accepted: [first?.key] });
      const pulled = () => client.pull(uri);
      await expect
        .poll(async () => [await pulled(), before.asked.length > 0][1], { timeout: 30_000 })
        .toBe(true);
      // At once: each request looks at the file, and none must see half of it.
      await copyFile(after.kubeconfig, `${kubeconfig}.next`);
      await rename(`${kubeconfig}.next`, kubeconfig);
      // What is watched breaks off: the cluster is reached anew.
      await client.connection.sendRequest("promscope/retry", { environment: "Team" });
      const proposed = () => last<ProposalsParams>("promscope/proposals")?.proposals[0];
      await expect
        .poll(async () => [await pulled(), proposed()?.key !== first?.key][1], { timeout: 30_000 })
        .toBe(true);
      const second = proposed();
      expect(second?.contacts.join(" ")).toContain(after.url);
      expect(after.asked).toEqual([]);
      await client.connection.sendNotification("promscope/consent", { accepted: [second?.key] });
      await expect
        .poll(async () => [await pulled(), after.asked.length > 0][1], { timeout: 30_000 })
        .toBe(true);
    });

    test("the user's own environment of the same name wins", async () => {
      await write("environments:\n- name: Dev\n  backend: http://127.0.0.1:9/theirs\n");
      client = await start({ environments: [{ name: "Dev", backend: backend.url }] });
      await client.open(file(), rules);
      expect(await status("Dev", ({ health }) => health === "ok")).toMatchObject({ proposed: false });
      expect(await names()).toEqual(["Dev"]);
      expect(last<ProposalsParams>("promscope/proposals")?.proposals ?? []).toEqual([]);
    });

    test("its checks and features count without any consent", async () => {
      await write("checks: {promql.syntax: off}\n");
      client = await start();
      const broken = rules.replace("up == 0", "sum(up");
      await client.open(file(), broken);
      await expect
        .poll(async () => (await client.pull(file())).some(({ code }) => code === "promql.syntax"), {
          timeout: 30_000,
        })
        .toBe(false);
    });

    test("an editor without such questions is asked with that of the protocol", async () => {
      await write(`environments:\n- name: Team\n  backend: ${backend.url}\n`);
      const questions: string[] = [];
      client = await TestClient.start(mode, {
        folder: pathToFileURL(folder).href,
        onQuestion(message) {
          questions.push(message);
          return "Allow";
        },
      });
      await client.open(file(), rules);
      await status("Team", ({ health }) => health === "ok");
      expect(questions).toHaveLength(1);
      expect(questions[0]).toContain(backend.url);
      const outcome = await execute<QueryOutcome>("promscope.query", { expr: "up", environment: "Team" });
      expect(outcome).toMatchObject({ ok: true });
    });
  });
});

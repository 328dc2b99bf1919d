import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { ClusterPool } from "../../../server/src/adapters/kubernetes/pool.ts";
import type { Cluster } from "../../../server/src/world/ports.ts";
import {
  clusterOf,
  fakeApi,
  isWatch,
  json,
  kubeconfigFor,
  list,
  namesIn,
  openWatch,
  quick,
  service,
} from "./fake-api.ts";

const poll = { timeout: 10_000 };

async function servicesOf(cluster: Cluster) {
  cluster.services("all");
  await cluster.settled();
  return cluster.services("all");
}

/** What is said where nothing was ever known: always one sentence, and never that there is nothing. */
async function refusalOf(cluster: Cluster): Promise<{ reason: string; message: string }> {
  const fact = await servicesOf(cluster);
  if (fact.status !== "unavailable") throw new Error(`known: ${JSON.stringify(fact)}`);
  expect(fact.message.length, fact.message).toBeLessThanOrEqual(120);
  expect(cluster.state()).toMatchObject({ health: "down", message: fact.message });
  return fact;
}

describe("an answer that is none", () => {
  test("half a JSON", async () => {
    const { kubeconfig } = await fakeApi((_, response) => {
      response
        .writeHead(200, { "content-type": "application/json" })
        .end('{"kind":"ServiceList","items":[{"meta');
    });
    expect(await refusalOf(clusterOf(kubeconfig))).toMatchObject({
      reason: "invalid",
      message: "The cluster dev broke off or garbled its answer about Services.",
    });
  });

  test("a login page", async () => {
    const { kubeconfig } = await fakeApi((_, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><h1>Log in</h1>");
    });
    expect(await refusalOf(clusterOf(kubeconfig))).toMatchObject({
      reason: "invalid",
      message: expect.stringMatching(/answers with a web page: log in/),
    });
  });

  test("other JSON, and a text", async () => {
    for (const body of ['{"hello":1}', "404 page not found", "[]"]) {
      const { kubeconfig } = await fakeApi((_, response) => response.end(body));
      expect(await refusalOf(clusterOf(kubeconfig))).toMatchObject({ reason: "invalid" });
    }
  });

  test("a redirect is never followed", async () => {
    const elsewhere = await fakeApi((_, response) => json(response, list([service("bait")])));
    const { kubeconfig } = await fakeApi(
      (url, response) => response.writeHead(302, { location: `${elsewhere.url}${url.pathname}` }).end(),
      { as: "jane" },
    );
    expect(await refusalOf(clusterOf(kubeconfig))).toMatchObject({
      message: expect.stringMatching(/sends us to another address, which is not followed/),
    });
    expect(elsewhere.asked).toEqual([]);
  });

  test("a body without end is cut at 10 MB a page, and asked for in smaller pages before it is given up", async () => {
    let sent = 0;
    const item = JSON.stringify({ metadata: { name: "x", annotations: { a: "x".repeat(100_000) } } });
    const { kubeconfig, asked } = await fakeApi((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write('{"kind":"ServiceList","metadata":{},"items":[');
      const more = (): void => {
        while (!response.destroyed && !response.writableEnded) {
          sent += item.length;
          if (!response.write(`${item},`)) break;
        }
      };
      response.on("drain", more);
      more();
    });
    const { message } = await refusalOf(
      clusterOf(kubeconfig, { pace: { ...quick, firstRetryMs: 60_000, lastRetryMs: 60_000 } }),
    );
    expect(message).toBe("The cluster dev answers with more than is ever taken: check its address.");
    expect(asked.map((each) => new URLSearchParams(each.split("?")[1]).get("limit"))).toEqual([
      "500",
      "125",
      "31",
      "20",
    ]);
    // What was sent beyond the cut was under way when the connection was closed.
    expect(sent).toBeLessThan(4 * 20_000_000);
  });

  test("what is packed to be small and is huge is cut too", async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, "[".charCodeAt(0)));
    const { kubeconfig } = await fakeApi((_, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(bomb);
    });
    expect(await refusalOf(clusterOf(kubeconfig))).toMatchObject({ reason: "invalid" });
  });

  test("a byte now and then runs into the deadline of the page, silence into that of the silence", async () => {
    const drip = await fakeApi((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const timer = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(timer));
    });
    const silent = await fakeApi(() => {});
    for (const [{ kubeconfig }, pace] of [
      [drip, { ...quick, pageMs: 200 }],
      [silent, { ...quick, pageIdleMs: 100 }],
    ] as const)
      expect(await refusalOf(clusterOf(kubeconfig, { pace }))).toMatchObject({
        reason: "timeout",
        message: expect.stringMatching(/does not answer in time at http:\/\/127/),
      });
  });

  test("nobody is there", async () => {
    const kubeconfig = kubeconfigFor("http://127.0.0.1:1", {});
    expect(await refusalOf(clusterOf(kubeconfig))).toMatchObject({
      reason: "offline",
      message: "The cluster dev cannot be reached at http://127.0.0.1:1 (ECONNREFUSED): is it running?",
    });
  });

  test("a server that is busy is asked again when it says so", async () => {
    let first = 0;
    const { kubeconfig } = await fakeApi((url, response) => {
      if (isWatch(url)) openWatch(response);
      else if (first === 0) {
        first = performance.now();
        response.writeHead(429, { "retry-after": "1" }).end();
      } else json(response, list([service("web")]));
    });
    const cluster = clusterOf(kubeconfig);
    expect(await refusalOf(cluster)).toMatchObject({ reason: "limited" });
    await expect.poll(() => cluster.services("all").status, poll).toBe("ok");
    expect(performance.now() - first).toBeGreaterThan(950);
  });
});

test("what has failed is asked again at once when somebody says so, and one client serves all environments", async () => {
  let isUp = false;
  const { kubeconfig, asked } = await fakeApi((url, response) => {
    if (!isUp) json(response, { kind: "Status", message: "etcd is gone" }, 500);
    else if (isWatch(url)) openWatch(response);
    else json(response, list([service("web")]));
  });
  const pool = new ClusterPool();
  const options = {
    kubeconfig,
    context: "dev",
    pace: { ...quick, firstRetryMs: 60_000, lastRetryMs: 60_000 },
  };
  const [one, two] = [pool.open(options), pool.open(options)];
  expect(await refusalOf(one)).toMatchObject({
    reason: "offline",
    message: "The cluster dev answers with status 500: etcd is gone",
  });
  expect(two.services("all")).toMatchObject({ status: "unavailable", reason: "offline" });
  isUp = true;
  two.retry();
  await expect.poll(() => one.services("all").status, poll).toBe("ok");
  expect(asked.filter((each) => !each.includes("watch=1"))).toHaveLength(2);
  two.dispose();
  expect(one.services("all").status).toBe("ok");
  one.dispose();
  expect(one.services("all").status).not.toBe("ok");
});

test("listeners are told before those who wait go on", async () => {
  const { kubeconfig } = await fakeApi((url, response) =>
    isWatch(url) ? void openWatch(response) : json(response, list([service("web")])),
  );
  const cluster = clusterOf(kubeconfig);
  let told = 0;
  cluster.onChange(() => told++);
  cluster.services("all");
  await cluster.settled();
  expect(told).toBe(1);
  await cluster.settled();
  expect(told).toBe(1);
});

describe("a list of pages", () => {
  test("starts again where the server has forgotten the rest, and goes on with its word where it does so again and again", async () => {
    let expired = 0;
    const { kubeconfig, asked } = await fakeApi((url, response) => {
      if (isWatch(url)) openWatch(response);
      else if (url.searchParams.get("continue") === null) json(response, list([service("a")], "5", "two"));
      else if (url.searchParams.get("continue") === "late") json(response, list([service("b")], "9"));
      else if (++expired > 0)
        json(response, { kind: "Status", code: 410, metadata: { continue: "late" } }, 410);
    });
    const cluster = clusterOf(kubeconfig);
    expect(namesIn(await servicesOf(cluster))).toEqual(["a", "b"]);
    expect(expired).toBe(3);
    // Everything since the first page is told by the watch.
    await expect
      .poll(() => asked.find((each) => each.includes("watch=1")), poll)
      .toContain("resourceVersion=5&");
  });

  test("that never ends is cut", async () => {
    const { kubeconfig } = await fakeApi((url, response) => {
      if (isWatch(url)) openWatch(response);
      else json(response, list([service("a")], "5", "again"));
    });
    expect(await servicesOf(clusterOf(kubeconfig))).toMatchObject({
      status: "partial",
      missing: ["more objects than are read"],
    });
  });
});

describe("a watch", () => {
  test("takes what is added, changed and removed, and goes on from the last bookmark after a break", async () => {
    const watches: { url: URL; send(type: string, object: object): void; end(): void }[] = [];
    const { kubeconfig, asked } = await fakeApi((url, response) => {
      if (!isWatch(url)) json(response, list([service("a")], "5"));
      else watches.push({ url, ...openWatch(response), end: () => response.destroy() });
    });
    const cluster = clusterOf(kubeconfig);
    await servicesOf(cluster);
    await expect.poll(() => watches.length, poll).toBe(1);
    watches[0]?.send("ADDED", service("b", "shop", "6"));
    watches[0]?.send("DELETED", service("a", "shop", "7"));
    await expect.poll(() => namesIn(cluster.services("all")), poll).toEqual(["b"]);
    watches[0]?.send("BOOKMARK", { metadata: { resourceVersion: "42" } });
    watches[0]?.send("ADDED", service("c", "shop", "43"));
    await expect.poll(() => namesIn(cluster.services("all")), poll).toEqual(["b", "c"]);
    watches[0]?.end();
    await expect.poll(() => watches.length, poll).toBe(2);
    expect(watches[1]?.url.searchParams.get("resourceVersion")).toBe("43");
    expect(watches[1]?.url.searchParams.get("allowWatchBookmarks")).toBe("true");
    await expect.poll(() => cluster.services("all").status, poll).toBe("ok");
    expect(asked.filter((each) => !each.includes("watch=1"))).toHaveLength(1);
  });

  test("that ends with an ERROR event of 410 lists again", async () => {
    let lists = 0;
    const { kubeconfig } = await fakeApi((url, response) => {
      if (!isWatch(url)) return json(response, list([service(`v${++lists}`)], String(lists)));
      const { send } = openWatch(response);
      if (lists === 1) send("ERROR", { kind: "Status", code: 410, message: "too old" });
    });
    const cluster = clusterOf(kubeconfig);
    await servicesOf(cluster);
    await expect.poll(() => namesIn(cluster.services("all")), poll).toEqual(["v2"]);
    await expect.poll(() => cluster.services("all").status, poll).toBe("ok");
  });

  test.each([
    [
      "another error",
      "ERROR",
      { kind: "Status", code: 500, message: "etcd is gone" },
      /ended a watch of Services: etcd is gone/,
    ],
    ["an event that is none", "ADDED", {}, /broke off or garbled its answer/],
  ])("that ends with %s keeps what was known, as what proves nothing", async (_, type, object, words) => {
    const { kubeconfig } = await fakeApi((url, response) => {
      if (isWatch(url)) openWatch(response).send(type, object);
      else json(response, list([service("a")]));
    });
    const cluster = clusterOf(kubeconfig);
    await servicesOf(cluster);
    await expect.poll(() => cluster.services("all").status, poll).toBe("partial");
    expect(cluster.services("all")).toMatchObject({
      missing: [expect.stringMatching(/^what changed since [\d:]{8} UTC$/)],
    });
    expect(cluster.state().message).toMatch(words);
    expect(namesIn(cluster.services("all"))).toEqual(["a"]);
  });

  test("that is refused with 410 each time is not asked for without a pause", async () => {
    const { kubeconfig, asked } = await fakeApi((url, response) => {
      if (isWatch(url)) json(response, { kind: "Status", code: 410 }, 410);
      else json(response, list([service("a")]));
    });
    const pace = { ...quick, firstRetryMs: 60_000, lastRetryMs: 60_000 };
    const cluster = clusterOf(kubeconfig, { pace });
    await servicesOf(cluster);
    await expect.poll(() => cluster.services("all").status, poll).toBe("partial");
    expect(namesIn(cluster.services("all"))).toEqual(["a"]);
    expect(asked).toHaveLength(2);
  });

  test("that says nothing for too long is opened anew, as one that is closed at once is", async () => {
    let watches = 0;
    const { kubeconfig } = await fakeApi((url, response) => {
      if (!isWatch(url)) json(response, list([service("a")]));
      else if (++watches < 3) openWatch(response);
      else response.writeHead(200).end();
    });
    const cluster = clusterOf(kubeconfig, { pace: { ...quick, watchIdleMs: 100 } });
    await servicesOf(cluster);
    await expect.poll(() => watches, poll).toBeGreaterThan(4);
    await expect.poll(() => cluster.services("all").status, poll).toBe("partial");
    expect(cluster.state().health).toBe("down");
  });

  test("is let go of when nobody has asked for a while, who needs it is reminded, and it goes on where it ended", async () => {
    const open = new Set<string>();
    const { kubeconfig, asked } = await fakeApi((url, response) => {
      if (!isWatch(url)) return json(response, list([service("a")], "5"));
      openWatch(response);
      open.add(url.search);
      response.on("close", () => open.delete(url.search));
    });
    const cluster = clusterOf(kubeconfig, { leaseMs: 400 });
    let reminded = 0;
    await servicesOf(cluster);
    const listener = cluster.onChange(() => {
      reminded++;
      cluster.services("all");
    });
    await expect.poll(() => reminded, poll).toBeGreaterThan(2);
    expect(open.size).toBe(1);
    expect(cluster.state().health).toBe("ok");
    listener.dispose();
    await expect.poll(() => open.size, poll).toBe(0);
    expect(cluster.state().health).toBe("idle");
    // Until it is heard again, what it knew may have changed.
    expect(cluster.services("all")).toMatchObject({ status: "partial", value: [{ name: "a" }] });
    await expect.poll(() => cluster.services("all").status, poll).toBe("ok");
    expect(asked.filter((each) => !each.includes("watch=1"))).toHaveLength(1);
  });
});

describe("kinds", () => {
  test("one that is forbidden, and one that is not known, leave the others working", async () => {
    const { kubeconfig } = await fakeApi((url, response) => {
      if (url.pathname.includes("servicemonitors")) json(response, { kind: "Status", code: 404 }, 404);
      else if (url.pathname.includes("namespaces")) json(response, { kind: "Status", code: 403 }, 403);
      else if (isWatch(url)) openWatch(response);
      else json(response, list([service("a")]));
    });
    const cluster = clusterOf(kubeconfig);
    const all = () => [
      cluster.services("all"),
      cluster.namespaces(),
      cluster.operatorObjects("ServiceMonitor", "all"),
    ];
    all();
    await cluster.settled();
    expect(all()).toMatchObject([
      { status: "ok" },
      { status: "unavailable", reason: "forbidden" },
      {
        status: "unavailable",
        reason: "unsupported",
        message: "The cluster dev does not know ServiceMonitors.",
      },
    ]);
    expect(cluster.state()).toMatchObject({
      health: "degraded",
      message: expect.stringMatching(/forbids to list namespaces/),
    });
  });

  test("Secrets are never asked for, and nothing is before somebody asks", async () => {
    const { kubeconfig, asked } = await fakeApi((url, response) =>
      isWatch(url) ? void openWatch(response) : json(response, list([])),
    );
    const cluster = clusterOf(kubeconfig);
    expect(cluster.state()).toMatchObject({ health: "idle" });
    await cluster.settled();
    expect(asked).toEqual([]);
    cluster.services(["shop"]);
    cluster.pods(["shop"]);
    cluster.containerPorts("shop", { app: "web" });
    cluster.endpointSlices("shop", "web");
    for (const kind of [
      "Prometheus",
      "PrometheusAgent",
      "ScrapeConfig",
      "Probe",
      "PodMonitor",
      "PrometheusRule",
    ] as const)
      cluster.operatorObjects(kind, "all");
    await cluster.settled();
    expect(asked.length).toBeGreaterThan(9);
    expect(asked.filter((each) => each.toLowerCase().includes("secret"))).toEqual([]);
  });
});

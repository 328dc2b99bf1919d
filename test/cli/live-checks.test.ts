import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { type FakePrometheus, fakePrometheus } from "../lsp/fake-prometheus.ts";
import { Sandbox } from "./run.ts";

let box: Sandbox;
let backend: FakePrometheus;
beforeEach(async () => {
  box = new Sandbox();
  backend = await fakePrometheus();
});
afterEach(async () => {
  box.dispose();
  await backend.close();
});

const rule = (expr: string): string =>
  `groups:\n- name: web\n  rules:\n  - alert: A\n    for: 5m\n    expr: ${expr}\n`;

interface Told {
  readonly check: string;
  readonly severity: string;
  readonly message: string;
}

async function told(...flags: string[]): Promise<readonly Told[]> {
  const run = await box.run(["check", "a.yaml", "--format", "json", "--min-severity", "hint", ...flags]);
  return (JSON.parse(run.out) as Told[]).map(({ check, severity, message }) => ({
    check,
    severity,
    message,
  }));
}

describe("with a backend", () => {
  test("what is not there is told after all that had to be asked, with its environment", async () => {
    box.write({
      "a.yaml": rule(`queue_detph > 1 and queue_depth{jbo="api"} > 2 and queue_depth{job="workers"} > 3`),
      "promscope.yaml": `environments:\n- name: Dev\n  backend: ${backend.url}\n`,
    });
    expect(await told("--env", "Dev")).toEqual([
      {
        check: "live.metric-missing",
        severity: "warning",
        message: "Dev has no metric `queue_detph` now; did you mean `queue_depth`?",
      },
      {
        check: "live.label-missing",
        severity: "warning",
        message: "`queue_depth` has no label `jbo` in Dev now; did you mean `job`?",
      },
      {
        check: "live.value-missing",
        severity: "hint",
        message: 'No `queue_depth` has job="workers" in Dev now; it may just be quiet.',
      },
    ]);
    expect(backend.asked.filter((path) => path.startsWith("/api/v1/query"))).toEqual([]);
  });

  test("a query runs with --history alone", async () => {
    box.write({ "a.yaml": rule("queue_detph > 1") });
    await told("--backend", backend.url, "--history");
    expect(backend.asked.some((path) => path.startsWith("/api/v1/query"))).toBe(true);
  });

  test("the rule's expression runs with --run, and over a day with --count-alerts", async () => {
    box.write({ "a.yaml": rule("sum by (job) (queue_depth) > 1") });
    const ran = await told("--backend", backend.url, "--run");
    expect(ran.map(({ check, severity }) => `${check} ${severity}`)).toEqual(["live.query-cost info"]);
    const queries = (): string[] => backend.asked.filter((path) => path.startsWith("/api/v1/query"));
    expect(queries()).toHaveLength(1);
    const counted = await told("--backend", backend.url, "--count-alerts");
    expect(counted.map(({ message }) => message)).toEqual([
      expect.stringMatching(/: no alert in the last day\.$/),
    ]);
    expect(
      queries()
        .slice(1)
        .every((path) => path.startsWith("/api/v1/query_range")),
    ).toBe(true);
    expect(queries()).toHaveLength(3);
  });

  test("what it refuses is told at its place", async () => {
    box.write({ "a.yaml": rule("queue_depth * on (job) queue_depth > 1") });
    backend.refuses = {
      errorType: "execution",
      error: "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)",
    };
    expect(await told("--backend", backend.url, "--run")).toMatchObject([
      { check: "live.many-to-many", severity: "error" },
    ]);
  });

  test("an answer that makes no sense makes no finding", async () => {
    box.write({ "a.yaml": rule("queue_depth * on (job) queue_depth > 1") });
    backend.refuses = { errorType: "execution", error: "expanding series: the disk is full" };
    expect(await told("--backend", backend.url, "--run", "--count-alerts", "--history")).toEqual([]);
  });

  test("one that does not answer makes no finding", async () => {
    box.write({ "a.yaml": rule(`queue_detph > 1`) });
    await backend.close();
    expect(await told("--backend", backend.url)).toEqual([]);
    backend = await fakePrometheus();
  });
});

test("addresses in annotations are asked with --links alone, each once", async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.url === "/old") response.writeHead(302, { location: "/there" }).end();
    else response.writeHead(request.url === "/there" ? 200 : request.url === "/in" ? 401 : 404).end("x");
  });
  await new Promise<void>((listening) => void server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  const web = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const notes = [
    "a: WEB/there",
    "b: WEB/gone",
    "c: WEB/old",
    "d: WEB/in",
    "e: WEB/gone",
    "f: WEB/{{ $value }}",
  ];
  const nobody = 'g: "http://127.0.0.1:1/"\n      h: "http://me:secret@127.0.0.1:1/x"';
  const annotations = `${notes.join("\n      ").replaceAll("WEB", web)}\n      ${nobody}`;
  box.write({ "a.yaml": `${rule("queue_depth > 1")}    annotations:\n      ${annotations}\n` });
  expect(await told()).toEqual([]);
  expect(asked).toEqual([]);
  const found = await told("--links");
  expect(found).toEqual([
    {
      check: "live.link-dead",
      severity: "warning",
      message: "This page is not there (404 Not Found): mend the address, or write the page.",
    },
    {
      check: "live.link-dead",
      severity: "warning",
      message: "This page is not there (404 Not Found): mend the address, or write the page.",
    },
  ]);
  expect([...new Set(asked.map((line) => line.split(" ")[1]))].sort()).toEqual([
    "/gone",
    "/in",
    "/old",
    "/there",
  ]);
  box.write({ "promscope.yaml": "policy:\n- require: { links: 'http://.*' }\n" });
  const policy = (await told("--links")).filter(({ check }) => check === "policy.link");
  expect(policy.map(({ message }) => message)).toEqual([
    "This address does not answer as it should: 404 Not Found.",
    "This address does not answer as it should: 401 Unauthorized.",
    "This address does not answer as it should: 404 Not Found.",
  ]);
});

test("who asks for queries without a backend hears of it", async () => {
  box.write({ "a.yaml": rule("queue_depth > 1") });
  const run = await box.run(["check", "a.yaml", "--run"]);
  expect(run.err).toBe("promscope: --run has no backend to ask: name one with --env or --backend.\n");
});

test("without a backend nothing is asked and nothing said", async () => {
  box.write({ "a.yaml": rule("queue_detph > 1") });
  expect(await told()).toEqual([]);
  expect(backend.asked).toEqual([]);
});

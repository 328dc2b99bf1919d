import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { discover } from "../../server/src/adapters/discovery/discover.ts";
import { type Backend, createBackend } from "../../server/src/adapters/prometheus/backend.ts";
import { neverCancelled as token } from "../../server/src/base/cancellation.ts";
import { Sandbox } from "../cli/run.ts";
import { freePorts } from "./ports.ts";
import { openRun, type Run, waitFor } from "./processes.ts";
import { ensureTools } from "./tools/build.ts";

const run: Run = openRun("victoriametrics");
const sandbox = new Sandbox();
let full = "";
let empty = "";
const opened: Backend[] = [];

/** Two of them: one that scrapes itself and got some series besides, one that has nothing. */
beforeAll(async () => {
  const tools = await ensureTools(["victoria-metrics"]);
  const [one = 0, other = 0] = await freePorts(2);
  full = `http://127.0.0.1:${one}`;
  empty = `http://127.0.0.1:${other}`;
  const start = (name: string, port: number, ...more: readonly string[]) =>
    run.start({
      name,
      command: tools["victoria-metrics"],
      args: [
        `-httpListenAddr=127.0.0.1:${port}`,
        `-storageDataPath=${join(run.folder, name)}`,
        "-search.latencyOffset=0s",
        "-loggerLevel=ERROR",
        ...more,
      ],
      ready: `http://127.0.0.1:${port}/health`,
    });
  await Promise.all([
    start("full", one, "-selfScrapeInterval=1s"),
    start("empty", other, "-selfScrapeInterval=0s"),
  ]);
  const lines = [
    ...["dev", "prod"].map((cluster) => `up{cluster="${cluster}",job="web"} 1`),
    ...Array.from({ length: 30 }, (_, i) => `queue_depth{cluster="dev",queue="q${i}"} ${i}`),
    `{"queue.size","a b"="c"} 3`,
  ];
  await fetch(`${full}/api/v1/import/prometheus`, { method: "POST", body: `${lines.join("\n")}\n` });
  const arrived = async (): Promise<boolean> => {
    // A new one each time: an index remembers for a while that there was nothing.
    const { metrics } = open(full);
    const counted = await metrics.seriesCount("queue_depth", 100, token);
    const own = await metrics.seriesCount("process_open_fds", 100, token);
    return [counted, own].every((fact) => fact.status === "ok" && fact.value > 0);
  };
  await waitFor(arrived, 60, () => new Error("VictoriaMetrics does not show what it was sent"));
});
afterAll(async () => {
  for (const backend of opened) backend.dispose();
  sandbox.dispose();
  await run.stop();
});

function open(backend: string): Backend {
  const made = createBackend({ name: "VM", backend });
  opened.push(made);
  return made;
}

test("a graph as it stands in its own interface is recognised", async () => {
  const kubeconfig = join(import.meta.dirname, "no-kubeconfig");
  const outcome = await discover({ address: `${full}/vmui/#/?g0.expr=up`, kubeconfig }, {}, token);
  expect(outcome).toMatchObject({
    status: "recognised",
    address: full,
    flavour: "victoriametrics",
    title: "VictoriaMetrics",
    test: { ok: true, message: expect.stringMatching(/\d series of the metric up\.$/) },
  });
});

test("one that has nothing says so wherever it is asked", async () => {
  const kubeconfig = join(import.meta.dirname, "no-kubeconfig");
  const told = "shows no metrics at all; check its tenant, scope and clock";
  expect(await discover({ address: empty, kubeconfig }, {}, token)).toMatchObject({
    status: "recognised",
    test: { message: expect.stringContaining(told) },
  });
  const { queries, metrics } = open(empty);
  for (const expression of ["up", "absent(up)", "up or vector(0)"])
    expect(await queries.run({ expression }, token)).toMatchObject({
      answer: { completeness: { status: "unknown" }, warnings: [`VM ${told}.`] },
    });
  expect(await metrics.presence?.("up", token)).toMatchObject({ status: "partial" });
  expect(await metrics.health(token)).toMatchObject({ status: "ok", value: { empty: true } });
});

describe("the index", () => {
  test("names, labels and values are those of what the matchers select", async () => {
    const { metrics } = open(full);
    const names = async (selector?: string) => {
      const fact = await metrics.metricNames({ selector, search: "queue", limit: 10 }, token);
      return fact.status === "ok" ? [...fact.value.names].sort() : fact;
    };
    await expect.poll(names).toEqual(["queue.size", "queue_depth"]);
    expect(await names(`{cluster="dev"}`)).toEqual(["queue_depth"]);
    const values = await metrics.labelValues("queue", { selector: "queue_depth", limit: 5 }, token);
    expect(values).toMatchObject({ value: { names: ["q0", "q1", "q10", "q11", "q12"], complete: false } });
    expect(await metrics.labelValues("a b", { selector: '{"queue.size"}', limit: 5 }, token)).toMatchObject({
      status: "ok",
      value: { names: ["c"], complete: true },
    });
    expect(await metrics.labelNames({ selector: "queue_depth", limit: 9 }, token)).toMatchObject({
      value: { names: ["__name__", "cluster", "queue"] },
    });
  });

  test("series are counted to a limit, and what is not there is not there", async () => {
    const { metrics } = open(full);
    expect(await metrics.seriesCount("queue_depth", 100, token)).toMatchObject({ status: "ok", value: 30 });
    expect(await metrics.seriesCount("queue_depth", 10, token)).toMatchObject({
      status: "partial",
      value: 10,
    });
    expect(await metrics.seriesCount("nothing", 10, token)).toMatchObject({ status: "ok", value: 0 });
    expect(await metrics.presence?.("queue_dept", token)).toMatchObject({
      status: "ok",
      value: { exists: false, near: "queue_depth" },
    });
  });
});

describe("queries", () => {
  test("of a single one are complete, with its own stats", async () => {
    const { queries } = open(full);
    expect(await queries.run({ expression: "count(queue_depth)" }, token)).toMatchObject({
      ok: true,
      answer: {
        series: [{ values: [[expect.any(Number), "30"]] }],
        completeness: { status: "complete", missing: [] },
        warnings: [],
        stats: { seriesFetched: "30" },
      },
    });
    expect(await queries.run({ expression: "nothing" }, token)).toMatchObject({
      answer: { series: [], completeness: { status: "complete" }, warnings: [] },
    });
    const end = Math.floor(Date.now() / 1000);
    const range = { start: end - 60, end, step: 10 };
    const outcome = await queries.run({ expression: '{"queue.size","a b"="c"}', range }, token);
    expect(outcome).toMatchObject({ answer: { resultType: "matrix", series: [{ labels: { "a b": "c" } }] } });
  });

  test("in its own language run; what it refuses is told in its words, without what it puts before them", async () => {
    const { queries } = open(full);
    expect(await queries.run({ expression: "median_over_time(process_open_fds[1m])" }, token)).toMatchObject({
      ok: true,
    });
    const host = new URL(full).host;
    expect(await queries.run({ expression: 'sum(up{job="a)("}' }, token)).toMatchObject({
      ok: false,
      failure: {
        reason: "bad_data",
        message: expect.stringMatching(new RegExp(`^${host} refuses this: argList: unexpected token`)),
      },
    });
  });
});

test("promscope check tells what it lacks", async () => {
  sandbox.write({
    "rules.yml": `groups:
- name: queues
  rules:
  - alert: Full
    expr: queue_dept{cluster="dev"} > 5
  - alert: Prod
    expr: up{cluster="prod", job="webb"} == 0
`,
  });
  const { out } = await sandbox.run(["check", "rules.yml", "--backend", full, "--format", "json"]);
  const found = JSON.parse(out) as { check: string; message: string }[];
  expect(found.map(({ check }) => check).filter((check) => check.startsWith("live."))).toEqual([
    "live.metric-missing",
    "live.value-missing",
  ]);
  expect(found.map(({ message }) => message).join(" ")).toMatch(/did you mean `queue_depth`.*`web`/);
});

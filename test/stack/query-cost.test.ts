import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { heatGroups } from "../../client/src/panel/heat-data.ts";
import { curlCommand } from "../../client/src/share.ts";
import {
  type Backend,
  type BackendTarget,
  createBackend,
} from "../../server/src/adapters/prometheus/backend.ts";
import { neverCancelled as token } from "../../server/src/base/cancellation.ts";
import { Opened } from "./opened.ts";
import { freePorts } from "./ports.ts";
import { openRun, type Run, waitFor } from "./processes.ts";
import { ensureTools } from "./tools/build.ts";

let run: Run;
let url: string;
const opened = new Opened();

function open(target: Omit<BackendTarget, "backend"> = {}): Backend {
  return opened.add(createBackend({ backend: url, ...target }));
}

/** A Prometheus with the query-cost API that scrapes itself, native histograms too. */
beforeAll(async () => {
  const tools = await ensureTools(["prometheus"]);
  const [port = 0] = await freePorts(1);
  run = openRun("query-cost");
  const config = join(run.folder, "prometheus.yml");
  await writeFile(
    config,
    `global: {scrape_interval: 1s, scrape_native_histograms: true}
scrape_configs:
  - {job_name: self, static_configs: [{targets: ["127.0.0.1:${port}"]}]}
`,
  );
  await run.start({
    name: "prometheus",
    command: tools.prometheus,
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(run.folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--enable-feature=query-cost",
      "--log.level=warn",
    ],
    ready: `http://127.0.0.1:${port}/-/ready`,
  });
  url = `http://127.0.0.1:${port}`;
  const scraped = async (): Promise<boolean> => {
    const outcome = await open().queries.run({ expression: "count_over_time(up[1m]) > 3" }, token);
    return outcome.ok && outcome.answer.series.length > 0;
  };
  await waitFor(scraped, 60, () => new Error("Prometheus did not scrape itself"));
});
afterAll(async () => {
  opened.close();
  await run?.stop();
});

test("the server's own estimate is taken where it has the query-cost API", async () => {
  const { queries } = open();
  const expression = "rate(prometheus_http_requests_total[1m])";
  const instant = await queries.cost({ expression }, token);
  expect(instant).toMatchObject({ status: "ok", value: { source: "server", atLeast: false } });
  const end = Math.floor(Date.now() / 1000);
  const range = await queries.cost({ expression, range: { start: end - 3600, end, step: 15 } }, token);
  expect(range).toMatchObject({ status: "ok", value: { source: "server" } });
  if (instant.status !== "ok" || range.status !== "ok") throw new Error("there is no estimate");
  expect(instant.value.series).toBeGreaterThan(0);
  expect(range.value.samples).toBeGreaterThan(0);
});

test("without it the index tells as many series, and no sample is read", async () => {
  const expression = "prometheus_http_requests_total";
  const told = await open().queries.cost({ expression }, token);
  const counted = await open({ flavour: "victoriametrics", version: "1.150" }).queries.cost(
    { expression },
    token,
  );
  expect(counted).toMatchObject({ status: "ok", value: { source: "index", atLeast: false } });
  if (told.status !== "ok" || counted.status !== "ok") throw new Error("there is no estimate");
  expect(counted.value.series).toBe(told.value.series);
  expect(counted.value.samples).toBe(counted.value.series);
});

test("what cannot be read has no cost, and a number has none", async () => {
  const { queries } = open();
  expect(await queries.cost({ expression: "sum(" }, token)).toMatchObject({ status: "unavailable" });
  expect(await queries.cost({ expression: "1 + 2" }, token)).toMatchObject({
    value: { series: 0, samples: 0 },
  });
});

test("native histograms come with their buckets, and make a heat map", async () => {
  const end = Math.floor(Date.now() / 1000);
  const range = { start: end - 30, end, step: 5 };
  const expression = "sum(prometheus_http_request_duration_seconds)";
  const outcome = await open().queries.run({ expression, range }, token);
  if (!outcome.ok) throw new Error(outcome.failure.message);
  const [group] = heatGroups(outcome.answer);
  expect(group?.map.max).toBeGreaterThan(0);
  expect(group?.map.buckets.every(({ lower, upper }) => lower < upper)).toBe(true);
  const counts = outcome.answer.series[0]?.histograms?.map(([, { count }]) => Number(count)) ?? [];
  const columns = counts.map((_, column) =>
    (group?.map.cells ?? []).reduce((sum, line) => sum + (line[column] ?? 0), 0),
  );
  // No observation is lost on the way from the buckets to the cells.
  for (const [index, sum] of columns.entries()) expect(sum).toBeCloseTo(counts[index] ?? Number.NaN, 6);
});

test("the command for the shell is answered as the query was", async () => {
  const time = Math.floor(Date.now() / 1000);
  const expression = 'up{job=~"self|it\'s"} == 1';
  const outcome = await open().queries.run({ expression, time }, token);
  if (!outcome.ok) throw new Error(outcome.failure.message);
  const shared = { backend: outcome.answer.backend, version: "Prometheus 3.16.0" };
  const command = curlCommand(shared, { expr: expression, time }, outcome.answer.expression);
  const printed = execFileSync("sh", ["-c", command], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"] },
  });
  const { data } = JSON.parse(printed) as { data: { result: { metric: unknown; value: unknown }[] } };
  expect(data.result).toEqual(
    outcome.answer.series.map(({ labels, values: [value] }) => ({ metric: labels, value })),
  );
});

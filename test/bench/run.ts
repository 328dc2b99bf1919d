import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findTool } from "../stack/tools/locate.ts";
import { measureCatalog } from "./catalog.ts";
import { benchKeys } from "./keys.ts";
import { labelTimes } from "./labels.ts";
import { inTurns, percentile, untilOutput } from "./measure.ts";
import { benchNames } from "./names.ts";
import { ruleFile } from "./rules.ts";

/**
 * `npm run bench`: the figures of docs/benchmarks.md, each beside what a user would have otherwise, in one run.
 * Needs the build (`npm run build`) and promtool (any run of the stack tests brings it).
 */
const root = fileURLToPath(new URL("../..", import.meta.url));
const bin = join(root, "server/bin/promscope.js");
const folder = mkdtempSync(join(tmpdir(), "promscope-bench-"));

const row = (name: string, figure: string): void => console.log(`| ${name} | ${figure} |`);
const ms = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;

async function benchCheck(): Promise<void> {
  const promtool = await findTool("promtool");
  if (promtool === undefined) throw new Error("promtool is not there yet; run `npm run test:stack` once.");
  const one = join(folder, "one.yaml");
  writeFileSync(one, ruleFile(10_000));
  const many = join(folder, "many");
  mkdirSync(many);
  for (let n = 0; n < 500; n++) writeFileSync(join(many, `rules-${n}.yaml`), ruleFile(20, n * 20));
  const files = readdirSync(many).map((name) => join(many, name));
  const compare = (name: string, paths: readonly string[], checked: readonly string[]): void => {
    const { ours, peer } = inTurns(
      [process.execPath, bin, "check", ...paths],
      [promtool, "check", "rules", "--lint=none", ...checked],
    );
    row(name, `${ms(ours)}, promtool ${ms(peer)}: ${(ours / peer).toFixed(2)} ×`);
  };
  const size = `${(statSync(one).size / 1e6).toFixed(1)} MB`;
  compare(`check, one file of 10,000 rules (${size}), all checks`, [one], [one]);
  compare("– only whether it loads (`--lint=none`)", ["--lint=none", one], [one]);
  compare("check, 500 files of 20 rules, all checks", [many], files);
  compare("– only whether they load (`--lint=none`)", ["--lint=none", many], files);
}

async function benchReady(): Promise<void> {
  const body = JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: { processId: null, rootUri: null, capabilities: {} },
  });
  const times: number[] = [];
  for (let round = 0; round < 9; round++)
    times.push(
      await untilOutput(
        process.execPath,
        [bin, "lsp", "--stdio"],
        `Content-Length: ${body.length}\r\n\r\n${body}`,
        '"capabilities"',
      ),
    );
  row("server ready (process start to the answer of initialize)", ms(percentile(times.slice(1), 0.5)));
}

function benchLabels(): void {
  const times = labelTimes();
  if (times === undefined) return;
  const us = (value: number): string => `${(value * 1000).toFixed(0)} µs`;
  row(
    `labels of one of ${times.length} real expressions, p50 / p99`,
    `${us(percentile(times, 0.5))} / ${us(percentile(times, 0.99))}`,
  );
}

async function benchCatalog(): Promise<void> {
  const { otherwise: other, ...ours } = await measureCatalog(folder);
  const mb = (value: number): string => `${value.toFixed(0)} MB`;
  row(
    `completion at 1,000,000 metric names (${ours.megabytes.toFixed(0)} MB), p50 / p95`,
    `${ms(ours.p50)} / ${ms(ours.p95)}, filtering texts ${ms(other.keyMs)}`,
  );
  row("– what the server's own thread works for it, p50 / p95", `${ms(ours.ownP50)} / ${ms(ours.ownP95)}`);
  row(
    "– resident memory of the server, at most",
    `${mb(ours.peak)}, the whole list as texts ${mb(other.residentMb)}`,
  );
  row(
    "– from opening a file until a name is completed",
    `${ms(ours.usable)}, whole list ${ms(other.usableMs)}`,
  );
  row("– the same from the disk, with the backend gone", ms(ours.usableFromDisk));
  row(
    "– longest block of the event loop while they load, by the clock / its thread's own work",
    `${ms(ours.blockLoading.clock)} / ${ms(ours.blockLoading.own)}, JSON.parse ${ms(other.parseMs)}`,
  );
}

console.log("| what | figure |\n|---|---|");
try {
  await benchCheck();
  benchLabels();
  await benchReady();
  await benchKeys(row);
  benchNames(row);
  await benchCatalog();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, existsSync, readFileSync } from "node:fs";
import { copyFile, link, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "./cache.ts";
import { type ClusterName, targetsOf } from "./history-estate.ts";
import { openMetrics } from "./history-write.ts";

/** The history of one Prometheus; `from` and `to` are seconds since the epoch. */
export interface HistorySpec {
  readonly cluster: ClusterName;
  readonly prometheus: "k8s" | "infra";
  readonly replica: "a" | "b";
  /** Multiplies the number of targets. */
  readonly scale: number;
  /** Seconds between two samples. */
  readonly step: number;
  readonly from: number;
  readonly to: number;
}

/** Length of a block of Prometheus, and of a piece of history in the cache. */
const blockSeconds = 2 * 3600;
/** Pieces of the cache that ended longer ago are of no use to anyone. */
const keptSeconds = 21 * 24 * 3600;

/**
 * Fills a Prometheus' data folder, before its first start, with blocks that end at `to`. Signals are
 * functions of absolute time, so a whole block is the same whenever it is made: it is made once and then
 * linked from the user's cache. Only the last, unfinished block is made anew each time.
 */
export async function writeHistory(spec: HistorySpec, promtool: string, dataFolder: string): Promise<void> {
  await mkdir(dataFolder, { recursive: true });
  const { cluster, prometheus, replica, scale, step } = spec;
  const shelf = cacheFolder(
    "history",
    `${sourceKey()}-${step}s-x${scale}`,
    `${cluster}-${prometheus}-${replica}`,
  );
  await mkdir(shelf, { recursive: true });
  await forget(shelf, spec.to - keptSeconds);
  const first = Math.floor(spec.from / blockSeconds) * blockSeconds;
  for (let start = first; start < spec.to; start += blockSeconds) {
    const end = start + blockSeconds;
    if (end > spec.to) {
      await makeBlocks(spec, promtool, start, spec.to, dataFolder);
      continue;
    }
    const piece = join(shelf, String(start));
    if (!existsSync(piece)) {
      const temporary = await mkdtemp(`${piece}.making-`);
      await makeBlocks(spec, promtool, start, end, temporary);
      // Another run may have been quicker; its piece is the same.
      await rename(temporary, piece).catch(() => rm(temporary, { recursive: true, force: true }));
    }
    await linkTree(piece, dataFolder);
  }
}

/** Changes whenever the generator does, so that no stale history is served. */
function sourceKey(): string {
  const hash = createHash("sha256");
  for (const name of ["signals", "estate", "services", "nodes", "write"]) {
    hash.update(readFileSync(join(import.meta.dirname, `history-${name}.ts`)));
  }
  return hash.digest("hex").slice(0, 12);
}

async function makeBlocks(spec: HistorySpec, promtool: string, from: number, to: number, folder: string) {
  const input = join(folder, "history.om");
  const out = createWriteStream(input);
  for (const text of openMetrics(targetsOf(spec.cluster, spec.prometheus, spec.scale), spec, from, to)) {
    if (!out.write(text)) await once(out, "drain");
  }
  out.end();
  await once(out, "close");
  await promisify(execFile)(promtool, ["tsdb", "create-blocks-from", "openmetrics", input, folder, "-q"]);
  await rm(input);
}

/** Links files (blocks are never written again), or copies them where the cache is on another disk. */
async function linkTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await linkTree(source, target);
    else await link(source, target).catch(() => copyFile(source, target));
  }
}

async function forget(shelf: string, before: number): Promise<void> {
  for (const name of await readdir(shelf)) {
    const end = Number.parseInt(name, 10) + blockSeconds;
    if (end < before) await rm(join(shelf, name), { recursive: true, force: true });
  }
}

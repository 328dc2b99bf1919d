import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { TestClient } from "../lsp/client.ts";
import { percentile } from "./measure.ts";

/** How long an event loop stood still, by the clock and by the time its thread had a processor. */
export interface Block {
  readonly clock: number;
  readonly own: number;
  /** What the thread has worked since the process began. */
  readonly total: number;
}

/** What the bench of the catalog found; times in milliseconds, sizes in megabytes. */
export interface CatalogFigures {
  /** Of the answer with all names. */
  readonly megabytes: number;
  readonly usable: number;
  readonly usableFromDisk: number;
  readonly p50: number;
  readonly p95: number;
  readonly worst: number;
  readonly resident: number;
  readonly peak: number;
  /** Longest block of the event loop while the names are loaded, and while there is typing. */
  readonly blockLoading: Block;
  readonly blockTyping: Block;
  /** What the server's own thread worked for a key: the change, the diagnostics it causes, and the completion. */
  readonly ownP50: number;
  readonly ownP95: number;
  readonly otherwise: { usableMs: number; parseMs: number; keyMs: number; residentMb: number };
}

const here = fileURLToPath(new URL(".", import.meta.url));
const uri = "file:///bench/names.promql";

/** What is typed: whole names, beginnings, words from the middle, letters in order, and what is nowhere. */
const typed = [
  "kube_memory_app70_usage_ratio",
  "usage_ratio",
  "app77_errors",
  "kmemusage",
  "http_client_app12_bytes_total",
  "nowhere_at_all",
  "otal",
  "queue_app399",
  "rdslog",
  "Redis_Log",
];
const calls = ["", "rate(", "sum by (job) (delta(", "histogram_quantile(0.9, rate("];

interface Items {
  readonly items: readonly { readonly label: string }[];
}

/** Whether the server has reached the backend, once it has. */
function healthOf(client: TestClient): true | undefined {
  return (
    client.notifications.some(({ params }) => JSON.stringify(params)?.includes('"health":"ok"')) || undefined
  );
}

/** A program of this folder that prints one line of JSON. */
async function started<T>(name: string, args: readonly string[]): Promise<{ child: ChildProcess; line: T }> {
  const child = spawn(process.execPath, [join(here, name), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let seen = "";
  for await (const chunk of child.stdout) {
    seen += String(chunk);
    if (seen.includes("\n")) break;
  }
  return { child, line: JSON.parse(seen) as T };
}

/** Megabytes that a process holds now, and held at most. */
function memoryOf(pid: number): { resident: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const of = (key: string): number =>
    (Number(new RegExp(`${key}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024) / 1e6;
  return { resident: of("VmRSS"), peak: of("VmHWM") };
}

/** Milliseconds that the main thread of a process has had a processor. */
function worked(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
}

/** Measures completion among a million names with the built server over standard input and output. */
export async function measureCatalog(folder: string): Promise<CatalogFigures> {
  const { child: backend, line } = await started<{ url: string; bytes: number }>("names-server.ts", []);
  const blockFile = join(folder, "block.json");
  process.env["PROMSCOPE_BENCH_BLOCK"] = blockFile;
  const cacheFolder = join(folder, "cache");
  mkdirSync(cacheFolder, { recursive: true });
  const settings = { environments: [{ name: "Bench", backend: line.url }] };
  const execArgv = ["--import", join(here, "loop-block.mjs")];
  const open = (): Promise<TestClient> => TestClient.start("stdio", { settings, cacheFolder, execArgv });
  /** Milliseconds since the last call in which the server's event loop stood still at most. */
  const blocked = async (client: TestClient): Promise<Block> => {
    rmSync(blockFile, { force: true });
    client.process?.kill("SIGUSR2");
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      try {
        return JSON.parse(readFileSync(blockFile, "utf8")) as Block;
      } catch {
        // Not written yet.
      }
    }
  };
  const ask = async (client: TestClient, text: string): Promise<{ list: Items | null; ms: number }> => {
    await client.change(uri, text);
    const from = performance.now();
    const list = await client.at<Items | null>("textDocument/completion", uri, 0, text.length);
    return { list, ms: performance.now() - from };
  };
  const untilUsable = async (client: TestClient): Promise<number> => {
    const from = performance.now();
    await client.open(uri, "kube_memory_app70_usage", "promql");
    for (;;) {
      const { list } = await ask(client, "kube_memory_app70_usage");
      if (list?.items.some(({ label }) => label === "kube_memory_app70_usage_ratio"))
        return performance.now() - from;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  /** Loads the names, with their types and the file on the disk, while nobody asks for anything. */
  const loading = async (client: TestClient): Promise<Block> => {
    // The libraries that reach servers are loaded once; names come after.
    await client.until(() => healthOf(client));
    await blocked(client);
    await client.open(uri, "kube", "promql");
    const files = join(cacheFolder, "promscope", "catalogs");
    while (!existsSync(files) || !readdirSync(files).some((name) => name.endsWith(".gz")))
      await new Promise((resolve) => setTimeout(resolve, 50));
    const block = await blocked(client);
    await client.stop();
    rmSync(files, { recursive: true });
    return block;
  };
  try {
    const blockLoading = await loading(await open());
    const client = await open();
    const usable = await untilUsable(client);
    await blocked(client);
    const times: number[] = [];
    const works: number[] = [];
    const pid = client.process?.pid ?? 0;
    for (const [round, word] of [...typed, ...typed].entries()) {
      const before = calls[round % calls.length] ?? "";
      for (let length = 1; length <= word.length; length++) {
        const from = worked(pid);
        const { ms } = await ask(client, before + word.slice(0, length));
        // The first words warm the machine up.
        if (round < 2) continue;
        times.push(ms);
        works.push(worked(pid) - from);
      }
    }
    const blockTyping = await blocked(client);
    const { resident, peak } = memoryOf(pid);
    await client.stop();
    backend.kill();
    const again = await open();
    const usableFromDisk = await untilUsable(again);
    await again.stop();
    const { child: renewed, line: other } = await started<{ url: string }>("names-server.ts", []);
    const { child, line: otherwise } = await started<CatalogFigures["otherwise"]>("whole-list.ts", [
      other.url,
    ]);
    child.kill();
    renewed.kill();
    return {
      megabytes: line.bytes / 1e6,
      usable,
      usableFromDisk,
      p50: percentile(times, 0.5),
      p95: percentile(times, 0.95),
      worst: Math.max(...times),
      resident,
      peak,
      blockLoading,
      blockTyping,
      ownP50: percentile(works, 0.5),
      ownP95: percentile(works, 0.95),
      otherwise,
    };
  } finally {
    backend.kill();
  }
}

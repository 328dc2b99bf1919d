import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { TestClient } from "../lsp/client.ts";
import { percentile } from "./measure.ts";
import { ruleFile } from "./rules.ts";

/** Where a key is typed: at expressions all over the file, or in its first lines. */
export type KeyPlace = "rules" | "skeleton";

export interface KeyTimes {
  /** Milliseconds by the clock from the change until the pulled diagnostics are there. */
  readonly p50: number;
  readonly p95: number;
  /** What the server's main thread works for a key, where the system tells (Linux). */
  readonly own: { readonly p50: number; readonly p95: number } | undefined;
}

/** How many keys are typed, and how many of them are not counted. */
const keys = 1000;
const warmUp = 60;

/** `key` goes in, then out again; `"` and `{` make the file no valid YAML in half of its states. */
async function measureKeys(bytes: number, key: string, at: KeyPlace): Promise<KeyTimes> {
  const client = await TestClient.start("stdio");
  const text = ruleFile(Math.round(bytes / 250));
  const uri = "file:///bench/rules.yaml";
  await client.open(uri, text);
  await client.pull(uri);
  const lines = text.split("\n");
  const places =
    at === "skeleton" ? [1] : lines.flatMap((line, index) => (line.startsWith("    expr: ") ? [index] : []));
  const clock: number[] = [];
  const own: number[] = [];
  let version = 1;
  for (let typed = 0; typed < keys; typed++) {
    const line = places[((typed >> 1) * 7919) % places.length] ?? 0;
    const start = { line, character: 10 };
    const isErased = typed % 2 === 1;
    const end = isErased ? { line, character: 11 } : start;
    const worked = workOf(client.process?.pid);
    const since = performance.now();
    await client.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version: ++version },
      contentChanges: [{ range: { start, end }, text: isErased ? "" : key }],
    });
    await client.pull(uri);
    if (typed < warmUp) continue;
    clock.push(performance.now() - since);
    if (worked !== undefined) own.push((workOf(client.process?.pid) ?? worked) - worked);
  }
  await client.stop();
  return {
    p50: percentile(clock, 0.5),
    p95: percentile(clock, 0.95),
    own: own.length === 0 ? undefined : { p50: percentile(own, 0.5), p95: percentile(own, 0.95) },
  };
}

/** Milliseconds that the main thread of a process has run. */
function workOf(pid: number | undefined): number | undefined {
  if (pid === undefined || process.platform !== "linux") return undefined;
  return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
}

/** `node test/bench/keys.ts`: the rows of `npm run bench` alone. */
export async function benchKeys(row: (name: string, figure: string) => void): Promise<void> {
  const ms = (value: number): string => value.toFixed(value < 10 ? 2 : 0);
  const told = async (name: string, bytes: number, key: string, at: KeyPlace): Promise<void> => {
    const { p50, p95, own } = await measureKeys(bytes, key, at);
    const work = own === undefined ? "" : `; the server's thread ${ms(own.p50)} / ${ms(own.p95)} ms`;
    row(`${name} → pulled diagnostics, p50 / p95`, `${ms(p50)} / ${ms(p95)} ms${work}`);
  };
  const sizes = [
    [100_000, "100 kB"],
    [1_000_000, "1 MB"],
    [5_000_000, "5 MB"],
  ] as const;
  for (const [bytes, size] of sizes) await told(`keystroke in a rule, ${size}`, bytes, "x", "rules");
  for (const [bytes, size] of sizes)
    await told(`a quote without end in a rule and out again, ${size}`, bytes, '"', "rules");
  await told("keystroke in the first lines, 1 MB", 1_000_000, "x", "skeleton");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await benchKeys((name, figure) => console.log(`| ${name} | ${figure} |`));
  process.exit(0);
}

import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { cacheFolder } from "../stack/cache.ts";
import { withLock } from "../stack/lock.ts";

const sources = fileURLToPath(new URL("./kubeconfig/", import.meta.url));

/** What is asked: paths may be relative to `folder`. */
export interface KubeconfigQuestion {
  readonly folder: string;
  /** The value of `KUBECONFIG`. */
  readonly env: string;
  /** The value of `--kubeconfig`; empty for none. */
  readonly explicit: string;
  /** The value of `--context`; empty for none. */
  readonly context: string;
}

/** What client-go makes of it; everything is empty where it refuses. */
export interface KubeconfigAnswer {
  readonly error: string;
  readonly context: string;
  readonly namespace: string;
  readonly server: string;
  readonly serverName: string;
  readonly insecure: boolean;
  readonly caFile: string;
  readonly ca: string;
  readonly proxy: string;
  readonly certFile: string;
  readonly cert: string;
  readonly keyFile: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, readonly string[]>> | null;
  /** The command, its arguments and its variables. */
  readonly exec: readonly string[] | null;
  readonly execMode: string;
}

/** kubectl's own loading rules (client-go), in a process of their own. */
export interface KubeconfigOracle {
  ask(question: KubeconfigQuestion): Promise<KubeconfigAnswer>;
  close(): Promise<void>;
}

async function ensureProgram(): Promise<string> {
  const hash = createHash("sha256");
  for (const name of readdirSync(sources).sort())
    hash.update(`${name}\n`).update(readFileSync(join(sources, name)));
  const folder = cacheFolder("tools", `kubeconfig-oracle-${hash.digest("hex").slice(0, 12)}`);
  const path = join(folder, "kubeconfig");
  await withLock(`${folder}.lock`, async () => {
    if (existsSync(path)) return;
    await mkdir(dirname(folder), { recursive: true });
    const temporary = await mkdtemp(`${folder}.building-`);
    try {
      await promisify(execFile)("go", ["build", "-trimpath", "-o", join(temporary, "kubeconfig"), "."], {
        cwd: sources,
        env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOWORK: "off" },
      });
      await rename(temporary, folder);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  });
  return path;
}

/** Starts the oracle; it needs `go` on PATH the first time. */
export async function startKubeconfigOracle(): Promise<KubeconfigOracle> {
  const child = spawn(await ensureProgram(), [], { stdio: ["pipe", "pipe", "inherit"] });
  const waiting: ((line: string) => void)[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => waiting.shift()?.(line));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return {
    async ask(question) {
      const line = await new Promise<string>((resolve) => {
        waiting.push(resolve);
        child.stdin.write(`${JSON.stringify(question)}\n`);
      });
      return JSON.parse(line) as KubeconfigAnswer;
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}

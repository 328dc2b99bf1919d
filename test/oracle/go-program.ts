import { type ChildProcessWithoutNullStreams, execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { cacheFolder } from "../stack/cache.ts";
import { withLock } from "../stack/lock.ts";

/**
 * The path of a Go program of ours, built from the folder beside this file unless the very same sources were built
 * before. It needs `go` on PATH then, and takes from half a minute to some minutes.
 */
export async function ensureGoProgram(source: string, name: string): Promise<string> {
  const sources = fileURLToPath(new URL(`./${source}/`, import.meta.url));
  const hash = createHash("sha256");
  for (const file of readdirSync(sources).sort())
    hash.update(`${file}\n`).update(readFileSync(join(sources, file)));
  const folder = cacheFolder("tools", `${name}-${hash.digest("hex").slice(0, 12)}`);
  const path = join(folder, name);
  if (existsSync(path)) return path;
  await withLock(`${folder}.lock`, async () => {
    if (existsSync(path)) return;
    await mkdir(dirname(folder), { recursive: true });
    const temporary = await mkdtemp(`${folder}.building-`);
    try {
      await promisify(execFile)("go", ["build", "-trimpath", "-o", join(temporary, name), "."], {
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

/** A program that answers each line of JSON with one of its own, in order. */
export class LineProgram {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = [];
  readonly #ended: Promise<void>;

  constructor(path: string) {
    this.#process = spawn(path, [], { stdio: ["pipe", "pipe", "pipe"] });
    let complaints = "";
    this.#process.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaints = (complaints + text).slice(-2000);
    });
    createInterface({ input: this.#process.stdout }).on("line", (line) =>
      this.#waiting.shift()?.resolve(line),
    );
    this.#ended = new Promise((resolve) => {
      this.#process.once("close", (code, signal) => {
        const error = new Error(`${path} ended with ${signal ?? code}: ${complaints}`);
        for (const { reject } of this.#waiting.splice(0)) reject(error);
        resolve();
      });
    });
  }

  /** Fails where the program ends before it answers. */
  async ask(question: unknown): Promise<unknown> {
    const line = await new Promise<string>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#process.stdin.write(`${JSON.stringify(question)}\n`);
    });
    return JSON.parse(line);
  }

  async close(): Promise<void> {
    this.#process.stdin.end();
    await this.#ended;
  }
}

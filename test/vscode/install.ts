import { existsSync } from "node:fs";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { cacheFolder, removeLeftovers } from "../stack/cache.ts";
import { withLock } from "../stack/lock.ts";
import { runCommand } from "../stack/processes.ts";
import { aptPackages, ensureDebianPackages } from "./debian.ts";

/** VS Code 1.139 for the browser; needs exactly Node 24. */
const codeServerVersion = "4.139.1";

export interface CodeServer {
  /** The Node 24 that its native parts were compiled for. */
  readonly node: string;
  /** VS Code's own server (`server-main.js`): the one that can run extension-host tests. */
  readonly serverMain: string;
  /** code-server's entry, as a user starts it: `node codeServer --install-extension …`. */
  readonly codeServer: string;
}

/** Sees at once whether code-server can be installed: long builds are no use to someone who cannot see them. */
export async function ensureCodeServerPackages(progress: (line: string) => void): Promise<void> {
  if (existsSync(cacheFolder("vscode", codeServerVersion))) return;
  await ensureDebianPackages(aptPackages.codeServer, progress);
}

/**
 * The real VS Code of the tests and the demo, installed once into the user's cache (two minutes: its native
 * parts are compiled). Fails with one sentence that says what is missing.
 */
export async function ensureCodeServer(progress: (line: string) => void = () => {}): Promise<CodeServer> {
  const folder = cacheFolder("vscode", codeServerVersion);
  if (!existsSync(folder)) {
    await withLock(
      `${folder}.lock`,
      async () => {
        if (!existsSync(folder)) await install(folder, progress);
      },
      (pid) => progress(`code-server: waiting for process ${pid}, which installs it`),
    );
  }
  const modules = join(folder, "node_modules");
  return {
    node: join(modules, "node", "bin", "node"),
    serverMain: join(modules, "code-server", "lib", "vscode", "out", "server-main.js"),
    codeServer: join(modules, "code-server", "out", "node", "entry.js"),
  };
}

async function install(folder: string, progress: (line: string) => void): Promise<void> {
  await ensureDebianPackages(aptPackages.codeServer, progress);
  const started = performance.now();
  progress(`code-server ${codeServerVersion}: installing (about two minutes, once)`);
  // We hold the lock, so what others began here is theirs no more.
  await removeLeftovers(`${folder}.installing-`);
  const temporary = await mkdtemp(`${folder}.installing-`);
  try {
    // Its own folder: its Node and its native parts must not meet those of this repository.
    const allowScripts = { node: true, "code-server": true, argon2: true };
    await writeFile(join(temporary, "package.json"), JSON.stringify({ private: true, allowScripts }));
    await npm(["node@24"], temporary);
    await npm([`code-server@${codeServerVersion}`], temporary);
    await rename(temporary, folder);
  } catch (error) {
    throw new Error(`code-server could not be installed: ${(error as Error).message}`);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  progress(
    `code-server ${codeServerVersion}: installed in ${Math.round((performance.now() - started) / 1000)} s`,
  );
}

/** `npm install` with the folder's own Node first on PATH, for that is what native parts are compiled for. */
function npm(packages: readonly string[], folder: string): Promise<void> {
  const PATH = [join(folder, "node_modules", "node", "bin"), process.env["PATH"] ?? ""].join(delimiter);
  // What `npm run` hands down (its prefix, its configuration) would lead the inner npm astray.
  const inherited = Object.keys(process.env).filter((name) => /^npm_/i.test(name));
  const env = { ...Object.fromEntries(inherited.map((name) => [name, undefined])), PATH };
  const args = ["install", "--no-audit", "--no-fund", "--loglevel=error", ...packages];
  return runCommand({ name: "npm install", command: "npm", args, cwd: folder, env });
}

/** The path of Chromium, from `PROMSCOPE_CHROMIUM`, PATH or Debian's package, which root may install. */
export async function ensureChromium(progress: (line: string) => void = () => {}): Promise<string> {
  const found = findChromium();
  if (found !== undefined) return found;
  await ensureDebianPackages(aptPackages.chromium, progress);
  const installed = findChromium();
  if (installed === undefined) throw new Error("Chromium was installed, but is not on PATH.");
  return installed;
}

function findChromium(): string | undefined {
  const given = process.env["PROMSCOPE_CHROMIUM"];
  if (given !== undefined && existsSync(given)) return given;
  const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((file) => existsSync(file));
}

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "../stack/cache.ts";
import { withLock } from "../stack/lock.ts";
import { ensureDebianPackages } from "../vscode/debian.ts";

const run = promisify(execFile);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const library = (name: string): { name: string; file: string } => ({
  name,
  file: `/usr/share/doc/${name}`,
});

/** Debian's Emacs with eglot, lsp-mode and a mode for YAML. */
export async function ensureEmacs(): Promise<void> {
  const emacs = { name: "emacs-nox", program: "emacs" };
  await ensureDebianPackages(
    [emacs, library("elpa-eglot"), library("elpa-lsp-mode"), library("elpa-yaml-mode")],
    say,
  );
}

/** Debian's Vim with ALE, and tmux, in which it is driven. */
export async function ensureVim(): Promise<void> {
  const vim = { name: "vim", program: "vim" };
  await ensureDebianPackages([vim, library("vim-ale"), { name: "tmux", program: "tmux" }], say);
}

export interface Neovim {
  readonly program: string;
  /** `0.11.4` */
  readonly version: string;
  /** The parts of docs/editors.md that are for this version. */
  readonly headings: readonly string[];
}

async function neovimAt(program: string): Promise<Neovim> {
  const { stdout } = await run(program, ["--version"]);
  const [, version = "", minor = "0"] = /^NVIM v(\d+\.(\d+)\.\d+)/.exec(stdout) ?? [];
  const old = "Neovim 0.7 to 0.10";
  // What the newer versions deprecate still works there for a while, and people have it in their files.
  return { program, version, headings: Number(minor) >= 11 ? ["Neovim 0.11 and newer", old] : [old] };
}

/** Debian's Neovim, and those that PROMSCOPE_NEOVIMS names (paths, with colons between them). */
export async function neovims(): Promise<readonly Neovim[]> {
  await ensureDebianPackages([{ name: "neovim", program: "nvim" }], say);
  const more = (process.env["PROMSCOPE_NEOVIMS"] ?? "").split(":").filter((path) => path !== "");
  return await Promise.all(["nvim", ...more].map(neovimAt));
}

const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * The path of Helix: that of PATH, else Debian 13's, unpacked with the C library that it wants into a folder of its
 * own, since Debian 12 has no package of it. tmux is there with it, in which it is driven.
 */
export async function ensureHelix(): Promise<string> {
  await ensureDebianPackages([{ name: "tmux", program: "tmux" }], say);
  for (const folder of (process.env["PATH"] ?? "").split(delimiter))
    if (folder !== "" && existsSync(join(folder, "hx"))) return join(folder, "hx");
  if (!existsSync(keyring)) throw new Error("Helix is missing; install it, so that hx is on PATH.");
  const folder = cacheFolder("tools", "helix-debian13");
  const program = join(folder, "hx");
  await withLock(`${folder}.lock`, async () => {
    if (existsSync(program)) return;
    say("Helix: downloading Debian 13's");
    await mkdir(dirname(folder), { recursive: true });
    const temporary = await mkdtemp(`${folder}.building-`);
    try {
      await unpackHelix(temporary, folder);
      await rename(temporary, folder);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  });
  return program;
}

/** Downloads into one folder what will stand in another. */
async function unpackHelix(into: string, folder: string): Promise<void> {
  const apt = join(into, "apt");
  await mkdir(join(apt, "lists", "partial"), { recursive: true });
  const sources = join(apt, "sources.list");
  await writeFile(sources, `deb [signed-by=${keyring}] http://deb.debian.org/debian trixie main\n`);
  const options = [
    `Dir::Etc::sourcelist=${sources}`,
    "Dir::Etc::sourceparts=/dev/null",
    `Dir::State::lists=${join(apt, "lists")}`,
    `Dir::Cache=${apt}`,
    "Debug::NoLocking=1",
    "APT::Sandbox::User=",
  ].flatMap((option) => ["-o", option]);
  await run("apt-get", [...options, "update", "-qq"], { maxBuffer: 1 << 26 });
  await run("apt-get", [...options, "download", "-qq", "hx", "libc6", "libgcc-s1"], { cwd: apt });
  const packages = (await readdir(apt)).filter((name) => name.endsWith(".deb"));
  for (const name of packages) await run("dpkg-deb", ["-x", join(apt, name), into]);
  await rm(apt, { recursive: true });
  const files = await readdir(join(into, "usr", "lib"), { recursive: true });
  const loader = files.find((name) => /(?:^|\/)ld-linux[^/]*\.so\.\d+$/.test(name));
  if (loader === undefined) throw new Error("Debian's libc6 has no loader.");
  const libraries = join(folder, "usr", "lib", dirname(loader));
  const command = [
    `HELIX_RUNTIME="${join(folder, "usr", "lib", "hx", "runtime")}"`,
    `exec "${join(folder, "usr", "lib", loader)}" --library-path "${libraries}"`,
    `"${join(folder, "usr", "lib", "hx", "hx")}" "$@"`,
  ].join(" ");
  await writeFile(join(into, "hx"), `#!/bin/sh\n${command}\n`, { mode: 0o755 });
}

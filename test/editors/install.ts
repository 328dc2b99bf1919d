import { execFile } from "node:child_process";
import { promisify } from "node:util";
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

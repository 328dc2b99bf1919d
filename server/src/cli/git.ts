import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { textOfBytes } from "../adapters/files/text.ts";
import type { SourceDocument } from "../model/document.ts";
import { type CliIo, UsageError } from "./io.ts";
import { documentOf } from "./sources.ts";

/** The files of a revision that are to be compared with those of today. */
export interface Revision {
  readonly documents: readonly SourceDocument[];
  /** Paths of today by those that files had then. */
  readonly renamed: ReadonlyMap<string, string>;
}

/** Files that are gone today are known by their names alone. */
const yamlName = /\.(?:ya?ml|rules|promql)$/i;

/**
 * The files of a git revision below the paths: those that are checked today, under the names that they had, and YAML
 * files that are gone. Nothing is checked out. Throws `UsageError` where git cannot tell.
 */
export async function filesAt(
  ref: string,
  paths: readonly string[],
  today: readonly SourceDocument[],
  io: CliIo,
): Promise<Revision> {
  const top = (
    await git(["rev-parse", "--show-toplevel"], io, "This is no git repository; run in one.")
  ).trim();
  const commit = (
    await git(
      ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`],
      io,
      `git knows no revision ${JSON.stringify(ref)}; fetch it, or name another.`,
    )
  ).trim();
  const roots = paths.flatMap((path) => (path === "-" ? [] : [resolve(realpathSync(io.cwd), path)]));
  return filesIn({ top, commit, ref, roots }, today, io);
}

/** A revision of a repository, or of one that lies in it as a submodule. */
interface Tree {
  readonly top: string;
  readonly commit: string;
  /** As it was asked for. */
  readonly ref: string;
  /** What is checked. */
  readonly roots: readonly string[];
}

async function filesIn(tree: Tree, today: readonly SourceDocument[], io: CliIo): Promise<Revision> {
  const { top, commit, ref, roots } = tree;
  const inTop = { ...io, cwd: top };
  const failed = `git cannot list the files of ${ref}.`;
  const listed = await git(["ls-tree", "-r", "-z", "--full-tree", commit], inTop, failed);
  const moved = await git(
    ["diff", "--name-status", "-z", "-M", "--diff-filter=R", "--ignore-submodules", commit, "--"],
    inTop,
    failed,
  );
  const local = (path: string): string => {
    const absolute = resolve(top, path);
    const shown = relative(realpathSync(io.cwd), absolute);
    return (shown.startsWith("..") ? absolute : shown).split(sep).join("/");
  };
  const renamed = new Map<string, string>();
  const names = moved.split("\0");
  for (let at = 0; at + 2 < names.length; at += 3) {
    const [before, after] = [names[at + 1], names[at + 2]];
    if (before !== undefined && after !== undefined) renamed.set(local(before), local(after));
  }
  const within = roots.map((root) => relative(top, root).split(sep).join("/"));
  const known = new Map(today.map((document) => [document.path, document]));
  const wanted: string[] = [];
  const documents: SourceDocument[] = [];
  for (const entry of listed.split("\0")) {
    const [, kind, object = "", path = ""] = /^\d+ (\w+) (\w+)\t(.*)$/s.exec(entry) ?? [];
    if (kind === "commit") {
      const sub = await submoduleAt({ ...tree, top: resolve(top, path), commit: object }, today, io);
      documents.push(...sub.documents);
      for (const [before, after] of sub.renamed) renamed.set(before, after);
    } else if (path !== "" && isWanted(path, local(path))) wanted.push(path);
  }
  function isWanted(path: string, shown: string): boolean {
    if (known.has(shown) || known.has(renamed.get(shown) ?? "")) return true;
    return (
      yamlName.test(path) &&
      within.some((root) => root === "" || path === root || path.startsWith(`${root}/`))
    );
  }
  const texts = await contents(commit, wanted, inTop);
  for (const [index, path] of wanted.entries()) {
    const text = texts[index];
    if (text === undefined) continue;
    const same = known.get(local(path));
    documents.push(
      same?.text === text ? same : documentOf(resolve(io.cwd, local(path)), text, io, same?.forced),
    );
  }
  return { documents, renamed };
}

/** A submodule as the revision has it; nothing where it is not checked out, or that commit was never fetched. */
async function submoduleAt(tree: Tree, today: readonly SourceDocument[], io: CliIo): Promise<Revision> {
  const none: Revision = { documents: [], renamed: new Map() };
  const overlaps = tree.roots.some((root) => isIn(root, tree.top) || isIn(tree.top, root));
  return overlaps && existsSync(join(tree.top, ".git")) ? filesIn(tree, today, io).catch(() => none) : none;
}

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** What git prints; `reason` is told where it fails. */
async function git(args: readonly string[], io: CliIo, reason: string): Promise<string> {
  return (await run(args, "", io, reason)).toString("utf8");
}

/** The texts of files of a revision, in the same order, from one process; nothing for one that is no file. */
async function contents(
  commit: string,
  paths: readonly string[],
  io: CliIo,
): Promise<readonly (string | undefined)[]> {
  const asked = paths.filter((path) => !path.includes("\n"));
  const input = asked.map((path) => `${commit}:${path}\n`).join("");
  const output = await run(["cat-file", "--batch"], input, io, "git cannot read the files of that revision.");
  const texts = new Map<string, string>();
  let at = 0;
  for (const path of asked) {
    const end = output.indexOf(10, at);
    const size = /^\S+ blob (\d+)$/.exec(output.subarray(at, end).toString("utf8"))?.[1];
    at = end + 1;
    if (size === undefined) continue;
    texts.set(path, textOfBytes(output.subarray(at, at + Number(size))));
    at += Number(size) + 1;
  }
  return paths.map((path) => texts.get(path));
}

function run(args: readonly string[], input: string, io: CliIo, reason: string): Promise<Buffer> {
  return new Promise((fulfil, reject) => {
    // Nothing of a repository is run: neither its hooks nor its filters.
    const child = spawn("git", ["-c", "core.fsmonitor=false", ...args], {
      cwd: io.cwd,
      stdio: ["pipe", "pipe", "ignore"],
    });
    const parts: Buffer[] = [];
    child.on("error", () => reject(new UsageError("git cannot be started; install it for --since.")));
    child.stdout.on("data", (part: Buffer) => parts.push(part));
    child.stdin.on("error", () => undefined);
    child.on("close", (code) => (code === 0 ? fulfil(Buffer.concat(parts)) : reject(new UsageError(reason))));
    child.stdin.end(input);
  });
}

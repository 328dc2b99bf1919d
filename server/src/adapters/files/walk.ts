import type { Dirent } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";

/** Folders that hold no configuration of ours but many files. */
const skippedFolders = new Set([".git", "node_modules", ".terraform", ".venv", "vendor", ".cache"]);

/** Files that are read whatever they hold; all others only if their first bytes look like ours. */
const ourExtensions = new Set([".yaml", ".yml", ".promql", ".rules"]);

/** Text of other languages: an example inside them is not configuration. */
const foreignExtensions = new Set(
  ".md .go .ts .js .mjs .cjs .tsx .jsx .py .rb .java .kt .rs .c .h .cpp .sh .html .css .svg .json .toml .lock .sum .mod .tf .jsonnet .libsonnet .cue .sql .xml .csv .tsv .log".split(
    " ",
  ),
);

/** A line that only our kinds of documents have near their start. */
const ourMark = /^(groups|kind|apiVersion)[ \t]*:/m;
const markWindow = 16_384;

/** How large a file may be; what is larger was made by a machine and is not edited by hand. */
export const maxFileBytes = 20 * 1024 * 1024;

/** How many entries of a folder are looked at together. */
const atOnce = 64;

function isForeign(name: string): boolean {
  return foreignExtensions.has(extname(name).toLowerCase());
}

const noExtensions: ReadonlySet<string> = new Set();

async function looksLikeOurs(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(markWindow), position: 0 });
    const head = buffer.subarray(0, bytesRead);
    return !head.includes(0) && ourMark.test(head.toString("utf8"));
  } finally {
    await file.close();
  }
}

/**
 * Every file below `root` that may hold a document of ours, sorted within its folder: YAML by its name, any other by its
 * first bytes; also those with one of the extensions. Folders that cannot be read are passed over; links to folders are
 * not followed.
 */
export async function* walkFiles(
  root: string,
  extensions: ReadonlySet<string> = noExtensions,
): AsyncIterable<string> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (let first = 0; first < entries.length; first += atOnce)
    yield* wanted(root, entries.slice(first, first + atOnce), extensions);
}

async function* wanted(
  root: string,
  entries: readonly Dirent[],
  extensions: ReadonlySet<string>,
): AsyncIterable<string> {
  // One after the other, the answers of the file system would take longer than all checks.
  const infos = await Promise.all(
    entries.map((entry) =>
      entry.isDirectory() || (isForeign(entry.name) && !extensions.has(extname(entry.name)))
        ? undefined
        : stat(join(root, entry.name)).catch(() => undefined),
    ),
  );
  for (const [index, entry] of entries.entries()) {
    const path = join(root, entry.name);
    if (entry.isDirectory()) {
      if (!skippedFolders.has(entry.name)) yield* walkFiles(path, extensions);
      continue;
    }
    const info = infos[index];
    if (info === undefined || !info.isFile() || info.size > maxFileBytes) continue;
    if (
      ourExtensions.has(extname(entry.name).toLowerCase()) ||
      extensions.has(extname(entry.name)) ||
      (await looksLikeOurs(path).catch(() => false))
    )
      yield path;
  }
}

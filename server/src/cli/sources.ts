import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { extname, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { textOfBytes } from "../adapters/files/text.ts";
import { walkFiles } from "../adapters/files/walk.ts";
import type { SourceDocument } from "../model/document.ts";
import { readDocument } from "../model/read.ts";
import { type CliIo, UsageError } from "./io.ts";

/** A file by its absolute path with what it holds, or standard input. */
export type Source = { readonly file: string } & ({ readonly bytes: Buffer } | { readonly text: string });

/**
 * What the paths of the command line hold: files as they are, folders by walking them, `-` from standard input.
 * Throws `UsageError` for a path that cannot be read.
 */
export async function readSources(
  paths: readonly string[],
  stdinName: string,
  io: CliIo,
): Promise<readonly Source[]> {
  const sources: Source[] = [];
  const seen = new Set<string>();
  for (const path of paths) {
    if (path === "-") {
      sources.push({ file: resolve(io.cwd, stdinName), text: await io.readStdin() });
      continue;
    }
    for await (const file of filesOf(resolve(io.cwd, path), path)) {
      if (seen.has(file)) continue;
      seen.add(file);
      sources.push({ file, bytes: readBytes(file) });
    }
  }
  return sources;
}

async function* filesOf(absolute: string, given: string): AsyncIterable<string> {
  const info = await stat(absolute).catch(() => undefined);
  if (info === undefined) throw new UsageError(`${given} does not exist or cannot be read; check the path.`);
  if (info.isDirectory()) yield* walkFiles(absolute);
  else yield absolute;
}

/** The text of a file, `path` as the user wrote it. Throws `UsageError` where it cannot be read. */
export function readTextFile(path: string, io: CliIo): string {
  return textOfBytes(readBytes(resolve(io.cwd, path)));
}

/** At once: there is nothing to be done meanwhile, and the way through the thread pool costs more than the reading. */
function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new UsageError(`${file} cannot be read (${code}); check its permissions.`);
  }
}

/** A file by its absolute path, shown as people would write it from where they are. */
export function documentOf(file: string, text: string, io: Pick<CliIo, "cwd">): SourceDocument {
  const path = relative(io.cwd, file);
  return readDocument({
    uri: pathToFileURL(file).href,
    path: (path.startsWith("..") ? file : path).split(sep).join("/"),
    version: 0,
    text,
    languageId: extname(file) === ".promql" ? "promql" : "yaml",
  });
}

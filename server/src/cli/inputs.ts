import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { extname, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { textOfBytes } from "../adapters/files/text.ts";
import { walkFiles } from "../adapters/files/walk.ts";
import type { SourceDocument } from "../model/document.ts";
import { readDocument } from "../model/read.ts";
import { type CliIo, UsageError } from "./io.ts";

/** Files that were read, and which of them hold nothing of ours. */
export interface Inputs {
  readonly documents: readonly SourceDocument[];
  /** YAML files of no known kind: counted in the text output, else silent. */
  readonly unknown: number;
  /** The URI under which standard input was read, if it was. */
  readonly stdinUri: string | undefined;
  /** Files whose bytes are not UTF-8: they are checked, but never written, for the rest would be lost. */
  readonly notUtf8: ReadonlySet<string>;
}

/**
 * Reads the paths of the command line: files as they are, folders by walking them, `-` from standard input.
 * Throws `UsageError` for a path that cannot be read.
 */
export async function readInputs(paths: readonly string[], stdinName: string, io: CliIo): Promise<Inputs> {
  const documents: SourceDocument[] = [];
  const seen = new Set<string>();
  const notUtf8 = new Set<string>();
  let unknown = 0;
  let stdinUri: string | undefined;
  const add = (document: SourceDocument): void => {
    documents.push(document);
    if (document.parts.length === 0 && document.chart === undefined && /\.ya?ml$/i.test(document.path))
      unknown++;
  };
  for (const path of paths) {
    if (path === "-") {
      const read = documentOf(resolve(io.cwd, stdinName), await io.readStdin(), io);
      stdinUri = read.uri;
      add(read);
      continue;
    }
    for await (const file of filesOf(resolve(io.cwd, path), path)) {
      if (seen.has(file)) continue;
      seen.add(file);
      const bytes = readBytes(file);
      const read = documentOf(file, textOfBytes(bytes), io);
      if (!isUtf8(bytes)) notUtf8.add(read.uri);
      add(read);
    }
  }
  return { documents, unknown, stdinUri, notUtf8 };
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
export function documentOf(file: string, text: string, io: CliIo): SourceDocument {
  const path = relative(io.cwd, file);
  return readDocument({
    uri: pathToFileURL(file).href,
    path: (path.startsWith("..") ? file : path).split(sep).join("/"),
    version: 0,
    text,
    languageId: extname(file) === ".promql" ? "promql" : "yaml",
  });
}

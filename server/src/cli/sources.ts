import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { extname, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { textOfBytes } from "../adapters/files/text.ts";
import { walkFiles } from "../adapters/files/walk.ts";
import { LineIndex } from "../base/text.ts";
import type { ForcedKind, SourceDocument } from "../model/document.ts";
import { readDocument } from "../model/read.ts";
import { type CliIo, UsageError } from "./io.ts";

/** A file by its absolute path with what it holds, or standard input. */
export type Source = { readonly file: string } & ({ readonly bytes: Buffer } | { readonly text: string });

/** In folders, files that are no rules and use what rules record. */
const dashboardExtensions: ReadonlySet<string> = new Set([".json"]);

/**
 * What the paths of the command line hold: files as they are, folders by walking them, `-` from standard input; with
 * `dashboards` also the dashboards in folders. Throws `UsageError` for a path that cannot be read.
 */
export async function readSources(
  paths: readonly string[],
  stdinName: string,
  io: CliIo,
  dashboards = false,
): Promise<readonly Source[]> {
  const sources: Source[] = [];
  const seen = new Set<string>();
  for (const path of paths) {
    if (path === "-") {
      sources.push({ file: resolve(io.cwd, stdinName), text: await io.readStdin() });
      continue;
    }
    for await (const file of filesOf(resolve(io.cwd, path), path, dashboards)) {
      if (seen.has(file)) continue;
      seen.add(file);
      const bytes = readBytes(file);
      if (
        dashboards &&
        extname(file) === ".json" &&
        file !== resolve(io.cwd, path) &&
        !bytes.includes('"panels"')
      )
        continue;
      sources.push({ file, bytes });
    }
  }
  return sources;
}

async function* filesOf(absolute: string, given: string, dashboards: boolean): AsyncIterable<string> {
  const info = await stat(absolute).catch(() => undefined);
  if (info === undefined) throw new UsageError(`${given} does not exist or cannot be read; check the path.`);
  if (info.isDirectory()) yield* walkFiles(absolute, dashboards ? dashboardExtensions : undefined);
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
export function documentOf(
  file: string,
  text: string,
  io: Pick<CliIo, "cwd">,
  forced?: ForcedKind,
): SourceDocument {
  const fromHere = relative(io.cwd, file);
  const path = (fromHere.startsWith("..") ? file : fromHere).split(sep).join("/");
  const uri = pathToFileURL(file).href;
  // What a dashboard names is looked for in its text; as YAML it would be read for nothing.
  if (extname(file) === ".json" && text.includes('"panels"'))
    return { uri, path, version: 0, text, lines: new LineIndex(text), stream: undefined, parts: [] };
  return readDocument({
    uri,
    path,
    version: 0,
    text,
    forced,
    languageId: extname(file) === ".promql" ? "promql" : "yaml",
  });
}

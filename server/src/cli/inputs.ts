import { isUtf8 } from "node:buffer";
import { textOfBytes } from "../adapters/files/text.ts";
import type { SourceDocument } from "../model/document.ts";
import type { CliIo } from "./io.ts";
import { FileProjects } from "./projects.ts";
import { documentOf, readSources, type Source } from "./sources.ts";

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
  return await inputsOf(await readSources(paths, stdinName, io), io);
}

/** The documents of what was read, in the same order. */
export async function inputsOf(sources: readonly Source[], io: CliIo): Promise<Inputs> {
  const projects = await FileProjects.ofFiles(sources.map(({ file }) => file));
  const notUtf8 = new Set<string>();
  let unknown = 0;
  let stdinUri: string | undefined;
  const documents = sources.map((source) => {
    const isFile = "bytes" in source;
    const text = isFile ? textOfBytes(source.bytes) : source.text;
    const document = documentOf(source.file, text, io, projects.kindOf(source.file));
    if (!isFile) stdinUri = document.uri;
    else if (!isUtf8(source.bytes)) notUtf8.add(document.uri);
    const isUnknown = document.parts.length === 0 && document.chart === undefined;
    if (isUnknown && document.forced !== "none" && /\.ya?ml$/i.test(document.path)) unknown++;
    return document;
  });
  return { documents, unknown, stdinUri, notUtf8 };
}

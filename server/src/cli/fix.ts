import { rename, stat, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { applyEdits, type Span } from "../base/text.ts";
import type { Finding } from "../checks/check.ts";
import type { SourceDocument } from "../model/document.ts";
import { readDocument } from "../model/read.ts";
import type { Inputs } from "./inputs.ts";
import { type CliIo, UsageError } from "./io.ts";
import type { FileReport } from "./report.ts";

/** A fix can uncover another problem (a field that was misplaced is of the wrong type); so often it is looked for. */
const maxRounds = 5;

type Find = (documents: readonly SourceDocument[]) => Promise<readonly FileReport[]>;

/** Applies the safe fixes, in memory, until none is left; gives the findings that remain. */
export async function fixAll(files: readonly FileReport[], find: Find): Promise<readonly FileReport[]> {
  let current = files;
  for (let round = 0; round < maxRounds; round++) {
    const next = current.map(({ document, findings }) => withFixes(document, findings));
    if (next.every((document, i) => document === current[i]?.document)) break;
    current = await find(next);
  }
  return current;
}

/** Writes the files that changed; standard input goes, fixed or not, to standard output. */
export async function writeFixed(files: readonly FileReport[], inputs: Inputs, io: CliIo): Promise<void> {
  const before = new Map(inputs.documents.map((document) => [document.uri, document.text]));
  for (const { document } of files) {
    if (document.uri === inputs.stdinUri) io.write(document.text);
    else if (document.text !== before.get(document.uri)) {
      if (inputs.notUtf8.has(document.uri))
        io.warn(`${document.path} is not UTF-8 and was left as it is; convert it, then fix it.\n`);
      else await replaceFile(fileURLToPath(document.uri), document.text);
    }
  }
}

/** Through a second file, so that an interruption leaves the old text and never half of the new one. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.promscope-${process.pid}`;
  try {
    const { mode } = await stat(path);
    await writeFile(temporary, text, { mode });
    await rename(temporary, path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new UsageError(`${path} cannot be written (${code}); check its permissions.`);
  }
}

/** The document with its safe fixes; of two that touch the same place only the first is applied. */
function withFixes(document: SourceDocument, findings: readonly Finding[]): SourceDocument {
  const taken: Span[] = [];
  const edits = findings.flatMap((finding) => {
    const fix = finding.fixes?.find(({ safe }) => safe);
    if (fix === undefined) return [];
    if (fix.edits.some(({ span }) => taken.some((t) => span.start < t.end && t.start < span.end))) return [];
    taken.push(...fix.edits.map(({ span }) => span));
    return fix.edits;
  });
  const text = applyEdits(document.text, edits);
  if (text === document.text) return document;
  const { uri, path, version, forced } = document;
  return readDocument({ uri, path, version: version + 1, text, forced });
}

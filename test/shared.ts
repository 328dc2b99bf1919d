import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A folder or file of the data that developers and CI have beside the checkout, and users do not; nothing
 * where it is absent. Tests that need it skip then, and say so in their names.
 */
export function shared(...path: readonly string[]): string | undefined {
  const file = join(import.meta.dirname, "..", "..", "shared", ...path);
  return existsSync(file) ? file : undefined;
}

/** One row of the corpus' manifest. */
export interface CorpusFile {
  readonly path: string;
  readonly kind: string;
  readonly note: string;
  readonly text: string;
}

/** Every file of the corpus of the given kinds, or of all. */
export function corpusFiles(kinds?: readonly string[]): readonly CorpusFile[] {
  const manifest = shared("corpus", "MANIFEST.tsv");
  if (manifest === undefined) return [];
  const [header, ...rows] = readFileSync(manifest, "utf8")
    .trimEnd()
    .split("\n")
    .map((row) => row.split("\t"));
  const column = (name: string): number => header?.indexOf(name) ?? -1;
  const [file, kind, note] = [column("file"), column("kind"), column("note")];
  const files: CorpusFile[] = [];
  for (const row of rows) {
    const path = row[file] ?? "";
    const full = shared("corpus", ...path.split("/"));
    if (full !== undefined && (kinds === undefined || kinds.includes(row[kind] ?? "")))
      files.push({ path, kind: row[kind] ?? "", note: row[note] ?? "", text: readFileSync(full, "utf8") });
  }
  return files;
}

/** Whether the practice cases are there. */
export const hasSharedCases: boolean = shared("cases") !== undefined;

function sharedText(...path: readonly string[]): string {
  const file = shared(...path);
  if (file === undefined) throw new Error(`${path.join("/")} is not among the shared files`);
  return readFileSync(file, "utf8");
}

/** The practice cases of one file in `cases/`. */
export function sharedCases<T>(name: string): readonly T[] {
  const parsed = JSON.parse(sharedText("cases", `${name}.json`)) as
    | readonly T[]
    | { readonly cases: readonly T[] };
  return "cases" in parsed ? parsed.cases : parsed;
}

/** The lines of a file of JSON lines. */
export function sharedLines<T>(...path: readonly string[]): readonly T[] {
  return sharedText(...path)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}

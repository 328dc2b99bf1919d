import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "../../../shared");

/** Why a test that needs the shared cases and files does not run. */
export const sharedAbsent = existsSync(folder)
  ? undefined
  : `${folder} is absent: the shared cases and the corpus are only on the project's own machines`;

/** A file of the shared cases or of the corpus, as text. */
function sharedText(path: string): string {
  return readFileSync(join(folder, path), "utf8");
}

/** The cases of one file in `cases/`. */
export function sharedCases<T>(name: string): T[] {
  const parsed = JSON.parse(sharedText(`cases/${name}.json`)) as T[] | { readonly cases: T[] };
  return Array.isArray(parsed) ? parsed : parsed.cases;
}

/** The lines of a file of JSON lines. */
export function sharedLines<T>(path: string): T[] {
  return sharedText(path)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}

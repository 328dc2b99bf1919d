import { readFileSync } from "node:fs";
import type { SourceDocument } from "../../server/src/model/document.ts";
import { readDocument } from "../../server/src/model/read.ts";
import { shared } from "../shared.ts";

/** One mark of pint's output. */
export interface PintProblem {
  /** `promql/aggregate` */
  readonly check: string;
  readonly summary: string;
  readonly file: string;
  readonly line: number;
  readonly endLine: number;
}

/** One of pint's own tests: what is run, on which files, and what pint says of them. */
export interface PintCase {
  readonly test: string;
  readonly command: readonly string[];
  /** pint's configuration. */
  readonly config: string | null;
  readonly files: readonly string[];
  readonly problems: readonly PintProblem[];
}

const file = shared("cases", "pint-cases.json");
const corpus = shared("corpus", "cloudflare+pint");

/** All cases; none where they are not beside this checkout. */
export const pintCases: readonly PintCase[] =
  file === undefined || corpus === undefined ? [] : JSON.parse(readFileSync(file, "utf8"));

/** One file of a case as we read it; nothing where pint makes it while the test runs. */
export function pintDocument({ test }: PintCase, path: string): SourceDocument | undefined {
  const full = shared("corpus", "cloudflare+pint", ...test.split("/"), ...path.split("/"));
  if (full === undefined) return undefined;
  const text = readFileSync(full, "utf8");
  return readDocument({ uri: `file:///${path}`, path, version: 1, text });
}

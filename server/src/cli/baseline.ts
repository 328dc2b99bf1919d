import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, relative, resolve, sep } from "node:path";
import type { Severity } from "../checks/check.ts";
import { type Identity, identitiesOf, keyOf, Tally } from "./identity.ts";

import { type CliIo, UsageError } from "./io.ts";
import type { FileReport } from "./report.ts";
import { atLeast, severityNames } from "./severity.ts";
import { readTextFile } from "./sources.ts";

/** An old finding that is not told again. */
interface Entry extends Identity {
  readonly severity: Severity;
  /** Relative to the folder of the baseline file, with forward slashes. */
  readonly file: string;
  /** How many there are; one where nothing is said. */
  readonly count?: number;
}

const fileVersion = 1;

/** Where the baseline is kept unless another file is named. */
export const defaultBaseline = "promscope-baseline.json";

/**
 * Writes the findings of the files as the ones that are old: one line for each, so that a review shows what changed.
 * Gives how many there are.
 */
export async function writeBaseline(path: string, files: readonly FileReport[], io: CliIo): Promise<number> {
  const counts = new Map<string, { entry: Entry; count: number }>();
  let all = 0;
  for (const { document, findings } of files) {
    const file = fileIn(path, document.path, io);
    for (const [index, identity] of identitiesOf(document, findings).entries()) {
      const key = keyOf(file, identity);
      const severity = findings[index]?.severity ?? "warning";
      const known = counts.get(key) ?? { entry: { file, severity, ...identity }, count: 0 };
      counts.set(key, { ...known, count: known.count + 1 });
      all++;
    }
  }
  const sorted = [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { entry, count }]) => ({
      ...entry,
      ...(count > 1 ? { count } : {}),
    }));
  const lines = sorted.map((entry) => `    ${JSON.stringify(entry)}`).join(",\n");
  const text = `{\n  "version": ${fileVersion},\n  "findings": [${lines === "" ? "" : `\n${lines}\n  `}]\n}\n`;
  await writeFile(resolve(io.cwd, path), text).catch((error: unknown) => {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new UsageError(`${path} cannot be written (${code}); check the folder and its permissions.`);
  });
  return all;
}

/** The findings that a baseline does not have; entries of checked files that nothing matches are told. */
export function withoutBaseline(
  path: string,
  files: readonly FileReport[],
  io: CliIo,
  threshold: Severity,
): readonly FileReport[] {
  const entries = readBaseline(path, io);
  const left = new Tally();
  for (const entry of entries) left.add(keyOf(entry.file, entry), entry.count);
  const folder = dirname(resolve(io.cwd, path));
  const known = new Set(entries.map(({ file }) => file));
  const gone = [...known].filter((file) => !existsSync(resolve(folder, file)));
  const checked = new Set<string>();
  const fresh = files.map(({ document, findings }) => {
    const file = fileIn(path, document.path, io);
    checked.add(file);
    const identities = identitiesOf(document, findings);
    // What a file that is gone had is old in one that was not there: it was moved.
    const names = known.has(file) ? [file] : [file, ...gone];
    return {
      document,
      findings: findings.filter((_, index) => {
        const identity = identities[index];
        return identity === undefined || !names.some((name) => left.take(keyOf(name, identity)));
      }),
    };
  });
  const stale = entries.filter(
    (entry) =>
      left.left(keyOf(entry.file, entry)) > 0 &&
      atLeast(entry.severity, threshold) &&
      (checked.has(entry.file) || !existsSync(resolve(folder, entry.file))),
  );
  const [first] = stale;
  if (first !== undefined) {
    const words = stale.length === 1 ? "1 entry is" : `${stale.length} entries are`;
    const place = `${first.check} in ${first.file}`;
    io.warn(
      `promscope: ${words} no longer found (${place}${stale.length > 1 ? ", …" : ""}): write ${path} anew with --write-baseline.\n`,
    );
  }
  return fresh;
}

function fileIn(baseline: string, path: string, io: CliIo): string {
  const folder = dirname(resolve(io.cwd, baseline));
  return relative(folder, resolve(io.cwd, path)).split(sep).join("/");
}

function readBaseline(path: string, io: CliIo): readonly Entry[] {
  if (!existsSync(resolve(io.cwd, path)))
    throw new UsageError(`${path} does not exist; make it with --baseline ${path} --write-baseline.`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(readTextFile(path, io));
  } catch (error) {
    if (error instanceof UsageError) throw error;
  }
  const { version, findings } = (parsed ?? {}) as { version?: unknown; findings?: unknown };
  if (version !== fileVersion || !Array.isArray(findings) || !findings.every(isEntry))
    throw new UsageError(
      `${path} is no baseline that this version can read; write it anew with --write-baseline.`,
    );
  return findings;
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== "object" || value === null) return false;
  const { file, check, message, rule, count, severity } = value as Record<string, unknown>;
  return (
    severityNames.some((name) => name === severity) &&
    [file, check, message].every((word) => typeof word === "string") &&
    (rule === undefined || typeof rule === "string") &&
    (count === undefined || (typeof count === "number" && count > 0))
  );
}

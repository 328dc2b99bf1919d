import type { Severity } from "../checks/check.ts";
import { withLevels } from "../checks/levels.ts";
import { allChecks } from "../checks/registry.ts";
import type { SourceDocument } from "../model/document.ts";
import type { EnvironmentAccess } from "../world/environment.ts";
import type { Links } from "../world/links.ts";
import type { CheckLevels } from "../world/settings.ts";
import { warnOfBackends } from "./backends.ts";
import { defaultBaseline, withoutBaseline, writeBaseline } from "./baseline.ts";
import { fixAll, writeFixed } from "./fix.ts";
import { inputsOf } from "./inputs.ts";
import { type CliIo, exitCodes, UsageError } from "./io.ts";
import { type Elsewhere, type FileReport, type Report, toJson } from "./report.ts";
import { checkstyleReport } from "./reporters/checkstyle.ts";
import { githubReport } from "./reporters/github.ts";
import { junitReport } from "./reporters/junit.ts";
import { textReport } from "./reporters/text.ts";
import { atLeast, severityNames } from "./severity.ts";
import { sinceRevision, writeChanges } from "./since.ts";
import { type Judging, snapshotsOf } from "./snapshots.ts";
import { readSources, type Source } from "./sources.ts";
import type { Crew } from "./threads/crew.ts";
import { type Found, findAlone, findTogether } from "./threads/together.ts";

export const formats = ["text", "json", "sarif", "junit", "github", "checkstyle"] as const;
export type Format = (typeof formats)[number];

export interface CheckOptions {
  readonly format: Format;
  readonly fix: boolean;
  /** What is printed. */
  readonly minSeverity: Severity;
  /** What makes the exit code 1. */
  readonly failOn: Severity;
  /** Prometheus' own names. */
  readonly features: readonly string[];
  /** Severities of single checks, from `promscope.yaml`. */
  readonly levels: CheckLevels;
  /** `none`: only what a program refuses to load. */
  readonly lint: Judging["lint"];
  readonly stdinName: string;
  readonly version: string;
  /** File of old findings, which are neither printed nor counted. */
  readonly baseline?: string | undefined;
  /** The findings become the old ones. */
  readonly writeBaseline?: boolean | undefined;
  /** A git revision: only what is new since then is printed and counted. */
  readonly since?: string | undefined;
  /** Where it is told what has become of alerts and recording rules since then. */
  readonly summary?: string | undefined;
}

/** So often the facts that checks asked for are waited for: a fact can make a check ask for another. */
const maxFactRounds = 8;

/**
 * `promscope check`: prints the findings of the paths and resolves to the exit code: 0 clean, 1 findings at or above
 * `failOn`. Throws `UsageError` for a path that cannot be read.
 */
export async function runCheck(
  paths: readonly string[],
  options: CheckOptions,
  environments: readonly EnvironmentAccess[],
  io: CliIo,
  links?: Links,
): Promise<number> {
  if (options.fix && options.since !== undefined)
    throw new UsageError("--fix would also mend what is old; use it without --since.");
  if (options.summary !== undefined && options.since === undefined)
    throw new UsageError("--summary tells what changed since a revision: name it with --since.");
  const sources = await readSources(paths, options.stdinName, io, true);
  const { features, levels, lint } = options;
  const judging: Judging = { features, levels, lint, now: Date.now() };
  // One alone asks backends and clusters; and without lint most of the work is to read, which each does by itself.
  const isShared = environments.length === 0 && links === undefined && lint === "all";
  const crew = isShared ? await crewFor(sources, judging, io) : undefined;
  const inputs = await inputsOf(sources, io);
  const find = (documents: readonly SourceDocument[], helped?: Crew): Promise<readonly FileReport[]> =>
    findAll(documents, judging, { environments, links }, io, helped);
  let files = await find(inputs.documents, crew);
  crew?.dispose();
  if (options.fix) {
    files = await fixAll(files, find);
    await writeFixed(files, inputs, io);
  }
  await warnOfClusters(files, environments, io);
  if (files.some(({ document }) => document.parts.some(({ model }) => "rules" in model)))
    await warnOfBackends(environments, io);
  if (options.since !== undefined) {
    const since = await sinceRevision(options.since, paths, files, find, lower(options), io);
    files = since.files;
    await writeChanges(since.changes, options.summary, io);
  }
  if (options.writeBaseline === true) {
    const path = options.baseline ?? defaultBaseline;
    const count = await writeBaseline(
      path,
      files.map((file) => above(file, lower(options))),
      io,
    );
    io.warn(`promscope: ${count} ${count === 1 ? "finding is" : "findings are"} in ${path} now.\n`);
    return exitCodes.clean;
  }
  if (options.baseline !== undefined) files = withoutBaseline(options.baseline, files, io, lower(options));
  const failed = files.some(({ findings }) => findings.some((f) => atLeast(f.severity, options.failOn)));
  const printed = files.map((file) => above(file, options.minSeverity));
  if (failed && printed.every(({ findings }) => findings.every((f) => !atLeast(f.severity, options.failOn))))
    io.warn(
      `promscope: What fails the run is below --min-severity ${options.minSeverity}; lower that to see it.\n`,
    );
  const report: Report = { files: printed, checked: files.length, unknown: inputs.unknown };
  // With --fix, standard output carries the fixed text of standard input, as formatters do it.
  if (!(options.fix && inputs.stdinUri !== undefined)) io.write(await render(report, options, io));
  return failed ? exitCodes.findings : exitCodes.clean;
}

/** Others that help with large inputs; nothing where it does not pay. */
async function crewFor(
  sources: readonly Source[],
  judging: Judging,
  { threads, cwd }: CliIo,
): Promise<Crew | undefined> {
  let size = 0;
  for (const source of sources) size += "bytes" in source ? source.bytes.length : source.text.length;
  if (threads === undefined || size < threads.leastBytes) return undefined;
  const others = threads.free() - 1;
  if (others < 1) return undefined;
  const { Crew } = await import("./threads/crew.ts");
  return new Crew(threads.script, others, sources, judging, cwd);
}

function above({ document, findings }: FileReport, threshold: Severity): FileReport {
  return { document, findings: findings.filter(({ severity }) => atLeast(severity, threshold)) };
}

/** The lower of what is printed and what counts: findings below are nobody's concern. */
function lower({ minSeverity, failOn }: CheckOptions): Severity {
  return severityNames.find((name) => name === minSeverity || name === failOn) ?? "error";
}

async function render(report: Report, options: CheckOptions, io: CliIo): Promise<string> {
  const byUri = new Map(report.files.map(({ document }) => [document.uri, document]));
  const elsewhere: Elsewhere = (uri) => byUri.get(uri);
  switch (options.format) {
    case "json":
      return `${JSON.stringify(toJson(report, elsewhere), null, 2)}\n`;
    case "sarif":
      // Only it needs cryptography, which Node takes a while to load.
      return (await import("./reporters/sarif.ts")).sarifReport(
        report,
        allChecks,
        options.version,
        elsewhere,
      );
    case "junit":
      return junitReport(report);
    case "github":
      return githubReport(report);
    case "checkstyle":
      return checkstyleReport(report);
    default:
      return textReport(report, elsewhere, io.colours);
  }
}

/** The findings of all files; where checks asked for facts, they run again once those are there. */
async function findAll(
  documents: readonly SourceDocument[],
  judging: Judging,
  {
    environments,
    links,
  }: { readonly environments: readonly EnvironmentAccess[]; readonly links: Links | undefined },
  io: CliIo,
  crew: Crew | undefined,
): Promise<readonly FileReport[]> {
  const snapshots = await snapshotsOf(documents, judging, environments, links);
  const reportOf = (document: SourceDocument, { findings, problems }: Found): FileReport => {
    for (const problem of problems) io.warn(`${problem}\n`);
    const told =
      judging.lint === "none" ? findings.filter(({ refusedBy }) => refusedBy !== undefined) : findings;
    return { document, findings: withLevels(told, snapshots.levelsOf(document)) };
  };
  if (crew !== undefined) {
    const found = await findTogether(documents, snapshots, crew);
    return documents.map((document, index) => reportOf(document, found[index] ?? nothing));
  }
  // What the checks asked for in the background: clusters, and who the backends are.
  const ports = environments.flatMap(({ cluster, identity, live }) =>
    [cluster ?? [], identity ?? [], live ?? []].flat(),
  );
  const asked = links === undefined ? ports : [...ports, links];
  const once = (): readonly FileReport[] =>
    documents.map((document) => reportOf(document, findAlone(document, snapshots)));
  let learnt = false;
  const listeners = asked.map((port) =>
    port.onChange(() => {
      learnt = true;
    }),
  );
  let files = once();
  for (let round = 0; round < maxFactRounds; round++) {
    await Promise.all(asked.map((port) => port.settled()));
    if (!learnt) break;
    learnt = false;
    files = once();
  }
  for (const listener of listeners) listener.dispose();
  return files;
}

const nothing: Found = { findings: [], problems: [] };

/** A cluster that cannot be asked makes checks silent; the person who named it must know. */
async function warnOfClusters(
  files: readonly FileReport[],
  environments: readonly EnvironmentAccess[],
  io: CliIo,
): Promise<void> {
  const monitors = files.some(({ document }) => document.parts.some(({ model }) => "monitor" in model));
  if (!monitors) return;
  for (const { cluster } of environments) {
    if (cluster === undefined) continue;
    cluster.services("all");
    await cluster.settled();
    const fact = cluster.services("all");
    if (fact.status === "unavailable") io.warn(`promscope: ${fact.message}\n`);
  }
}

/** What a step of `npm test` told of its tests. */
export interface StepReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Of each failed test its full name and the first lines of its error, for the end of the log. */
  readonly failures: readonly string[];
}

/** Lines that are kept of the error of one failed test, and of the words of a step that counts no tests. */
const linesKept = 12;
const escapeCodes = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");

interface VitestReport {
  readonly numPassedTests?: number;
  readonly numFailedTests?: number;
  readonly numPendingTests?: number;
  readonly numTodoTests?: number;
  readonly testResults?: readonly VitestFile[];
}

interface VitestFile {
  readonly name: string;
  readonly status: string;
  /** Why the file as a whole failed: it did not load, or a hook threw. */
  readonly message?: string;
  readonly assertionResults: readonly {
    readonly fullName: string;
    readonly status: string;
    readonly failureMessages?: readonly string[] | null;
  }[];
}

/** Reads vitest's JSON report; `root` is taken off the names of files. Throws when the text is no JSON. */
export function readVitestReport(text: string, root: string): StepReport {
  const report = JSON.parse(text) as VitestReport;
  return {
    passed: report.numPassedTests ?? 0,
    failed: report.numFailedTests ?? 0,
    skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
    failures: (report.testResults ?? []).flatMap((file) => failuresOf(file, root)),
  };
}

function failuresOf(file: VitestFile, root: string): readonly string[] {
  const name = file.name.startsWith(root) ? file.name.slice(root.length).replace(/^[/\\]/, "") : file.name;
  const failed = file.assertionResults.filter(({ status }) => status === "failed");
  if (failed.length === 0) return file.status === "failed" ? [entry(name, file.message ?? "")] : [];
  return failed.map(({ fullName, failureMessages }) =>
    entry(`${name} > ${fullName}`, (failureMessages ?? []).join("\n")),
  );
}

/**
 * Reads what a step printed that ends with a line `N passed, N failed` and marks a failed test with a line
 * `  FAIL  name`, its error indented deeper. Undefined when there is no such last line.
 */
export function readLineReport(said: string): StepReport | undefined {
  const lines = plain(said).trimEnd().split("\n");
  const numbers = /^(\d+) passed, (\d+) failed$/.exec(lines.at(-1) ?? "");
  if (numbers === null) return undefined;
  const failures = lines.flatMap((line, at) => {
    const name = /^ {2}FAIL {2}(.*)$/.exec(line)?.[1];
    if (name === undefined) return [];
    const rest = lines.slice(at + 1);
    const end = rest.findIndex((text) => !text.startsWith("    "));
    return [entry(name, rest.slice(0, end < 0 ? rest.length : end).join("\n"))];
  });
  return { passed: Number(numbers[1]), failed: Number(numbers[2]), skipped: 0, failures };
}

/** The last words of a step that failed without saying which test. */
export function lastWords(said: string): string {
  const lines = plain(said)
    .split("\n")
    .filter((line) => line.trim() !== "");
  return indented(lines.slice(-linesKept));
}

function entry(name: string, error: string): string {
  const lines = plain(error)
    .split("\n")
    .map((line) => line.trim())
    // The runner's own frames say nothing of the fault.
    .filter((line) => line !== "" && !/^at (?:.*\/node_modules\/|new Promise )/.test(line));
  return lines.length === 0 ? name : `${name}\n${indented(lines.slice(0, linesKept))}`;
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `    ${line.slice(0, 300)}`).join("\n");
}

function plain(text: string): string {
  return text.replaceAll(escapeCodes, "").replaceAll("\r", "");
}

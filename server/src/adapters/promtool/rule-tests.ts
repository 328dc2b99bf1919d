import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { globMatcher } from "../../base/glob.ts";
import { applyEdits, type Span, type TextEdit } from "../../base/text.ts";
import { type PromtoolCase, readJunit } from "./junit.ts";
import { runProgram } from "./process.ts";

/** A file of rule unit tests as it stands in the editor. */
export interface TestFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  /** Its entries of `rule_files`. */
  readonly ruleFiles: readonly { readonly span: Span; readonly value: string }[];
}

export interface TestRun {
  readonly promtool: string;
  /** Texts that are not saved yet, by absolute path. */
  readonly unsaved: ReadonlyMap<string, string>;
  /** What promtool is to read instead of a file of rules that is not written for it; nothing where it reads the file. */
  readonly translate: (path: string, text: string) => string | undefined;
  /** Prometheus' own names of features that are switched on. */
  readonly features: readonly string[];
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

export type TestRunResult =
  /** `refusal` is what promtool says of the whole file, where it runs no test of it. */
  | {
      readonly ok: true;
      readonly cases: readonly PromtoolCase[];
      readonly refusal: string | undefined;
      readonly warnings: readonly string[];
    }
  /** Nothing was run; one sentence for a person. `late`: it took longer than it might. */
  | { readonly ok: false; readonly problem: string; readonly late?: boolean | undefined };

/** Features of promtool that it takes itself; others are for the server and would be refused. */
const promtoolFeatures: ReadonlySet<string> = new Set([
  "promql-experimental-functions",
  "promql-delayed-name-removal",
  "promql-duration-expr",
  "promql-extended-range-selectors",
  "promql-binop-fill-modifiers",
]);

/**
 * Runs `promtool test rules` over one file: over a copy in a folder of its own whose rule files are named by their
 * whole paths, with copies of those that are not saved or that it cannot read. Lines of the copy are those of the file. Never throws.
 */
export async function runRuleTests(file: TestFile, run: TestRun): Promise<TestRunResult> {
  const folder = await mkdtemp(join(tmpdir(), "promscope-test-"));
  try {
    const places = new Map<string, string>();
    const copy = join(folder, "tests.yml");
    places.set(copy, file.path);
    await writeFile(copy, applyEdits(file.text, await ruleFileEdits(file, run, folder, places)));
    const junit = join(folder, "results.xml");
    const features = run.features.filter((name) => promtoolFeatures.has(name));
    const enable = features.length === 0 ? [] : [`--enable-feature=${features.join(",")}`];
    const ended = await runProgram(run.promtool, [...enable, "test", "rules", `--junit=${junit}`, copy], {
      cwd: folder,
      deadlineMs: run.deadlineMs,
      signal: run.signal,
    });
    if (ended.why !== undefined)
      return { ok: false, problem: problemOf(ended.why, run), late: ended.why === "deadline" };
    const named = (text: string): string => {
      let result = text;
      for (const [temporary, path] of places) result = result.replaceAll(temporary, path);
      return result;
    };
    const xml = await readFile(junit, "utf8").catch(() => undefined);
    if (xml === undefined && /junit/.test(ended.stderr))
      return {
        ok: false,
        problem: `${run.promtool} is too old to tell its results: use promtool 2.48 or newer.`,
      };
    const cases = readJunit(xml ?? "").map(({ name, failures }) => ({ name, failures: failures.map(named) }));
    const said = named(ended.stderr);
    const warnings = [...said.matchAll(/^ *WARNING: (.*)$/gm)].map(([, text = ""]) => text);
    const failed = ended.exit !== 0 && !cases.some(({ failures }) => failures.length > 0);
    const words = said
      .replace(/^ *WARNING: .*$/gm, "")
      .replace(/^ *FAILED:$/m, "")
      .trim();
    if (!failed) return { ok: true, cases, refusal: undefined, warnings };
    // What it noted before it stopped says nothing of tests that it did not run.
    return { ok: true, cases: [], refusal: words || "promtool gave no reason.", warnings };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function problemOf(why: "absent" | "deadline" | "cancelled", run: TestRun): string {
  if (why === "absent") return `${run.promtool} could not be started: check the setting promscope.promtool.`;
  if (why === "cancelled") return "The tests were stopped.";
  return `promtool took longer than ${Math.round(run.deadlineMs / 1000)} s and was stopped; make the test shorter.`;
}

/** Edits that name each rule file by its whole path, or by those of copies where promtool is to read another text. */
async function ruleFileEdits(
  file: TestFile,
  run: TestRun,
  folder: string,
  places: Map<string, string>,
): Promise<readonly TextEdit[]> {
  const edits: TextEdit[] = [];
  for (const [index, { span, value }] of file.ruleFiles.entries()) {
    const path = isAbsolute(value) ? value : resolve(dirname(file.path), value);
    const texts = await textsOf(path, run);
    const copies = join(folder, String(index));
    const differ = texts.some(({ differs }) => differs);
    if (differ) {
      await mkdir(copies);
      for (const { original, text } of texts) {
        const copy = join(copies, basename(original));
        places.set(copy, original);
        await writeFile(copy, text);
      }
    }
    edits.push({ span, newText: JSON.stringify(differ ? join(copies, "*") : path) });
  }
  return edits;
}

interface RuleText {
  readonly original: string;
  /** What promtool is to read. */
  readonly text: string;
  /** Whether that is not what is on disk. */
  readonly differs: boolean;
}

/** The texts of the files that an entry names, as promtool is to read them; those that cannot be read are left out. */
async function textsOf(path: string, { unsaved, translate }: TestRun): Promise<readonly RuleText[]> {
  const texts: RuleText[] = [];
  for (const original of await filesOf(path, unsaved)) {
    const open = unsaved.get(original);
    const text = open ?? (await readFile(original, "utf8").catch(() => undefined));
    if (text === undefined) continue;
    const translated = translate(original, text);
    texts.push({
      original,
      text: translated ?? text,
      differs: open !== undefined || translated !== undefined,
    });
  }
  return texts;
}

/** The files that an entry names; none where a folder is a pattern. */
async function filesOf(path: string, unsaved: ReadonlyMap<string, string>): Promise<readonly string[]> {
  if (unsaved.has(path) || !/[*?[]/.test(path)) return [path];
  if (/[*?[]/.test(dirname(path))) return [];
  const names = await readdir(dirname(path)).catch(() => []);
  return names.map((name) => join(dirname(path), name)).filter(globMatcher([path]));
}

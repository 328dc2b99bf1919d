import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { ensureOperatorOracle } from "../test/oracle/operator.ts";
import { ensureOracle } from "../test/oracle/oracle.ts";
import { ensureTools } from "../test/stack/tools/build.ts";
import { toolNames } from "../test/stack/tools/table.ts";
import { ensureChromium, ensureCodeServer } from "../test/vscode/install.ts";
import { lastWords, readLineReport, readVitestReport, type StepReport } from "./test-report.ts";
import { type Step, steps } from "./test-steps.ts";

/** `npm test [-- NAME…]`: builds, runs the named steps or all of them, and sums up. */

const root = fileURLToPath(new URL("..", import.meta.url));
/** Longer than any step takes on a slow machine; only a hang gets there. */
const stepMinutes = 40;

/** How much of what a step printed is kept, to tell its failures once more at the end. */
const keptCharacters = 1_000_000;

interface Outcome extends StepReport {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(
    `No such step: ${unknown.join(", ")}. There are: ${steps.map(({ name }) => name).join(", ")}.`,
  );
  process.exit(2);
}
const chosen = asked.length === 0 ? steps : steps.filter(({ name }) => asked.includes(name));
const folder = mkdtempSync(join(tmpdir(), "promscope-test-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

const started = performance.now();
const background = startBuilds(chosen);
const outcomes: Outcome[] = [];
for (const step of chosen) {
  console.log(`\n── ${step.name}`);
  if (step.needs !== undefined) await background[step.needs];
  if (step.quiet === true) await background.vscode;
  outcomes.push(await runStep(step));
}
summarise(outcomes);

/**
 * Begins at once with what takes longest: the real servers (ten minutes where nothing is cached), then
 * code-server. A build that fails is said here and again by the tests that need it.
 */
function startBuilds(wanted: readonly Step[]): Record<NonNullable<Step["needs"]>, Promise<void>> {
  const needs = (what: Step["needs"]) => wanted.some((step) => step.needs === what);
  const say = (line: string) => console.log(`   [${elapsed(started)}] ${line}`);
  const told = (error: unknown) => say(error instanceof Error ? error.message : String(error));
  const servers =
    needs("servers") || needs("vscode")
      ? ensureTools(toolNames, say)
          .then(async () => {
            await ensureOracle();
            await ensureOperatorOracle();
          })
          .catch(told)
      : Promise.resolve();
  const vscode = servers.then(async () => {
    if (!needs("vscode")) return;
    await ensureChromium(say);
    await ensureCodeServer(say);
  });
  return { servers, vscode: vscode.catch(told) };
}

function runStep(step: Step): Promise<Outcome> {
  const begun = performance.now();
  const report = join(folder, `${step.name}.json`);
  const args = step.counts === "vitest" ? [...step.args, `--outputFile.json=${report}`] : step.args;
  return new Promise((resolve) => {
    const env = { ...process.env, ...step.env };
    const child = spawn(step.command, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    // Ended from outside, we take the step with us; its own processes have their watchdogs.
    const quit = () => child.kill();
    process.once("exit", quit);
    let said = "";
    const pass = (from: Readable, to: NodeJS.WritableStream) =>
      from.setEncoding("utf8").on("data", (text: string) => {
        to.write(text);
        said = (said + text).slice(-keptCharacters);
      });
    pass(child.stdout, process.stdout);
    pass(child.stderr, process.stderr);
    const hang = setTimeout(() => {
      console.error(`${step.name} was not done after ${stepMinutes} minutes.`);
      child.kill("SIGKILL");
    }, stepMinutes * 60_000);
    const end = (exit: number | null) => {
      clearTimeout(hang);
      process.off("exit", quit);
      const seconds = (performance.now() - begun) / 1000;
      resolve({ name: step.name, seconds, ...judge(step, exit, said, report) });
    };
    child.once("error", (error) => {
      said += `${step.command} could not be started: ${error.message}`;
      console.error(said);
      end(1);
    });
    child.once("close", end);
  });
}

function judge(step: Step, exit: number | null, said: string, file: string): StepReport & { ok: boolean } {
  const told = step.counts === "vitest" ? readReport(file) : readLineReport(said);
  const ok = exit === 0 && (step.counts === undefined || told !== undefined);
  if (ok) return { ok, ...(told ?? { passed: 1, failed: 0, skipped: 0, failures: [] }) };
  const { passed = 0, failed = 0, skipped = 0, failures = [] } = told ?? {};
  return {
    ok,
    passed,
    // A step that fails without a failing test (a crash, a file that does not load) is one failure.
    failed: Math.max(failed, 1),
    skipped,
    failures: failures.length > 0 ? failures : [`ended with ${exit ?? "a signal"}\n${lastWords(said)}`],
  };
}

/** vitest's report; undefined where none was written. */
function readReport(file: string): StepReport | undefined {
  try {
    return readVitestReport(readFileSync(file, "utf8"), root);
  } catch {
    return undefined;
  }
}

function elapsed(since: number): string {
  const seconds = Math.round((performance.now() - since) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function summarise(all: readonly Outcome[]): void {
  console.log("\n── summary");
  for (const { name, ok, passed, failed, skipped, seconds } of all) {
    const counts = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
    console.log(
      `${ok ? "ok    " : "FAILED"} ${name.padEnd(12)} ${counts.padEnd(32)} ${seconds.toFixed(1)} s`,
    );
  }
  for (const { name, failures } of all) {
    for (const failure of failures) console.log(`\nFAILED ${name}: ${failure}`);
  }
  const sum = (pick: (outcome: Outcome) => number) =>
    all.reduce((total, outcome) => total + pick(outcome), 0);
  console.log(`took ${elapsed(started)}`);
  console.log(`${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed`);
  process.exitCode = all.every(({ ok }) => ok) ? 0 : 1;
}

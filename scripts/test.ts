import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureOracle } from "../test/oracle/oracle.ts";
import { ensureTools } from "../test/stack/tools/build.ts";
import { toolNames } from "../test/stack/tools/table.ts";
import { ensureChromium, ensureCodeServer } from "../test/vscode/install.ts";
import { type Step, steps } from "./test-steps.ts";

/** `npm test [-- NAME…]`: builds, runs the named steps or all of them, and sums up. */

const root = fileURLToPath(new URL("..", import.meta.url));
/** Longer than any step takes on a slow machine; only a hang gets there. */
const stepMinutes = 40;

interface Outcome {
  readonly name: string;
  readonly ok: boolean;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
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
    const out = step.counts === "line" ? "pipe" : "inherit";
    const env = { ...process.env, ...step.env };
    const child = spawn(step.command, args, { cwd: root, env, stdio: ["ignore", out, "inherit"] });
    // Ended from outside, we take the step with us; its own processes have their watchdogs.
    const quit = () => child.kill();
    process.once("exit", quit);
    let said = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      process.stdout.write(text);
      said = (said + text).slice(-2000);
    });
    const hang = setTimeout(() => {
      console.error(`${step.name} was not done after ${stepMinutes} minutes.`);
      child.kill("SIGKILL");
    }, stepMinutes * 60_000);
    const end = (exit: number | null) => {
      clearTimeout(hang);
      process.off("exit", quit);
      const counts = step.counts === "vitest" ? readReport(report) : readLine(said);
      const ok = exit === 0 && (step.counts === undefined || counts !== undefined);
      const { passed, failed, skipped } = counts ?? { passed: ok ? 1 : 0, failed: 0, skipped: 0 };
      resolve({
        name: step.name,
        ok,
        passed,
        // A step that fails without a failing test (a crash, a file that does not load) is one failure.
        failed: ok ? failed : Math.max(failed, 1),
        skipped,
        seconds: (performance.now() - begun) / 1000,
      });
    };
    child.once("error", (error) => {
      console.error(`${step.command} could not be started: ${error.message}`);
      end(1);
    });
    child.once("close", end);
  });
}

/** The numbers of a last line `N passed, N failed`. */
function readLine(said: string): Pick<Outcome, "passed" | "failed" | "skipped"> | undefined {
  const numbers = /^(\d+) passed, (\d+) failed$/.exec(said.trimEnd().split("\n").at(-1) ?? "");
  return numbers === null
    ? undefined
    : { passed: Number(numbers[1]), failed: Number(numbers[2]), skipped: 0 };
}

/** The numbers of a report in vitest's JSON form; undefined where none was written. */
function readReport(file: string): Pick<Outcome, "passed" | "failed" | "skipped"> | undefined {
  try {
    const report = JSON.parse(readFileSync(file, "utf8")) as Record<string, number>;
    const number = (name: string) => report[name] ?? 0;
    return {
      passed: number("numPassedTests"),
      failed: number("numFailedTests"),
      skipped: number("numPendingTests") + number("numTodoTests"),
    };
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
  const sum = (pick: (outcome: Outcome) => number) =>
    all.reduce((total, outcome) => total + pick(outcome), 0);
  console.log(`took ${elapsed(started)}`);
  console.log(`${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed`);
  process.exitCode = all.every(({ ok }) => ok) ? 0 : 1;
}

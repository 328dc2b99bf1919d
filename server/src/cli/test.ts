import { fileURLToPath } from "node:url";
import { type Command, InvalidArgumentError, Option } from "commander";
import { findPromtool } from "../adapters/promtool/find.ts";
import { runRuleTests } from "../adapters/promtool/rule-tests.ts";
import { type TestOutcome, testOutcomes, testsIn } from "../features/tests/outcome.ts";
import { textForPromtool } from "../features/tests/rule-text.ts";
import type { SourceDocument } from "../model/document.ts";
import { featureOption } from "./feature-option.ts";
import { readInputs } from "./inputs.ts";
import { type CliIo, exitCodes, UsageError } from "./io.ts";
import { type FileTests, testFormats, testReport } from "./reporters/tests.ts";

interface TestFlags {
  readonly format: (typeof testFormats)[number];
  readonly timeout: number;
  readonly promtool: string;
  readonly enableFeature: readonly string[];
}

function seconds(value: string): number {
  const read = Number(value);
  if (!(read > 0)) throw new InvalidArgumentError("Give the seconds as a number above 0.");
  return read;
}

/** Adds `promscope test`. */
export function registerTestCommand(program: Command, io: CliIo, exit: (code: number) => void): void {
  program
    .command("test")
    .description("Run rule unit tests with promtool and show what failed at its line.")
    .argument("[paths...]", "test files, and folders in which they are looked for", ["."])
    .addOption(
      new Option("--format <format>", "how results are printed").choices(testFormats).default("text"),
    )
    .option("--timeout <seconds>", "how long one file may take", seconds, 120)
    .option("--promtool <file>", "the promtool to run; default: that of PROMSCOPE_TOOLS, then of PATH", "")
    .addOption(featureOption())
    .action(async (paths: string[], flags: TestFlags) => exit(await runTest(paths, flags, io)));
}

/**
 * Runs the tests of the paths and resolves to the exit code: 0 where all passed, 1 where one failed or was refused, 2
 * where nothing could be run.
 */
async function runTest(paths: readonly string[], flags: TestFlags, io: CliIo): Promise<number> {
  const { documents } = await readInputs(paths, "tests.yaml", io);
  const files = documents.filter((document) => testsIn(document) !== undefined);
  if (files.length === 0)
    throw new UsageError("There are no rule unit tests there: a test file has `tests:`.");
  const promtool = await findPromtool(flags.promtool, io.env);
  if (promtool === undefined)
    throw new UsageError(
      "promtool was not found: install Prometheus, put it on PATH, or name it with --promtool.",
    );
  const results: FileTests[] = [];
  for (const document of files) results.push(await testFile(document, promtool, flags));
  io.write(testReport(results, flags.format));
  const failed = results.some(
    ({ refusal, outcomes }) => refusal !== undefined || outcomes.some(({ failures }) => failures.length > 0),
  );
  return failed ? exitCodes.findings : exitCodes.clean;
}

async function testFile(document: SourceDocument, promtool: string, flags: TestFlags): Promise<FileTests> {
  const tests = testsIn(document);
  const result = await runRuleTests(
    {
      path: fileURLToPath(document.uri),
      text: document.text,
      ruleFiles: (tests?.ruleFiles ?? []).map(({ span, value }) => ({ span, value })),
    },
    {
      promtool,
      unsaved: new Map(),
      translate: textForPromtool,
      features: flags.enableFeature,
      deadlineMs: flags.timeout * 1000,
      signal: new AbortController().signal,
    },
  );
  if (!result.ok) throw new UsageError(result.problem);
  const outcomes: readonly TestOutcome[] = tests === undefined ? [] : testOutcomes(tests, result.cases);
  return { document, outcomes, refusal: result.refusal, warnings: result.warnings };
}

import { type Command, Option } from "commander";
import { recordingRules } from "../model/recording-rules.ts";
import type { ParserOptions } from "../promql/ast.ts";
import { type ExplainAnswer, explainExpr, isRefusal } from "../promql/labels/explain.ts";
import { recordedFlows } from "../promql/labels/recorded.ts";
import type { LabelOptions } from "../promql/labels/types.ts";
import { projectOf } from "./environments.ts";
import { printExplanation } from "./explain-output.ts";
import { featureOption } from "./feature-option.ts";
import { readInputs } from "./inputs.ts";
import { type CliIo, exitCodes, UsageError } from "./io.ts";
import { printable } from "./query-output.ts";
import { readTextFile } from "./sources.ts";

const formats = ["text", "json"] as const;

interface ExplainFlags {
  readonly format: (typeof formats)[number];
  readonly lines?: string;
  readonly rules: readonly string[];
  readonly enableFeature: readonly string[];
}

type Explain = (text: string) => ExplainAnswer;

/** Prints one answer; what is no PromQL is said on standard error. Gives the exit code. */
function one(text: string, format: ExplainFlags["format"], explain: Explain, io: CliIo): number {
  const answer = explain(text);
  if (isRefusal(answer)) throw new UsageError(printable(answer.error));
  io.write(format === "json" ? `${JSON.stringify(answer, null, 2)}\n` : printExplanation(answer));
  return exitCodes.clean;
}

/** One answer a line for one JSON string a line; what is no PromQL is answered with its error, and counts in the exit code. */
function many(input: string, explain: Explain, io: CliIo): number {
  let code: number = exitCodes.clean;
  const lines = input.split("\n");
  if (lines.at(-1) === "") lines.pop();
  for (const [at, line] of lines.entries()) {
    const text = jsonString(line);
    if (text === undefined)
      throw new UsageError(`Line ${at + 1} is no JSON string; write one expression in double quotes a line.`);
    const answer = explain(text);
    if (isRefusal(answer)) code = exitCodes.usage;
    io.write(`${JSON.stringify(answer)}\n`);
  }
  return code;
}

function jsonString(line: string): string | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The options of the parser and of the label flow that the flags and files say. */
async function explainer(flags: ExplainFlags, io: CliIo): Promise<Explain> {
  const { enableFeatures } = await projectOf(".", io);
  const features = new Set([...enableFeatures, ...flags.enableFeature]);
  const parser: ParserOptions = {
    experimentalFunctions: features.has("promql-experimental-functions"),
    fillModifiers: features.has("promql-binop-fill-modifiers"),
    unquotedUtf8Names: features.has("promql-unquoted-utf8-names"),
  };
  const delayedNameRemoval = features.has("promql-delayed-name-removal");
  const { documents } = await readInputs(flags.rules, "stdin.yaml", io);
  const rules = documents.flatMap((document) => [...recordingRules(document, parser)]);
  const recorded =
    rules.length === 0 ? undefined : recordedFlows(rules, { delayedNameRemoval, externalLabels: [] });
  const options: LabelOptions = { delayedNameRemoval, recorded };
  return (text) => explainExpr(text, parser, options);
}

/** Adds `promscope explain` to the program; `exit` is told the exit code. */
export function registerExplainCommand(program: Command, io: CliIo, exit: (code: number) => void): void {
  program
    .command("explain")
    .description("Say which labels a PromQL expression can, must or cannot return, and why.")
    .argument("[expression]", "PromQL; - for standard input")
    .addOption(new Option("--format <format>", "how the answer is printed").choices(formats).default("text"))
    .option(
      "--lines <file>",
      "expressions, one JSON string a line (- for standard input): one JSON answer a line",
    )
    .option("--rules <paths...>", "files and folders whose recording rules are known", [])
    .addOption(featureOption())
    .action(async (expression: string | undefined, flags: ExplainFlags) => {
      if ((expression === undefined) === (flags.lines === undefined))
        throw new UsageError("Give one expression, or --lines FILE.");
      const explain = await explainer(flags, io);
      if (flags.lines !== undefined) {
        const input = flags.lines === "-" ? await io.readStdin() : readTextFile(flags.lines, io);
        return exit(many(input, explain, io));
      }
      const text = expression === "-" ? await io.readStdin() : (expression ?? "");
      exit(one(text, flags.format, explain, io));
    });
}

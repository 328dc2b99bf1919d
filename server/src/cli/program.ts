import { Command, CommanderError, Help, Option } from "commander";
import type { ConnectLazily } from "../world/environment.ts";
import { type CheckOptions, formats, runCheck } from "./check.ts";
import { registerConnectCommand } from "./connect.ts";
import { chosenEnvironments, type EnvironmentFlags, projectOf } from "./environments.ts";
import { registerExplainCommand } from "./explain.ts";
import { featureOption } from "./feature-option.ts";
import { registerFmtCommand } from "./fmt.ts";
import { type CliIo, exitCodes, UsageError } from "./io.ts";
import { registerQueryCommand } from "./query.ts";
import { severityNames } from "./severity.ts";
import { registerTestCommand } from "./test.ts";

interface CheckFlags extends EnvironmentFlags {
  readonly lint: CheckOptions["lint"];
  readonly format: CheckOptions["format"];
  readonly fix: boolean;
  readonly minSeverity: CheckOptions["minSeverity"];
  readonly failOn: CheckOptions["failOn"];
  readonly enableFeature: readonly string[];
  readonly stdinName: string;
  readonly history: boolean;
}

/** The options that choose an environment, shared by the commands that know live facts. */
function withEnvironmentOptions(command: Command): Command {
  return command
    .option("--env <name>", "environment of promscope.yaml whose live facts are used")
    .option("--backend <url>", "Prometheus-compatible API whose live facts are used")
    .option("--http-config <file>", "how to reach it, in Prometheus' http_config format")
    .option("--kubeconfig <file>", "kubeconfig of the cluster whose Services and Pods are used")
    .option("--context <name>", "context of the kubeconfig");
}

function checkCommand(
  connect: ConnectLazily,
  version: string,
  io: CliIo,
  exit: (code: number) => void,
): Command {
  const command = new Command("check")
    .description("Check rule files, PrometheusRules and ServiceMonitors.")
    .argument("[paths...]", "files and folders; - for standard input", ["."])
    .addOption(new Option("--format <format>", "how findings are printed").choices(formats).default("text"))
    .addOption(
      new Option("--lint <what>", "none: only what a program refuses to load, as promtool --lint=none")
        .choices(["all", "none"])
        .default("all"),
    )
    .option("--fix", "apply the fixes that are marked safe, in the files", false)
    .addOption(
      new Option("--min-severity <severity>", "least severity that is printed")
        .choices(severityNames)
        .default("warning"),
    )
    .addOption(
      new Option("--fail-on <severity>", "least severity that makes the exit code 1")
        .choices(severityNames)
        .default("error"),
    )
    .addOption(featureOption())
    .option("--stdin-name <name>", "file name that standard input is judged by", "stdin.yaml")
    .option("--baseline <file>", "old findings, which are neither printed nor counted")
    .option("--write-baseline", "make what is found now the old findings", false)
    .option("--since <revision>", "only what is new since a git revision")
    .option(
      "--summary <file>",
      "with --since: alerts and recording rules that changed, as Markdown or .json",
    );
  withEnvironmentOptions(command);
  command.option(
    "--history",
    "run queries that look a week back for what is missing now: never there, or gone since when",
    false,
  );
  command.action(async (paths: string[], flags: CheckFlags) => {
    const project = await projectOf(paths.find((path) => path !== "-") ?? ".", io);
    const accesses = await Promise.all(
      chosenEnvironments(flags, project, io).map((environment) =>
        connect(environment, { history: flags.history }),
      ),
    );
    try {
      const features = [...project.enableFeatures, ...flags.enableFeature];
      const options = { ...flags, features, levels: project.checks, version };
      exit(await runCheck(paths, options, accesses, io));
    } finally {
      for (const access of accesses) access.dispose?.();
    }
  });
  return command;
}

/** The line of an option in the help, without a default that is "off" or "none". */
function optionDescription(option: Option): string {
  const { defaultValue: value, description } = option;
  const isNothing = value === false || value === "" || (Array.isArray(value) && value.length === 0);
  return isNothing ? description : new Help().optionDescription(option);
}

/**
 * Runs the command line and resolves to its exit code. Mistakes in the arguments and inputs that cannot be read give
 * one sentence on standard error and 2.
 */
export async function runCli(
  argv: readonly string[],
  connect: ConnectLazily,
  version: string,
  io: CliIo,
): Promise<number> {
  let code: number = exitCodes.clean;
  const exit = (value: number): void => {
    code = value;
  };
  const program = new Command("promscope")
    .description("Checks Prometheus rules and operator objects, and runs queries.")
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.write(text), writeErr: (text) => io.warn(text) })
    .configureHelp({ optionDescription });
  // Listed for --help; the entry point starts it before this program is loaded.
  program
    .command("lsp")
    .description("Start the language server.")
    .option("--stdio", "over standard input and output");
  program.addCommand(checkCommand(connect, version, io, exit));
  registerQueryCommand(program, connect, io, exit);
  registerConnectCommand(program, io, exit);
  registerFmtCommand(program, io, exit);
  registerExplainCommand(program, io, exit);
  registerTestCommand(program, io, exit);
  for (const command of program.commands) {
    command.exitOverride();
    command.copyInheritedSettings(program);
  }
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.clean : exitCodes.usage;
    if (error instanceof UsageError) {
      io.warn(`promscope: ${error.message}\n`);
      return exitCodes.usage;
    }
    throw error;
  }
  return code;
}

import { Command, CommanderError, Help, type Option } from "commander";
import type { ConnectLazily } from "../world/environment.ts";
import { registerCheckCommand } from "./check-command.ts";
import { registerConnectCommand } from "./connect.ts";
import { registerExplainCommand } from "./explain.ts";
import { registerFmtCommand } from "./fmt.ts";
import { type CliIo, exitCodes, UsageError } from "./io.ts";
import { registerQueryCommand } from "./query.ts";
import { registerTestCommand } from "./test.ts";

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
  registerCheckCommand(program, connect, version, io, exit);
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

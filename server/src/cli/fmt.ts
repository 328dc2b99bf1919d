import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { applyEdits } from "../base/text.ts";
import { formatEdits, unreadable } from "../features/format/expressions.ts";
import { replaceFile } from "./fix.ts";
import { readInputs } from "./inputs.ts";
import { type CliIo, exitCodes } from "./io.ts";

interface FmtFlags {
  readonly check: boolean;
  readonly stdinName: string;
}

/** Adds `promscope fmt`. */
export function registerFmtCommand(program: Command, io: CliIo, exit: (code: number) => void): void {
  program
    .command("fmt")
    .description("Lay out the PromQL in rule files as Prometheus does, comments kept.")
    .argument("[paths...]", "files and folders; - for standard input", ["."])
    .option("--check", "write nothing; name the files that are not formatted and exit with 1", false)
    .option("--stdin-name <name>", "file name that standard input is judged by", "stdin.yaml")
    .action(async (paths: string[], flags: FmtFlags) => exit(await runFmt(paths, flags, io)));
}

/**
 * Formats the expressions of the paths and resolves to the exit code: 0, or with `check` 1 where a file is not
 * formatted. Names each file that changes. Throws `UsageError` for a path that cannot be read or written.
 */
async function runFmt(paths: readonly string[], { check, stdinName }: FmtFlags, io: CliIo): Promise<number> {
  const { documents, stdinUri, notUtf8 } = await readInputs(paths, stdinName, io);
  let changed = 0;
  for (const document of documents) {
    const text = applyEdits(document.text, formatEdits(document));
    const isStdin = document.uri === stdinUri;
    for (const { start } of unreadable(document)) {
      const line = document.lines.positionAt(start).line + 1;
      io.warn(
        `${document.path}:${line}: Prometheus does not take this expression, so it was left as it is.\n`,
      );
    }
    if (isStdin && !check) io.write(text);
    if (text === document.text) continue;
    if (notUtf8.has(document.uri)) {
      io.warn(`${document.path} is not UTF-8 and was left as it is; convert it, then format it.\n`);
      continue;
    }
    changed++;
    if (!isStdin && !check) await replaceFile(fileURLToPath(document.uri), text);
    if (check || !isStdin) io.write(`${document.path}\n`);
  }
  return check && changed > 0 ? exitCodes.findings : exitCodes.clean;
}

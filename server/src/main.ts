import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { textOfBytes } from "./adapters/files/text.ts";
import type { CliIo } from "./cli/io.ts";
import type { ConnectLazily } from "./world/environment.ts";

/** Replaced by the bundler. */
const version = process.env["PROMSCOPE_VERSION"] ?? "0.0.0";

const argv = process.argv.slice(2);

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return textOfBytes(Buffer.concat(chunks));
}

/** On standard error, so that an answer on standard output stays clean. */
async function confirm(question: string): Promise<boolean> {
  const { createInterface } = await import("node:readline/promises");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

const busyAtFirst = argv[0] === "check" ? busyProcessors() : 0;

/** Of less than a megabyte one thread has done much before others have started; each more takes as much memory again. */
const threads = {
  script: new URL(
    import.meta.url.endsWith(".ts") ? "./cli/threads/thread.ts" : "./thread.js",
    import.meta.url,
  ),
  leastBytes: 1_000_000,
  free(): number {
    const idle = availableParallelism() - Math.min(busyAtFirst, busyProcessors());
    // On two, a second thread costs what it saves: V8's own helpers work there already.
    return idle < 3 ? 1 : Math.min(4, idle);
  },
};

/**
 * How many processors others use at this moment, where the system tells: threads that wait for one are no help. V8 has
 * threads of its own that come and go, so it is asked twice.
 */
function busyProcessors(): number {
  try {
    const [, running = "1"] = /(\d+)\/\d+/.exec(readFileSync("/proc/loadavg", "latin1")) ?? [];
    return Math.max(0, Number(running) - 1);
  } catch {
    return 0;
  }
}

const io: CliIo = {
  threads,
  cwd: process.cwd(),
  env: process.env,
  colours: process.stdout.isTTY === true && process.env["NO_COLOR"] === undefined,
  write: (text) => void process.stdout.write(text),
  warn: (text) => void process.stderr.write(text),
  readStdin,
  confirm: process.stdin.isTTY && process.stderr.isTTY ? confirm : undefined,
};

// A reader that closes the pipe early (`| head`) is no error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  process.stderr.write(`promscope: standard output cannot be written (${error.code ?? error.message}).\n`);
  process.exit(2);
});

/** Without a transport it speaks over standard input and output; what else stands behind `lsp` asks for its help. */
const isServer =
  argv[0] === "lsp" &&
  (argv.length === 1 || argv.some((word) => /^--(?:stdio|node-ipc|socket|pipe)(?:=|$)/.test(word)));

// Each journey loads only its own libraries: the command line must not pay for the language server's.
if (isServer) {
  const { runLanguageServer } = await import("./lsp/main.ts");
  runLanguageServer(argv.slice(1), version);
} else {
  const { runCli } = await import("./cli/program.ts");
  // The libraries that reach servers are larger than all the rest, and most checks ask none.
  const connect: ConnectLazily = async (environment, checks) =>
    (await import("./adapters/connect.ts")).connectEnvironment(
      environment,
      undefined,
      undefined,
      undefined,
      checks,
    );
  // Not process.exit: what was written to a pipe would be cut off.
  process.exitCode = await runCli(argv, connect, version, io);
}

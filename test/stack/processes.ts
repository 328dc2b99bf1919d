import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, writeSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** What to start, and how it shows that it is ready. */
export interface ProcessSpec {
  /** For logs and messages; unique in its run. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to this process' own; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Answers 200 once the process is ready, or a test of our own; without it the process is ready at once. */
  readonly ready?: string | (() => Promise<boolean>);
  /** How long it may take to be ready; default 120. */
  readonly readySeconds?: number;
}

/** A process of a run. */
export interface Running {
  readonly name: string;
  /** Also the number of its process group; -1 when it could not be started at all. */
  readonly pid: number;
  readonly logFile: string;
  /** Undefined while it runs. */
  exit(): string | undefined;
  /** Sends a signal to the process and its children; false when they are gone. */
  signal(signal: NodeJS.Signals): boolean;
  /** Ends it: SIGTERM, after five seconds SIGKILL. Resolves when it is gone. */
  stop(): Promise<void>;
  /** Resolves when it is gone. */
  ended(): Promise<void>;
}

/** A set of processes with one temporary folder, which end together at the latest when this process ends. */
export interface Run {
  readonly folder: string;
  /** Starts a process and waits until it is ready; a failing start says the last lines of its log. */
  start(spec: ProcessSpec): Promise<Running>;
  /** Ends all its processes, the last one started first, and removes the folder. */
  stop(): Promise<void>;
}

/** Opens a run. Whoever opens it calls `stop()`; a crash, Ctrl-C or SIGKILL is the watchdog's business. */
export function openRun(name: string): Run {
  const folder = mkdtempSync(join(tmpdir(), `promscope-${name}-`));
  const watchdog = spawn(process.execPath, [join(import.meta.dirname, "watchdog.ts")], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    // Flags of the parent (an inspector's port, a loader) are not meant for it.
    env: { PATH: process.env["PATH"] ?? "" },
  });
  watchdog.unref();
  const pipe = watchdog.stdin;
  // A watchdog that was killed by hand must not take the run with it.
  pipe.on("error", () => {});
  const tell = (line: string) => pipe.write(`${line}\n`);
  tell(`folder ${folder}`);
  const running: RunningProcess[] = [];

  return {
    folder,
    async start(spec) {
      const started = new RunningProcess(spec, folder);
      running.push(started);
      if (started.pid > 0) {
        tell(`+${started.pid}`);
        started.ended().then(() => tell(`-${started.pid}`));
      }
      try {
        await waitUntilReady(started, spec);
      } catch (error) {
        await started.stop();
        throw error;
      }
      return started;
    },
    async stop() {
      for (const process of running.toReversed()) await process.stop();
      // It removes the folder when its pipe closes.
      const gone = new Promise((resolve) => watchdog.once("exit", resolve));
      if (watchdog.exitCode !== null || watchdog.signalCode !== null) return;
      watchdog.ref();
      pipe.end();
      await gone;
    },
  };
}

/** Runs a command to its end, in a run of its own; throws its last words when it fails. */
export async function runCommand(spec: Omit<ProcessSpec, "ready" | "readySeconds">): Promise<void> {
  const run = openRun("command");
  try {
    const command = await run.start(spec);
    await command.ended();
    const exit = command.exit();
    if (exit === "exit code 0") return;
    throw new Error(`${spec.name} ended with ${exit}.\n${lastLines(command.logFile)}`);
  } finally {
    await run.stop();
  }
}

class RunningProcess implements Running {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #exit: string | undefined;

  constructor(spec: ProcessSpec, folder: string) {
    this.name = spec.name;
    this.logFile = join(folder, `${spec.name.replaceAll(/[^\w.-]+/g, "_")}.log`);
    const log = openSync(this.logFile, "a");
    try {
      writeSync(log, `$ ${spec.command} ${spec.args.join(" ")}\n`);
      // A group of its own, so that its children end with it and Ctrl-C in a terminal is ours to handle.
      this.#child = spawn(spec.command, spec.args, {
        detached: true,
        stdio: ["ignore", log, log],
        cwd: spec.cwd ?? folder,
        env: { ...process.env, ...spec.env },
      });
    } finally {
      closeSync(log);
    }
    this.#ended = new Promise((resolve) => {
      this.#child.once("error", (error) => {
        this.#exit = error.message;
        resolve();
      });
      this.#child.once("exit", (code, signal) => {
        this.#exit = signal ?? `exit code ${code}`;
        resolve();
      });
    });
    this.pid = this.#child.pid ?? -1;
  }

  exit(): string | undefined {
    return this.#exit;
  }

  ended(): Promise<void> {
    return this.#ended;
  }

  signal(signal: NodeJS.Signals): boolean {
    if (this.#exit !== undefined || this.pid < 0) return false;
    try {
      return process.kill(-this.pid, signal);
    } catch {
      return false;
    }
  }

  async stop(): Promise<void> {
    // A frozen process would leave SIGTERM waiting for ever.
    this.signal("SIGCONT");
    this.signal("SIGTERM");
    const patience = new AbortController();
    const late = delay(5000, undefined, { signal: patience.signal }).then(
      () => this.signal("SIGKILL"),
      () => {},
    );
    await this.#ended;
    patience.abort();
    await late;
  }
}

async function waitUntilReady(started: RunningProcess, spec: ProcessSpec): Promise<void> {
  const { ready } = spec;
  if (ready === undefined) return;
  const probe = typeof ready === "string" ? () => answersOk(ready) : ready;
  const seconds = spec.readySeconds ?? 120;
  const failed = (why: string) => new Error(`${spec.name} ${why}\n${lastLines(started.logFile)}`);
  await waitFor(
    async () => {
      if (started.exit() !== undefined) throw failed(`ended while it started (${started.exit()}).`);
      return probe();
    },
    seconds,
    () => failed(`was not ready after ${seconds} s.`),
  );
}

/** Asks until the answer is yes; after `seconds` it throws what `late` says. */
export async function waitFor(
  probe: () => Promise<boolean> | boolean,
  seconds: number,
  late: () => Error,
): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await probe())) {
    if (performance.now() > end) throw late();
    await delay(50);
  }
}

/** Whether a GET of the address answers 200; a connection refused is just "not yet". */
export function answersOk(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(false));
  });
}

/** The end of a log, for a message. */
function lastLines(file: string, count = 15): string {
  try {
    return readFileSync(file, "utf8").trimEnd().split("\n").slice(-count).join("\n");
  } catch {
    return "";
  }
}

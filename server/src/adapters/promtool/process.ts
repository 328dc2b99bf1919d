import { spawn } from "node:child_process";

/** How a program ended. */
export interface Ended {
  /** Nothing where it did not end by itself. */
  readonly exit: number | undefined;
  /** Why it did not: it could not be started, took too long, or nobody waits for it. */
  readonly why?: "absent" | "deadline" | "cancelled";
  readonly stdout: string;
  readonly stderr: string;
}

/** More output than this many characters is cut. */
const maxOutput = 4_000_000;

/** Runs a program until it ends, its time is over, or `signal` fires; then it is killed. Never throws. */
export function runProgram(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly deadlineMs: number; readonly signal: AbortSignal },
): Promise<Ended> {
  return new Promise((resolve) => {
    let stdout = "";
    let stderr = "";
    let why: Ended["why"];
    const child = spawn(command, args, {
      cwd: options.cwd,
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    const kill = (reason: Ended["why"]): void => {
      why ??= reason;
      child.kill("SIGKILL");
    };
    const timer = setTimeout(() => kill("deadline"), options.deadlineMs);
    const stopped = (): void => kill("cancelled");
    const orphaned = (): void => kill("cancelled");
    if (options.signal.aborted) stopped();
    options.signal.addEventListener("abort", stopped, { once: true });
    process.once("exit", orphaned);
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (stdout.length < maxOutput) stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      if (stderr.length < maxOutput) stderr += text;
    });
    child.once("error", () => {
      why ??= "absent";
      done(undefined);
    });
    const done = (exit: number | undefined): void => {
      clearTimeout(timer);
      options.signal.removeEventListener("abort", stopped);
      process.off("exit", orphaned);
      resolve({ exit: why === undefined ? exit : undefined, ...(why && { why }), stdout, stderr });
    };
    child.once("close", (code) => done(code ?? undefined));
  });
}

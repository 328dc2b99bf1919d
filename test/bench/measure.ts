import { spawn, spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Milliseconds of one whole process; its exit code may be 0 or 1, anything else is an error of the bench. */
function once(command: string, args: readonly string[]): number {
  const start = performance.now();
  const { status, error, stderr } = spawnSync(command, args, { stdio: ["ignore", "ignore", "pipe"] });
  const elapsed = performance.now() - start;
  if (error !== undefined || (status !== 0 && status !== 1))
    throw new Error(`${command} ended with ${status}: ${error?.message ?? stderr.toString().slice(-500)}`);
  return elapsed;
}

/** Medians of two commands run in turns, so that a busy moment of the machine touches both. */
export function inTurns(
  ours: readonly [string, ...string[]],
  peer: readonly [string, ...string[]],
  rounds = 7,
): { ours: number; peer: number } {
  const times = { ours: [] as number[], peer: [] as number[] };
  for (let round = 0; round <= rounds; round++) {
    const a = once(ours[0], ours.slice(1));
    const b = once(peer[0], peer.slice(1));
    // The first round fills the caches of the disk and of compiled code.
    if (round > 0) {
      times.ours.push(a);
      times.peer.push(b);
    }
  }
  return { ours: percentile(times.ours, 0.5), peer: percentile(times.peer, 0.5) };
}

/** Milliseconds from the start of a process until it has written `mark` to its standard output. */
export function untilOutput(
  command: string,
  args: readonly string[],
  input: string,
  mark: string,
): Promise<number> {
  const start = performance.now();
  const child = spawn(command, [...args], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.write(input);
  let seen = "";
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`${command} ended with ${code} before it answered`)));
    child.stdout.on("data", (chunk: Buffer) => {
      seen += chunk.toString("utf8");
      if (!seen.includes(mark)) return;
      resolve(performance.now() - start);
      child.removeAllListeners("exit");
      child.kill();
    });
  });
}

import { rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";

/**
 * Ends what a run started when the run itself is gone, however it went. The run holds the other end of
 * standard input and writes `+PID` and `-PID` for process groups and `folder PATH` for its temporary folder;
 * the system closes that pipe even when the run is killed.
 */
const groups = new Set<number>();
let folder: string | undefined;

// Ctrl-C reaches everything in the terminal; this process has to outlive it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});

for await (const line of createInterface({ input: process.stdin })) {
  if (line.startsWith("+")) groups.add(Number(line.slice(1)));
  else if (line.startsWith("-")) groups.delete(Number(line.slice(1)));
  else if (line.startsWith("folder ")) folder = line.slice("folder ".length);
}

function send(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false;
  }
}

// What is not a group that a run can have started must never be signalled.
for (const group of groups) if (!(group > 1)) groups.delete(group);
for (const group of groups) {
  // A stopped process would keep the signal waiting.
  send(group, "SIGCONT");
  send(group, "SIGTERM");
}
for (let waited = 0; waited < 5000 && [...groups].some((group) => send(group, 0)); waited += 50)
  await delay(50);
for (const group of groups) send(group, "SIGKILL");
if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Runs `work` while no other process on this machine does so under the same lock file. A lock whose owner
 * is dead is taken over; `onWait` is told once who holds it. What `work` writes must still be moved into
 * place atomically: the lock saves double work, it does not guard correctness.
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  onWait: (pid: number) => void = () => {},
): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  for (let told = false; ; ) {
    try {
      await writeFile(file, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const owner = Number(await readFile(file, "utf8").catch(() => ""));
    // An empty file is one that its owner is just writing.
    if (owner > 0 && !isAlive(owner)) await rm(file, { force: true });
    else if (owner > 0 && !told) {
      told = true;
      onWait(owner);
    }
    await delay(200);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

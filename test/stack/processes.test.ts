import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { freePorts } from "./ports.ts";
import { openRun, waitFor } from "./processes.ts";

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const late = () => new Error("it did not happen");

test("a process is ready when it answers, and gone with its folder after stop", async () => {
  const run = openRun("test");
  const [port] = await freePorts(1);
  const serve = `require("node:http").createServer((_, r) => r.end("ok")).listen(${port}, "127.0.0.1")`;
  const server = await run.start({
    name: "server",
    command: process.execPath,
    args: ["-e", serve],
    ready: `http://127.0.0.1:${port}/`,
  });
  expect(server.exit()).toBeUndefined();
  await run.stop();
  expect(isAlive(server.pid)).toBe(false);
  expect(existsSync(run.folder)).toBe(false);
});

test("a start that fails says the last lines of the log", async () => {
  const run = openRun("test");
  const ready = "http://127.0.0.1:1/";
  const failing = {
    command: process.execPath,
    args: ["-e", "console.error('no such flag'); process.exit(3)"],
  };
  await expect(run.start({ name: "failing", ...failing, ready })).rejects.toThrow(
    /failing ended while it started \(exit code 3\).*no such flag/s,
  );
  await expect(run.start({ name: "absent", command: "/no/such/program", args: [], ready })).rejects.toThrow(
    /absent ended while it started .*ENOENT/,
  );
  await run.stop();
});

test("a frozen process and one that ignores SIGTERM end all the same", async () => {
  const run = openRun("test");
  const idle = "setInterval(() => {}, 1000)";
  const frozen = await run.start({ name: "frozen", command: process.execPath, args: ["-e", idle] });
  frozen.signal("SIGSTOP");
  const deaf = await run.start({
    name: "deaf",
    command: process.execPath,
    args: ["-e", `process.on("SIGTERM", () => {}); ${idle}`],
  });
  await run.stop();
  expect([isAlive(frozen.pid), isAlive(deaf.pid)]).toEqual([false, false]);
});

test("when the one who started them is killed, its processes and their children end, and the folder goes", async () => {
  // The parent starts a shell with a child of its own, says the numbers, and waits for its death.
  const parent = spawn(
    process.execPath,
    [
      "--input-type=module",
      "-e",
      `import { openRun } from ${JSON.stringify(join(import.meta.dirname, "processes.ts"))};
       const run = openRun("orphans");
       const shell = await run.start({ name: "shell", command: "sh", args: ["-c", "sleep 600 & wait"] });
       console.log(JSON.stringify({ pid: shell.pid, folder: run.folder }));
       setInterval(() => {}, 1000);`,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const [line] = await new Promise<string[]>((resolve) => {
    createInterface({ input: parent.stdout }).once("line", (text) => resolve([text]));
  });
  const { pid, folder } = JSON.parse(line ?? "") as { pid: number; folder: string };
  expect(isAlive(-pid)).toBe(true);
  parent.kill("SIGKILL");
  await waitFor(() => !isAlive(-pid) && !existsSync(folder), 90, late);
});

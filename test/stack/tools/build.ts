import { mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { removeLeftovers } from "../cache.ts";
import { withLock } from "../lock.ts";
import { runCommand } from "../processes.ts";
import { builtFolder, findTool, moduleFolder } from "./locate.ts";
import { type BuildStep, buildSteps, type ToolName, toolNames } from "./table.ts";

/** Gets one line for each step, for a person who waits. */
export type Progress = (line: string) => void;

/** The paths of the programs; those that are missing are built first, one step after the other. */
export async function ensureTools<N extends ToolName>(
  names: readonly N[],
  progress: Progress = () => {},
): Promise<Record<N, string>> {
  const found = new Map<ToolName, string>();
  for (const step of buildSteps) {
    const wanted = names.filter((name) => name in step.tools);
    for (const name of wanted) {
      const path = (await findTool(name)) ?? (await buildThenFind(step, name, progress));
      found.set(name, path);
    }
  }
  return Object.fromEntries(found) as Record<N, string>;
}

async function buildThenFind(step: BuildStep, name: ToolName, progress: Progress): Promise<string> {
  const folder = builtFolder(step);
  await withLock(
    `${folder}.lock`,
    async () => {
      if ((await findTool(name)) === undefined) await build(step, folder, progress);
    },
    (pid) => progress(`${name}: waiting for process ${pid}, which builds it`),
  );
  const path = await findTool(name);
  if (path === undefined) throw new Error(`${name} was built, but is not in ${folder}`);
  return path;
}

async function build(step: BuildStep, folder: string, progress: Progress): Promise<void> {
  const names = Object.keys(step.tools).join(" and ");
  await checkGo(step);
  const started = performance.now();
  progress(`${names} ${step.version}: building from Go modules`);
  // We hold the lock, so what others began here is theirs no more.
  await removeLeftovers(`${folder}.building-`);
  const temporary = await mkdtemp(`${folder}.building-`);
  try {
    const packages = Object.values(step.tools);
    const only = packages.length === 1 ? Object.keys(step.tools)[0] : undefined;
    // etcd's package is called `v3`, so a program that comes alone is named; others go by their folder.
    const output = only === undefined ? `${temporary}/` : join(temporary, only);
    const flags = ["-trimpath", "-ldflags", step.ldflags, "-o", output];
    if (step.tags.length > 0) flags.unshift("-tags", step.tags.join(","));
    await go(["build", ...flags, ...packages], step);
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  progress(`${names} ${step.version}: built in ${Math.round((performance.now() - started) / 1000)} s`);
}

/** Says in one sentence what to do when Go is absent or too old for the module. */
async function checkGo(step: BuildStep): Promise<void> {
  const names = Object.keys(step.tools).join(" and ");
  try {
    // In the module's folder `go` picks the toolchain that its go.mod asks for, or fails if it cannot.
    await go(["version"], step);
  } catch (error) {
    const { message } = error as Error;
    throw new Error(
      message.includes("ENOENT")
        ? `${names} must be built, but there is no go on PATH: install Go 1.26.8 or newer, or set PROMSCOPE_TOOLS.`
        : `${names} must be built with Go 1.26.8 or newer: update Go, or set PROMSCOPE_TOOLS. ${message}`,
    );
  }
}

/** Runs `go` in the module's folder. */
function go(args: readonly string[], step: BuildStep): Promise<void> {
  const env = { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOWORK: "off" };
  return runCommand({ name: `go ${args[0]}`, command: "go", args, cwd: moduleFolder(step), env });
}

if (import.meta.main) {
  const names = process.argv
    .slice(2)
    .filter((name): name is ToolName => toolNames.includes(name as ToolName));
  try {
    const paths = await ensureTools(names.length > 0 ? names : toolNames, (line) => console.log(line));
    for (const [name, path] of Object.entries(paths)) console.log(`${name} ${path}`);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "../cache.ts";
import { type BuildStep, stepOf, type ToolName } from "./table.ts";

/** The folder with the go.mod and go.sum of a step. */
export function moduleFolder(step: BuildStep): string {
  return join(import.meta.dirname, step.module);
}

/**
 * Where a step's programs are kept once built. The folder's name holds everything that decides what comes
 * out (version, dependencies, flags, platform), so that a change of any of them builds anew.
 */
export function builtFolder(step: BuildStep): string {
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum"]) hash.update(readFileSync(join(moduleFolder(step), file)));
  hash.update(JSON.stringify([step.tools, step.tags, step.ldflags, process.platform, process.arch]));
  const name = Object.keys(step.tools)[0];
  return cacheFolder("tools", `${name}-${step.version}-${hash.digest("hex").slice(0, 12)}`);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * Whether a program found on PATH is one that the tests were written for: it says the pinned version
 * (up to the patch), or it says none, as programs built from their modules do.
 */
async function hasPinnedVersion(file: string, step: BuildStep): Promise<boolean> {
  try {
    const { stdout, stderr } = await promisify(execFile)(file, ["--version"], { timeout: 20_000 });
    const said = /\bv?(\d+\.\d+)\.\d+/.exec(stdout + stderr)?.[1];
    return said === undefined || said === "0.0" || step.version.startsWith(`${said}.`);
  } catch {
    return false;
  }
}

/**
 * The path of a real server or tool: from the folder `PROMSCOPE_TOOLS`, else from PATH if it is of the
 * pinned version, else from the user's cache; undefined when it has to be built first.
 */
export async function findTool(name: ToolName): Promise<string | undefined> {
  const given = process.env["PROMSCOPE_TOOLS"];
  if (given !== undefined && given !== "" && isProgram(join(given, name))) return join(given, name);
  const step = stepOf(name);
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const file = join(folder, name);
    if (folder !== "" && isProgram(file) && (await hasPinnedVersion(file, step))) return file;
  }
  const built = join(builtFolder(step), name);
  return isProgram(built) ? built : undefined;
}

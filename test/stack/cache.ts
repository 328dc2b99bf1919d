import { readdir, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";

/** The folder of this project in the user's cache: built servers, generated history, code-server. */
export function cacheFolder(...parts: readonly string[]): string {
  const root = process.env["XDG_CACHE_HOME"];
  const base = root !== undefined && root !== "" ? root : join(homedir(), ".cache");
  return join(base, "promscope", ...parts);
}

/** Removes folders whose path begins so: what runs that were killed left half made. */
export async function removeLeftovers(prefix: string): Promise<void> {
  const folder = dirname(prefix);
  for (const name of await readdir(folder).catch(() => [])) {
    if (name.startsWith(basename(prefix))) await rm(join(folder, name), { recursive: true, force: true });
  }
}

import { homedir } from "node:os";
import { join } from "node:path";

/** The folder of this project in the user's cache: built servers, generated history, code-server. */
export function cacheFolder(...parts: readonly string[]): string {
  const root = process.env["XDG_CACHE_HOME"];
  const base = root !== undefined && root !== "" ? root : join(homedir(), ".cache");
  return join(base, "promscope", ...parts);
}

import { homedir } from "node:os";
import { join } from "node:path";

/** The folder of Promscope in the user's cache, as the system has it. */
export function userCacheFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const named = env["XDG_CACHE_HOME"];
  if (named !== undefined && named !== "") return join(named, "promscope");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "promscope");
  if (process.platform === "win32")
    return join(env["LOCALAPPDATA"] ?? join(homedir(), "AppData", "Local"), "promscope", "cache");
  return join(homedir(), ".cache", "promscope");
}

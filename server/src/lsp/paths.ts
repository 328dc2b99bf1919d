import { fileURLToPath } from "node:url";

/**
 * A file's path relative to its workspace folder, with forward slashes; the whole path where it lies outside of all
 * folders, and the path of the URI for other schemes (`untitled:`, `vscode-vfs:`).
 */
export function pathOf(uri: string, folders: readonly string[]): string {
  const folder = folders
    .map((f) => (f.endsWith("/") ? f : `${f}/`))
    .filter((f) => uri.startsWith(f))
    .sort((a, b) => b.length - a.length)[0];
  const rest =
    folder === undefined ? uri.replace(/^[a-z][a-z0-9+.-]*:(\/\/[^/]*)?/i, "") : uri.slice(folder.length);
  try {
    return decodeURIComponent(rest);
  } catch {
    return rest;
  }
}

/** The path on this machine of a `file:` URI; nothing for other schemes. */
export function filePathOf(uri: string): string | undefined {
  if (!uri.startsWith("file:")) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

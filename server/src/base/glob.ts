import picomatch from "picomatch/posix.js";

/**
 * A predicate for workspace-relative paths with forward slashes.
 * Globs are those of VS Code settings: `**` crosses folders, braces and negation work, dot files are included.
 */
export function globMatcher(globs: readonly string[]): (path: string) => boolean {
  if (globs.length === 0) return () => false;
  return picomatch([...globs], { dot: true });
}

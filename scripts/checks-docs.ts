import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Check } from "../server/src/checks/check.ts";
import { allChecks } from "../server/src/checks/registry.ts";

/** The page that diagnostics link to: a heading for each check, in the order of their ids. */
export function checksPage(checks: readonly Check[]): string {
  const sorted = [...checks].sort((a, b) => (a.id < b.id ? -1 : 1));
  const sections = sorted.map(
    (check) =>
      `## ${check.id}\n\n${check.summary}\n\nSeverity: ${check.offByDefault === true ? `off, until one is chosen (then for example ${check.severity})` : check.severity}. Read in: ${check.kinds.join(", ")}.\n`,
  );
  return `# Checks

Each finding carries the id of its check. Change its severity, or switch it off, with the setting \`promscope.checks\`; silence one place with \`# promscope ignore CHECK-ID\` on the line, on the line above, or above a rule, and a whole file with \`# promscope ignore-file CHECK-ID\`.

This page is written by \`npm run checks-docs\` from the checks themselves.

${sections.join("\n")}`;
}

/** Where the page is kept. */
export const checksPagePath: string = fileURLToPath(new URL("../docs/checks.md", import.meta.url));

if (process.argv[1] === fileURLToPath(import.meta.url))
  await writeFile(checksPagePath, checksPage(allChecks));

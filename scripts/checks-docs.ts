import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Check } from "../server/src/checks/check.ts";
import { allChecks } from "../server/src/checks/registry.ts";
import { idsOf, type PintCheck, pintChecks } from "../server/src/world/pint/checks.ts";

/** What stands on the page of a check between what is made of the check and what people write. */
const border = "<!-- What is above this line is written by `npm run checks-docs`. -->";

const themes: Readonly<Record<string, string>> = {
  yaml: "YAML and the shape of files",
  rule: "Rules and groups",
  promql: "PromQL",
  template: "Templates in labels and annotations",
  live: "What a backend says",
  policy: "Policies of `promscope.yaml`",
  monitor: "ServiceMonitors and PodMonitors",
};

function severityOf({ offByDefault, severity }: Check): string {
  return offByDefault === true ? `off, until one is chosen (then for example ${severity})` : severity;
}

/** The list of all checks: a line for each, by theme, with a link to its page. */
export function checksPage(checks: readonly Check[]): string {
  const sorted = [...checks].sort((a, b) => (a.id < b.id ? -1 : 1));
  const prefixes = [...new Set(sorted.map(({ id }) => id.replace(/\..*/, "")))];
  const order = [...Object.keys(themes), ...prefixes.filter((prefix) => themes[prefix] === undefined)];
  const sections = order.flatMap((prefix) => {
    const lines = sorted
      .filter(({ id }) => id.startsWith(`${prefix}.`))
      .map(
        (check) =>
          `| [${check.id}](checks/${check.id}.md) | ${severityOf(check)} | ${check.summary.replaceAll("|", "\\|")} |`,
      );
    if (lines.length === 0) return [];
    return [
      `## ${themes[prefix] ?? prefix}\n\n| check | severity | finds |\n|---|---|---|\n${lines.join("\n")}\n`,
    ];
  });
  return `# Checks

Each finding carries the id of its check, and each check has a page that says why it matters, with an example that is wrong and one that is right. Change its severity, or switch it off, with the setting \`promscope.checks\`.

A comment silences a check: \`# promscope ignore CHECK-ID\` on the line, on the line above it, or above a rule for the whole rule; \`# promscope ignore-file CHECK-ID\` for the file. Several ids are separated by commas, and what follows is the reason. pint's comments are understood as pint understands them: \`disable\`, \`snooze\`, \`file/disable\`, \`file/snooze\` and \`ignore/…\` with the names of pint's checks. A comment that names no check, or silences nothing, is told.

This page is written by \`npm run checks-docs\` from the checks themselves.

${sections.join("\n")}`;
}

/** What the page of a check begins with. */
export function frameOf(check: Check): string {
  return `# ${check.id}

${check.summary}

Severity: ${severityOf(check)}. Read in: ${check.kinds.join(", ")}.

${border}
`;
}

/** The page with the frame as the check makes it; what people wrote stays. */
export function framed(check: Check, page: string): string {
  const at = page.indexOf(border);
  return `${frameOf(check)}${at < 0 ? `\n${page}` : page.slice(at + border.length + 1)}`;
}

/** Where the list of all checks is kept. */
export const checksPagePath: string = fileURLToPath(new URL("../docs/checks.md", import.meta.url));

/** Where the page of a check is kept. */
export function pagePath(id: string): string {
  return fileURLToPath(new URL(`../docs/checks/${id}.md`, import.meta.url));
}

/** Where the page for those who come from pint is kept, and what stands around its list of checks. */
export const pintPagePath: string = fileURLToPath(new URL("../docs/pint.md", import.meta.url));
const pintBorders = [
  "<!-- What follows is written by `npm run checks-docs`. -->\n\n",
  "\n<!-- What is above this line is written by `npm run checks-docs`. -->",
] as const;

/** The page with the list of pint's checks as the table of the linter makes it; what people wrote stays. */
export function withPintTable(page: string): string {
  const [from, to] = pintBorders.map((each) => page.indexOf(each));
  if (from === undefined || to === undefined || from < 0 || to < from) return page;
  return page.slice(0, from + pintBorders[0].length) + pintTable() + page.slice(to);
}

function pintTable(): string {
  const link = (id: string): string => `[${id}](checks/${id}.md)`;
  const when = ({ parameter, when: how }: PintCheck): string => {
    if (how !== undefined) return how;
    return { none: "always", server: "where a server is asked", policy: "where it is asked for" }[parameter];
  };
  const lines = [...pintChecks].map(([name, check]) => {
    const ids = idsOf(check);
    return `| ${name} | ${ids.length === 0 ? "–" : ids.map(link).join(", ")} | ${ids.length === 0 ? "" : when(check)} |`;
  });
  return `| pint | Promscope | when |\n|---|---|---|\n${lines.join("\n")}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(checksPagePath, checksPage(allChecks));
  await writeFile(pintPagePath, withPintTable(readFileSync(pintPagePath, "utf8")));
  for (const check of allChecks) {
    const path = pagePath(check.id);
    if (existsSync(path)) await writeFile(path, framed(check, readFileSync(path, "utf8")));
    else console.error(`docs/checks/${check.id}.md is not there yet: write it.`);
  }
}

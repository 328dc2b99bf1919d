import type { Span } from "../../base/text.ts";
import type { Severity } from "../../checks/check.ts";
import { type Elsewhere, type FileReport, type PrintedFile, type Report, relatedPlaces } from "../report.ts";

type Style = "bold" | "red" | "yellow" | "blue" | "gray";

const styles: Readonly<Record<Severity, Style>> = {
  error: "red",
  warning: "yellow",
  info: "blue",
  hint: "gray",
};

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

function placeText({ path, lines }: PrintedFile, { start }: Span): string {
  const { line, character } = lines.positionAt(start);
  return `${path}:${line + 1}:${character + 1}`;
}

/** The source line with a marker below the finding, as compilers print it. */
function excerpt(file: FileReport, finding: FileReport["findings"][number]): string {
  const { lines } = file.document;
  const { start, end } = lines.range(finding.span);
  const text = lines.lineText(start.line);
  const until = end.line === start.line ? end.character : text.length;
  const width = Math.max(1, until - start.character);
  const gutter = String(start.line + 1);
  // Tabs stay tabs, so that the marker stands below its text whatever their width.
  const before = text.slice(0, start.character);
  const indent = before.includes("\t") ? before.replace(/[^\t]/g, " ") : " ".repeat(before.length);
  return `  ${gutter} | ${text}\n  ${" ".repeat(gutter.length)} | ${indent}${"^".repeat(width)}\n`;
}

/** More related places than these are left to the other formats. */
const maxRelated = 3;

/** For people: one line for a finding, its source line and what it is related to below, and a summary at the end. */
export function textReport(report: Report, elsewhere: Elsewhere, colours: boolean): string {
  // To import all of it takes Node longer than most reports, and what is printed to a pipe has no colours.
  const util = colours ? process.getBuiltinModule("node:util") : undefined;
  const paint = (style: Style, text: string): string =>
    util === undefined ? text : util.styleText(style, text, { validateStream: false });
  let output = "";
  const counts = new Map<Severity, number>();
  for (const file of report.files) {
    for (const finding of file.findings) {
      counts.set(finding.severity, (counts.get(finding.severity) ?? 0) + 1);
      const place = placeText(file.document, finding.span);
      const fix = finding.fixes?.[0];
      output += `${paint("bold", place)}: ${paint(styles[finding.severity], finding.severity)}: ${finding.message} [${finding.check}]\n`;
      output += excerpt(file, finding);
      const related = relatedPlaces(finding, file.document, elsewhere).slice(0, maxRelated);
      for (const { message, file: other, span } of related)
        output += `  see ${placeText(other, span)}: ${message}\n`;
      if (fix !== undefined) output += `  fix: ${fix.title}${fix.safe ? " (--fix does it)" : ""}\n`;
    }
  }
  const found = (["error", "warning", "info", "hint"] as const)
    .filter((severity) => counts.has(severity))
    .map((severity) =>
      plural(counts.get(severity) ?? 0, severity, severity === "info" ? "infos" : undefined),
    );
  output += `${plural(report.checked, "file")} checked: ${found.length === 0 ? "no findings" : found.join(", ")}.`;
  if (report.unknown > 0)
    output += ` ${plural(report.unknown, "YAML file is", "YAML files are")} of no known kind.`;
  return `${output}\n`;
}

import type { Severity } from "../../checks/check.ts";
import type { Report } from "../report.ts";

const levels: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  info: "notice",
  hint: "notice",
};

const escapeData = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const escapeProperty = (text: string): string =>
  escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

/** GitHub shows no more annotations of a level in one step; the others are in the log. */
const shownOfLevel = 10;

/** Workflow commands of GitHub Actions; the gravest first, since GitHub shows only ten of a level. */
export function githubReport(report: Report): string {
  const order: readonly Severity[] = ["error", "warning", "info", "hint"];
  const entries = report.files.flatMap(({ document, findings }) =>
    findings.map((finding) => ({ document, finding })),
  );
  entries.sort((a, b) => order.indexOf(a.finding.severity) - order.indexOf(b.finding.severity));
  const counts = new Map<string, number>();
  for (const { finding } of entries) {
    const level = levels[finding.severity];
    counts.set(level, (counts.get(level) ?? 0) + 1);
  }
  const hidden = [...counts.values()].reduce((sum, count) => sum + Math.max(0, count - shownOfLevel), 0);
  const note =
    hidden === 0 ? "" : `${hidden} more findings are in this log; GitHub annotates ten of each level.\n`;
  const commands = entries
    .map(({ document, finding }) => {
      const { start, end } = document.lines.range(finding.span);
      // The runner takes columns only of annotations within one line.
      const columns =
        start.line === end.line ? [`col=${start.character + 1}`, `endColumn=${end.character + 1}`] : [];
      const properties = [
        `file=${escapeProperty(document.path)}`,
        `line=${start.line + 1}`,
        `endLine=${end.line + 1}`,
        ...columns,
        `title=${escapeProperty(finding.check)}`,
      ].join(",");
      return `::${levels[finding.severity]} ${properties}::${escapeData(finding.message)}\n`;
    })
    .join("");
  return `${commands}${note}`;
}

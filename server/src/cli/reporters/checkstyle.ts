import type { Severity } from "../../checks/check.ts";
import type { Report } from "../report.ts";
import { escapeXml } from "./xml.ts";

const levels: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  info: "info",
  hint: "info",
};

/** Checkstyle's XML, as pint and many code review tools use it. */
export function checkstyleReport(report: Report): string {
  const files = report.files.flatMap(({ document, findings }) => {
    if (findings.length === 0) return [];
    const errors = findings.map(({ check, severity, message, span }) => {
      const { line, character } = document.lines.positionAt(span.start);
      return `    <error line="${line + 1}" column="${character + 1}" severity="${levels[severity]}" message="${escapeXml(message)}" source="${escapeXml(check)}"/>\n`;
    });
    return [`  <file name="${escapeXml(document.path)}">\n${errors.join("")}  </file>\n`];
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<checkstyle version="4.3">\n${files.join("")}</checkstyle>\n`;
}

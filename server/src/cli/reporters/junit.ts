import type { Report } from "../report.ts";
import { escapeXml } from "./xml.ts";

/** One suite a file, one failed case a finding; a file without findings is one case that passed. */
export function junitReport(report: Report): string {
  const suites = report.files.map(({ document, findings }) => {
    const path = escapeXml(document.path);
    const cases = findings.map((finding) => {
      const { line, character } = document.lines.positionAt(finding.span.start);
      const place = `${path}:${line + 1}:${character + 1}`;
      return `    <testcase classname="${path}" name="${escapeXml(finding.check)} at ${line + 1}:${character + 1}"><failure type="${finding.severity}" message="${escapeXml(finding.message)}">${place}</failure></testcase>\n`;
    });
    const body = cases.length > 0 ? cases.join("") : `    <testcase classname="${path}" name="promscope"/>\n`;
    return `  <testsuite name="${path}" tests="${Math.max(1, cases.length)}" failures="${cases.length}">\n${body}  </testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="promscope">\n${suites.join("")}</testsuites>\n`;
}

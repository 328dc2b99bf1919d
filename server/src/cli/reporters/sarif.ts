import { createHash } from "node:crypto";
import type { Check, Severity } from "../../checks/check.ts";
import type { Report } from "../report.ts";

const levels: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  error: "error",
  warning: "warning",
  info: "note",
  hint: "note",
};

/** SARIF 2.1.0; columns are UTF-16 units, and fingerprints do not change when lines above are added. */
export function sarifReport(report: Report, checks: readonly Check[], version: string): string {
  const results = report.files.flatMap(({ document, findings }) =>
    findings.map((finding) => {
      const { start, end } = document.lines.range(finding.span);
      const line = document.lines.lineText(start.line).trim();
      const fingerprint = createHash("sha256")
        .update(`${finding.check}\0${document.path}\0${line}`)
        .digest("hex")
        .slice(0, 32);
      return {
        ruleId: finding.check,
        level: levels[finding.severity],
        message: { text: finding.message },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: encodeURI(document.path) },
              region: {
                startLine: start.line + 1,
                startColumn: start.character + 1,
                endLine: end.line + 1,
                endColumn: end.character + 1,
              },
            },
          },
        ],
        partialFingerprints: { "promscope/v1": fingerprint },
      };
    }),
  );
  const rules = checks.map((check) => ({
    id: check.id,
    shortDescription: { text: check.summary },
    defaultConfiguration: { level: levels[check.severity] },
  }));
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "promscope", version, rules } },
        columnKind: "utf16CodeUnits",
        results,
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

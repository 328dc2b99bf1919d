import type { Finding, Severity } from "./check.ts";

/** Severity of single checks by their id, or `off`, as users set it. */
export type CheckLevels = Readonly<Record<string, Severity | "off">>;

/** The findings with the severities that users chose; those of checks that are off are left out. */
export function withLevels(findings: readonly Finding[], levels: CheckLevels): readonly Finding[] {
  return findings.flatMap((finding) => {
    const level = levels[finding.check];
    if (level === undefined || level === finding.severity) return [finding];
    return level === "off" ? [] : [{ ...finding, severity: level }];
  });
}

import type { CheckLevels } from "../world/settings.ts";
import type { Finding } from "./check.ts";

/** The findings with the severities that users chose; those of checks that are off are left out. */
export function withLevels(findings: readonly Finding[], levels: CheckLevels): readonly Finding[] {
  return findings.flatMap((finding) => withLevel(finding, levels) ?? []);
}

/** One finding with the severity that users chose; nothing where its check is off. */
export function withLevel(finding: Finding, levels: CheckLevels): Finding | undefined {
  const level = levels[finding.check];
  if (level === undefined && finding.offByDefault === true) return undefined;
  if (level === undefined || level === finding.severity) return finding;
  return level === "off" ? undefined : { ...finding, severity: level };
}

import type { CheckLevels } from "../world/settings.ts";
import type { Finding, Severity } from "./check.ts";

/** The findings with the severities that users chose; those of checks that are off are left out. */
export function withLevels(findings: readonly Finding[], levels: CheckLevels): readonly Finding[] {
  return findings.flatMap((finding) => withLevel(finding, levels) ?? []);
}

/** One finding with the severity that users chose; nothing where its check is off. */
export function withLevel(finding: Finding, levels: CheckLevels): Finding | undefined {
  const severity = levelOf(finding, levels);
  if (severity === undefined) return undefined;
  return severity === finding.severity ? finding : { ...finding, severity };
}

/** The severity that users chose for such findings; nothing where their check is off. */
export function levelOf(
  { check, severity, offByDefault }: Pick<Finding, "check" | "severity" | "offByDefault">,
  levels: CheckLevels,
): Severity | undefined {
  const level = levels[check];
  if (level === undefined) return offByDefault === true ? undefined : severity;
  return level === "off" ? undefined : level;
}

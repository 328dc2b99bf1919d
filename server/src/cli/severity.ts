import type { Severity } from "../checks/check.ts";

export const severityNames = ["hint", "info", "warning", "error"] as const satisfies readonly Severity[];

/** Whether `severity` is as grave as `threshold` or graver. */
export function atLeast(severity: Severity, threshold: Severity): boolean {
  return severityNames.indexOf(severity) >= severityNames.indexOf(threshold);
}

import { lostIndent } from "./lost-indent.ts";
import { misplacedKey } from "./misplaced-key.ts";
import { missingField } from "./missing-field.ts";
import type { MonitorCheck } from "./monitor-check.ts";
import { monitorNotSelected } from "./not-selected.ts";
import { portIsTargetPort } from "./port-is-target-port.ts";
import { portNotOnService } from "./port-not-on-service.ts";
import { portNumber } from "./port-number.ts";
import { portUnnamed } from "./port-unnamed.ts";
import { selectorMatchesNothing } from "./selector-matches-nothing.ts";
import { targetPortNotDeclared } from "./target-port-not-declared.ts";
import { unknownField } from "./unknown-field.ts";
import { sentence } from "./words.ts";
import { wrongType } from "./wrong-type.ts";

const checks: readonly MonitorCheck[] = [
  lostIndent,
  misplacedKey,
  unknownField,
  missingField,
  wrongType,
  portNotOnService,
  portUnnamed,
  portIsTargetPort,
  portNumber,
  targetPortNotDeclared,
  selectorMatchesNothing,
  monitorNotSelected,
];

/** The checks of ServiceMonitors and PodMonitors. Their messages stay short, however long the names in them are. */
export const monitorChecks: readonly MonitorCheck[] = checks.map((check) => ({
  ...check,
  *run(context) {
    for (const finding of check.run(context))
      yield finding.refusedBy === undefined ? { ...finding, message: sentence(finding.message) } : finding;
  },
}));

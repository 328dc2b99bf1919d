import type { Check } from "../check.ts";
import { dependencyCrossGroup, dependencyCycle, dependencyOrder } from "./dependency.ts";
import {
  duplicateExpression,
  duplicateIdentical,
  duplicateNameLabels,
  duplicateOverlap,
} from "./duplicate.ts";
import { groupIntervalTooLong } from "./group-interval.ts";
import { absentUnrouted, unroutedValue } from "./routing.ts";
import { alertsMetricUnknown } from "./unknown-alert.ts";
import { unusedRecording } from "./unused-recording.ts";
import { useRecording } from "./use-recording.ts";

/** What rules are to each other, in one file and across files. */
export const nameChecks: readonly Check[] = [
  duplicateIdentical,
  duplicateNameLabels,
  duplicateOverlap,
  duplicateExpression,
  dependencyCrossGroup,
  dependencyOrder,
  dependencyCycle,
  unusedRecording,
  alertsMetricUnknown,
  useRecording,
  groupIntervalTooLong,
  absentUnrouted,
  unroutedValue,
];

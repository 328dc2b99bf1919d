import type { Check } from "../check.ts";
import { labelExternalConflict } from "./external-conflict.ts";
import { labelMissing, valueMissing } from "./labels.ts";
import { metricDisappeared, metricElsewhere, metricMissing, metricProducedByRule } from "./metrics.ts";
import { queryAnnotation } from "./query-annotation.ts";
import { rangeVsRetention } from "./retention.ts";
import { templateExternalLabelMissing, templateLabelNotInLive } from "./template-labels.ts";

/** What rules read, held to what the environments of their file have. */
export const liveChecks: readonly Check[] = [
  metricMissing,
  metricDisappeared,
  metricProducedByRule,
  metricElsewhere,
  labelMissing,
  valueMissing,
  labelExternalConflict,
  queryAnnotation,
  templateLabelNotInLive,
  templateExternalLabelMissing,
  rangeVsRetention,
];

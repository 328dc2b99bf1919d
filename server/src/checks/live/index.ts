import type { Check } from "../check.ts";
import { alertCount } from "./alert-count.ts";
import { labelExternalConflict } from "./external-conflict.ts";
import { forVsRetention } from "./for-retention.ts";
import { groupingCardinality } from "./grouping.ts";
import { intermittent } from "./intermittent.ts";
import { labelMissing, valueDisappeared, valueMissing } from "./labels.ts";
import { linkDead } from "./link-dead.ts";
import { manyToMany } from "./many-to-many.ts";
import { metricDisappeared, metricElsewhere, metricMissing, metricProducedByRule } from "./metrics.ts";
import { queryAnnotation } from "./query-annotation.ts";
import { queryCost } from "./query-cost.ts";
import { queryError } from "./query-error.ts";
import { rangeVsRetention } from "./retention.ts";
import { ruleError } from "./rule-error.ts";
import { templateExternalLabelMissing, templateLabelNotInLive } from "./template-labels.ts";
import { vectorMatching } from "./vector-matching.ts";

/** What rules read, held to what the environments of their file have. */
export const liveChecks: readonly Check[] = [
  metricMissing,
  metricDisappeared,
  metricProducedByRule,
  metricElsewhere,
  labelMissing,
  valueMissing,
  valueDisappeared,
  intermittent,
  labelExternalConflict,
  queryAnnotation,
  queryError,
  ruleError,
  manyToMany,
  vectorMatching,
  queryCost,
  alertCount,
  templateLabelNotInLive,
  templateExternalLabelMissing,
  rangeVsRetention,
  groupingCardinality,
  forVsRetention,
  linkDead,
];

import type { Check } from "../check.ts";
import { aggregationLabels } from "./aggregations.ts";
import { functionDenied, matcherDenied, metricDenied } from "./denied.ts";
import { forBounds, keepFiringForBounds } from "./durations.ts";
import {
  groupName,
  groupSize,
  intervalBounds,
  limitBounds,
  queryOffsetBounds,
  sourceTenants,
} from "./group.ts";
import {
  annotationValue,
  forbiddenAnnotation,
  forbiddenLabel,
  labelValue,
  requiredAnnotation,
  requiredLabel,
} from "./keys.ts";
import { alertCountBound, costBounds, linkAnswers, selectorSeries } from "./live.ts";
import { alertName, recordName } from "./names.ts";
import { owner } from "./owner.ts";
import { offsetBounds, rangeBounds } from "./ranges.ts";
import { selectorLabels } from "./selectors.ts";
import { typo } from "./typos.ts";
import { uniqueName } from "./unique-name.ts";

/** What the `policy` of a `promscope.yaml` asks of rules. */
export const policyChecks: readonly Check[] = [
  requiredLabel,
  labelValue,
  forbiddenLabel,
  requiredAnnotation,
  annotationValue,
  forbiddenAnnotation,
  alertName,
  recordName,
  uniqueName,
  groupName,
  forBounds,
  keepFiringForBounds,
  intervalBounds,
  queryOffsetBounds,
  limitBounds,
  groupSize,
  sourceTenants,
  aggregationLabels,
  selectorLabels,
  metricDenied,
  functionDenied,
  matcherDenied,
  rangeBounds,
  offsetBounds,
  costBounds,
  selectorSeries,
  alertCountBound,
  linkAnswers,
  owner,
  typo,
];

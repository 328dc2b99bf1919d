import type { Check } from "../check.ts";
import { bucketArithmetic } from "./bucket-arithmetic.ts";
import { deadCode } from "./dead-code.ts";
import { groupingMismatch } from "./grouping-mismatch.ts";
import { histogramMissingLe } from "./histogram-missing-le.ts";
import { impossibleJoin } from "./impossible-join.ts";
import { impossibleLabel } from "./impossible-label.ts";
import { duplicateJoin, unusedLabel } from "./joined-labels.ts";
import { contradictoryMatchers, duplicateMatcher } from "./matchers.ts";
import { nanDivision } from "./nan-division.ts";
import { rateOfAggregate } from "./rate-of-aggregate.ts";
import { sameOperands } from "./same-operands.ts";
import { selfDivision, shareThreshold } from "./self-division.ts";

/** What follows from the labels that an expression can, must or cannot return. */
export const flowChecks: readonly Check[] = [
  impossibleJoin,
  impossibleLabel,
  deadCode,
  contradictoryMatchers,
  duplicateMatcher,
  unusedLabel,
  duplicateJoin,
  histogramMissingLe,
  nanDivision,
  rateOfAggregate,
  bucketArithmetic,
  selfDivision,
  shareThreshold,
  groupingMismatch,
  sameOperands,
];

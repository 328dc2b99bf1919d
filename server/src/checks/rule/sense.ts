import type { Check } from "../check.ts";
import { exprType } from "./expr-type.ts";
import { groupEmpty } from "./group-empty.ts";
import { labelEmpty, labelReserved } from "./labels.ts";
import { limitNegative } from "./limit-negative.ts";
import { ruleNotSelected } from "./not-selected.ts";

/** What loads of groups and rules, and does less than its author thinks. */
export const ruleSenseChecks: readonly Check[] = [
  exprType,
  groupEmpty,
  limitNegative,
  labelEmpty,
  labelReserved,
  ruleNotSelected,
];

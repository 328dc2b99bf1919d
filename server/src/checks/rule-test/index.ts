import type { Check } from "../check.ts";
import { testExpectedDrift } from "./drift.ts";
import { testExpr } from "./expr.ts";
import {
  testAlertnameMissing,
  testEvalOrderDuplicate,
  testRuleFileMissing,
  testUnknownAlert,
} from "./names.ts";
import { testSchema } from "./schema.ts";
import { testSeriesCut, testSeriesSyntax } from "./series.ts";
import { testUncoveredRule } from "./uncovered.ts";

/** Files for `promtool test rules`. */
export const ruleTestChecks: readonly Check[] = [
  testSchema,
  testSeriesSyntax,
  testSeriesCut,
  testExpr,
  testAlertnameMissing,
  testEvalOrderDuplicate,
  testRuleFileMissing,
  testUnknownAlert,
  testExpectedDrift,
  testUncoveredRule,
];

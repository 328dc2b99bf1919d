import type { Check } from "../check.ts";
import { testExpr } from "./expr.ts";
import {
  testAlertnameMissing,
  testEvalOrderDuplicate,
  testRuleFileMissing,
  testUnknownAlert,
} from "./names.ts";
import { testSchema } from "./schema.ts";
import { testSeriesCut, testSeriesSyntax } from "./series.ts";

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
];

import type { Check } from "../check.ts";
import { promqlDeprecated } from "./deprecated.ts";
import { promqlFeatures } from "./features.ts";
import { promqlMetricsQl } from "./metricsql.ts";
import { promqlSyntax } from "./syntax.ts";

/** What Prometheus refuses of an expression, in this version or in another, and what else may read it. */
export const promqlChecks: readonly Check[] = [
  promqlSyntax,
  promqlFeatures,
  promqlDeprecated,
  promqlMetricsQl,
];

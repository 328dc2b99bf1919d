import type { Check } from "../check.ts";
import { deltaOnCounter, irateInRule, rateOnGauge } from "./functions.ts";
import { counterRaw } from "./raw.ts";
import { rateWindow } from "./window.ts";

/** What depends on whether a metric is a counter; its name tells where nothing better is known. */
export const counterChecks: readonly Check[] = [
  counterRaw,
  rateOnGauge,
  deltaOnCounter,
  irateInRule,
  rateWindow,
];

import type { Check } from "../check.ts";
import { absentForShort, absentNever, absentWithoutFor } from "./absent.ts";
import { alertnameLabel } from "./alertname-label.ts";
import { alwaysFiring } from "./always-firing.ts";
import { fragileJoin, fragileSampling } from "./fragile.ts";
import { noComparison } from "./no-comparison.ts";
import { severityLadder } from "./severity-ladder.ts";
import { forRedundant, forShorterThanRange } from "./waiting.ts";

/** What makes alerts fire always, never or by chance. */
export const alertChecks: readonly Check[] = [
  alwaysFiring,
  noComparison,
  absentNever,
  absentWithoutFor,
  absentForShort,
  fragileSampling,
  fragileJoin,
  forRedundant,
  forShorterThanRange,
  alertnameLabel,
  severityLadder,
];

import type { Check } from "../check.ts";
import { lostIndent } from "./lost-indent.ts";
import { misplacedKey } from "./misplaced-key.ts";

/** The checks of ServiceMonitors and PodMonitors. */
export const monitorChecks: readonly Check[] = [lostIndent, misplacedKey];

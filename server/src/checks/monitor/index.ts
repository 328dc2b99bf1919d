import type { Check } from "../check.ts";
import { lostIndent } from "./lost-indent.ts";
import { misplacedKey } from "./misplaced-key.ts";
import { missingField } from "./missing-field.ts";
import { unknownField } from "./unknown-field.ts";
import { wrongType } from "./wrong-type.ts";

/** The checks of ServiceMonitors and PodMonitors. */
export const monitorChecks: readonly Check[] = [
  lostIndent,
  misplacedKey,
  unknownField,
  missingField,
  wrongType,
];

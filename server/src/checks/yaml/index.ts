import type { Check } from "../check.ts";
import { duplicateKey } from "./duplicate-key.ts";
import { excessiveAliases } from "./excessive-aliases.ts";
import { multiDocument } from "./multi-document.ts";
import { yamlSyntax } from "./syntax.ts";

/** Faults of the YAML itself. */
export const yamlChecks: readonly Check[] = [yamlSyntax, duplicateKey, excessiveAliases, multiDocument];

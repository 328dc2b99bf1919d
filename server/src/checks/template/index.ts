import type { Check } from "../check.ts";
import { templateExec } from "./exec.ts";
import { humanizeValue } from "./humanize.ts";
import { templateInName } from "./in-name.ts";
import { templateMissingLabel } from "./missing-label.ts";
import { outsideBraces } from "./outside-braces.ts";
import { templatePercentage } from "./percentage.ts";
import { queryMissingLabel } from "./query-missing-label.ts";
import { templateQuerySyntax } from "./query-syntax.ts";
import { templateSyntax } from "./syntax.ts";
import { helmUnescapedTemplate } from "./unescaped.ts";
import { valueInLabel } from "./value-in-label.ts";

/** Templates that Prometheus or Helm refuses. */
export const templateLoadChecks: readonly Check[] = [templateSyntax, helmUnescapedTemplate];

/** Templates that load and do not say what they should. */
export const templateChecks: readonly Check[] = [
  templateMissingLabel,
  valueInLabel,
  templateQuerySyntax,
  humanizeValue,
  templatePercentage,
  templateInName,
  outsideBraces,
  templateExec,
  queryMissingLabel,
];

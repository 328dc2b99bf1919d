import { alertChecks } from "./alert/index.ts";
import type { Check } from "./check.ts";
import { commentChecks } from "./comments/checks.ts";
import { counterChecks } from "./counter/index.ts";
import { flowChecks } from "./flow/index.ts";
import { liveChecks } from "./live/index.ts";
import { monitorChecks } from "./monitor/index.ts";
import { nameChecks } from "./names/index.ts";
import { policyChecks } from "./policy/index.ts";
import { projectChecks } from "./project/index.ts";
import { promqlChecks } from "./promql/index.ts";
import { ruleChecks } from "./rule/index.ts";
import { ruleSenseChecks } from "./rule/sense.ts";
import { ruleTestChecks } from "./rule-test/index.ts";
import { selectorChecks } from "./selector/index.ts";
import { templateChecks, templateLoadChecks } from "./template/index.ts";
import { yamlChecks } from "./yaml/index.ts";

/** What a program refuses, or would refuse in another version: whether a document loads. */
export const loadChecks: readonly Check[] = [
  ...yamlChecks,
  ...ruleChecks,
  ...promqlChecks,
  ...templateLoadChecks,
  ...monitorChecks,
  ...ruleTestChecks,
];

/** Every check of the linter: whether a document loads, and whether what loads can do what it is for. */
export const allChecks: readonly Check[] = [
  ...loadChecks,
  ...ruleSenseChecks,
  ...templateChecks,
  ...selectorChecks,
  ...flowChecks,
  ...alertChecks,
  ...policyChecks,
  ...projectChecks(() => allChecks.map(({ id }) => id)),
  ...liveChecks,
  ...nameChecks,
  ...counterChecks,
  ...commentChecks,
];

import type { Labels } from "../../base/labels.ts";
import type { MissingStore } from "../../world/query.ts";
import { plainError } from "./stores.ts";

const promqlInfo = /^PromQL info: /;
const promqlWarning = /^PromQL warning: /;
/** Warnings that say nothing about stores which did not answer. */
const harmless =
  /^No StoreAPIs matched for this query$|results truncated due to limit|Query not analyzable|query cost estimate|annotations? omitted|deprecated/;

/** Thanos has no `infos`: it sends those among the warnings, told apart by their prefix. */
export function splitAnnotations(
  warnings: readonly string[],
  infos: readonly string[],
): { readonly warnings: readonly string[]; readonly infos: readonly string[] } {
  return {
    warnings: warnings.filter((warning) => !promqlInfo.test(warning)),
    infos: [...infos, ...warnings.filter((warning) => promqlInfo.test(warning))],
  };
}

/** Whether a warning means that a part of the data is missing. */
export function isPartialWarning(warning: string): boolean {
  return !promqlInfo.test(warning) && !promqlWarning.test(warning) && !harmless.test(warning);
}

/** The store that a warning is about; warnings about rules, targets and metadata name none. */
export function missingIn(
  warning: string,
  backend: string,
  labelsOf: (address: string) => readonly Labels[],
): MissingStore {
  const address = /\bAddr: (\S+)/.exec(warning)?.[1];
  if (address === undefined) return { store: backend, labels: [], reason: plainError(warning) };
  return { store: address, labels: labelsOf(address), reason: plainError(warning) };
}

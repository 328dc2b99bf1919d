import type { KindId } from "../../model/document.ts";
import type { CommentCheck } from "../check.ts";

const kinds: readonly KindId[] = ["rules", "PrometheusRule", "ServiceMonitor", "PodMonitor", "promql"];

export const unknownSuppression: CommentCheck = {
  unit: "comment",
  id: "rule.unknown-suppression",
  severity: "warning",
  kinds,
  summary: "A comment silences a check that does not exist, so it does nothing.",
};

export const invalidSuppression: CommentCheck = {
  unit: "comment",
  id: "rule.invalid-suppression",
  severity: "warning",
  kinds,
  summary: "A comment for Promscope or pint is not written as they read it, so it does nothing.",
};

export const unusedSuppression: CommentCheck = {
  unit: "comment",
  id: "rule.unused-suppression",
  severity: "info",
  kinds,
  summary: "A comment silences a check that finds nothing there, or its snooze has ended.",
};

export const commentChecks: readonly CommentCheck[] = [
  unknownSuppression,
  invalidSuppression,
  unusedSuppression,
];

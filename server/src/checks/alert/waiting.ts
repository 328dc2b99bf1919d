import { counterFunctions } from "../../promql/counter-functions.ts";
import { pairOf } from "../../yaml/access.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { type Analysed, analysed, unwrapped } from "../flow/analysis.ts";
import { fieldText, ruleKinds } from "../rule/context.ts";
import { parseDuration } from "../rule/duration.ts";
import { removal } from "../rule/removal.ts";

/** No time at all is what both mean where they are not written. */
export const forRedundant: RuleCheck = {
  unit: "rule",
  id: "rule.for-redundant",
  severity: "info",
  kinds: ruleKinds,
  wants: ["alert", "odd"],
  summary: "for or keep_firing_for is zero, which is the default.",
  *run({ rule, lines }) {
    if (rule.kind !== "alert") return;
    for (const field of ["for", "keep_firing_for"]) {
      const text = fieldText(rule, field);
      const wait = text?.startsWith("0") === true ? parseDuration(text) : undefined;
      const pair = wait === undefined ? undefined : pairOf(rule.node, field);
      if (pair === undefined || wait?.ok !== true || wait.milliseconds !== 0n) continue;
      yield {
        check: forRedundant.id,
        severity: "info",
        message: `${field} is ${text} by default: remove it.`,
        span: pair.value.span,
        fixes: removal(rule.node, pair, field, lines),
      };
    }
  },
};

/** After one spike a rate stays up for the whole of its window: a shorter `for` waits for nothing. */
export const forShorterThanRange: RuleCheck = {
  unit: "rule",
  id: "rule.for-shorter-than-range",
  severity: "hint",
  kinds: ruleKinds,
  needs: ["promql"],
  wants: ["alert", "range"],
  calls: counterFunctions,
  summary: "The `for` of an alert is shorter than the window of its rate, so one spike is enough to fire it.",
  run(context) {
    const findings: RawFinding[] = [];
    const { rule } = context;
    const found = rule.kind === "alert" ? analysed(context) : undefined;
    const wait = parseDuration(fieldText(rule, "for") || "0s");
    const value = pairOf(rule.node, "for")?.value;
    if (found === undefined || value === undefined || !wait.ok || wait.milliseconds === 0n) return findings;
    const longest = longestWindow(found);
    if (longest === undefined || longest.seconds * 1000 <= Number(wait.milliseconds)) return findings;
    findings.push({
      check: forShorterThanRange.id,
      severity: "hint",
      message: `One spike keeps the rate up for its whole window of ${longest.text}: make for longer than that.`,
      span: value.span,
    });
    return findings;
  },
};

/** The longest window of a rate in an expression. */
export function longestWindow({
  nodes,
}: Analysed): { readonly seconds: number; readonly text: string } | undefined {
  let longest: { readonly seconds: number; readonly text: string } | undefined;
  for (const node of nodes) {
    const window = node.kind === "call" && counterFunctions.has(node.name) ? node.args[0] : undefined;
    const range = window === undefined ? undefined : unwrapped(window);
    if (range?.kind !== "matrix" || range.range.seconds === undefined) continue;
    const { seconds, text } = range.range;
    if (longest === undefined || seconds > longest.seconds) longest = { seconds, text };
  }
  return longest;
}

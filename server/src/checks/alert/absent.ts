import type { Call } from "../../promql/ast.ts";
import { printDuration } from "../../promql/print-number.ts";
import { selectors } from "../../promql/walk.ts";
import { asScalar, valueAt } from "../../yaml/access.ts";
import type { RawFinding, RuleCheck, RuleContext } from "../check.ts";
import { scrapeInterval } from "../counter/scrape-interval.ts";
import { analysed, becauseOf, unwrapped } from "../flow/analysis.ts";
import { fieldText, ruleKinds } from "../rule/context.ts";
import { parseDuration } from "../rule/duration.ts";
import { addFor } from "./add-for.ts";
import { branchesOf } from "./branches.ts";

/** `absent()` of something that always returns never returns itself. */
export const absentNever: RuleCheck = {
  unit: "rule",
  id: "promql.absent-never",
  severity: "warning",
  kinds: [...ruleKinds, "promql"],
  needs: ["promql"],
  wants: ["call"],
  summary: "absent() looks at something that always exists, so it never returns anything.",
  run(context) {
    const findings: RawFinding[] = [];
    const found = analysed(context);
    for (const node of found?.nodes ?? []) {
      const empty = found?.labels.of(node).empty;
      if (found === undefined || empty?.kind !== "never-absent" || empty.node !== node) continue;
      findings.push({
        check: absentNever.id,
        severity: "warning",
        message:
          "This looks for something that always exists, so it never returns anything: take that part out.",
        span: found.at(node.span),
        related: becauseOf(found, empty).slice(1),
      });
    }
    return findings;
  },
};

/** A restart of the exporter or of Prometheus leaves a gap of some scrapes, and the alert fires at once. */
export const absentWithoutFor: RuleCheck = {
  unit: "rule",
  id: "rule.absent-without-for",
  severity: "info",
  kinds: ruleKinds,
  needs: ["promql"],
  wants: ["alert"],
  calls: new Set(["absent"]),
  summary: "An alert on absent() without `for` fires on every gap between two scrapes.",
  run(context) {
    const findings: RawFinding[] = [];
    const { rule } = context;
    const found = rule.kind === "alert" ? analysed(context) : undefined;
    if (found === undefined) return findings;
    const wait = parseDuration(fieldText(rule, "for") || "0s");
    if (!wait.ok || wait.milliseconds !== 0n) return findings;
    for (const call of absentCalls(context))
      findings.push({
        check: absentWithoutFor.id,
        severity: "info",
        message:
          "Without for, absent() fires on the first scrape that fails: wait for more than two scrapes.",
        span: found.at(call.span),
        fixes: addFor(context, "5m"),
      });
    return findings;
  },
};

/** One scrape that fails leaves no sample for two intervals: an alert that waits for less tells of it. */
export const absentForShort: RuleCheck = {
  unit: "rule",
  id: "rule.absent-for-short",
  severity: "warning",
  kinds: ruleKinds,
  needs: ["promql"],
  wants: ["alert"],
  calls: new Set(["absent"]),
  beyondFile: true,
  summary: "An alert on absent() waits for less than two scrapes, so that one that fails is enough.",
  run(context) {
    const findings: RawFinding[] = [];
    const { rule } = context;
    const found = rule.kind === "alert" ? analysed(context) : undefined;
    const value = asScalar(valueAt(rule.node, "for"));
    const wait = parseDuration(value?.value ?? "");
    if (found === undefined || value === undefined || !wait.ok || wait.milliseconds === 0n) return findings;
    for (const call of absentCalls(context)) {
      const [selector] = selectors(call);
      const interval = selector === undefined ? undefined : scrapeInterval(context.facts, selector);
      if (interval === undefined || Number(wait.milliseconds) >= 2000 * interval.seconds) continue;
      const every = `${interval.where} scrapes every ${printDuration(interval.seconds) ?? ""}`;
      const enough = printDuration(4 * interval.seconds) ?? "";
      const fixes = addFor(context, enough);
      findings.push(
        {
          check: absentForShort.id,
          severity: "warning",
          message: `${every}: absent() is not told from a scrape that fails, wait for ${enough}.`,
          span: found.at(call.span),
          fixes,
        },
        {
          check: absentForShort.id,
          severity: "warning",
          message: `${every}, and this is less than two scrapes: wait for ${enough}.`,
          span: value.span,
          fixes,
        },
      );
    }
    return findings;
  },
};

/** The calls of `absent` whose result an alert fires on, whatever else has to be so. */
function absentCalls(context: RuleContext): readonly Call[] {
  const calls: Call[] = [];
  for (const branch of branchesOf(context)) {
    let node = branch;
    while (node.kind === "binary" && (node.operator === "and" || node.operator === "unless"))
      node = unwrapped(node.left);
    if (node.kind === "call" && node.name === "absent") calls.push(node);
  }
  return calls;
}

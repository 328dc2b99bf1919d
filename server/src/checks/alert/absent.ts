import type { RawFinding, RuleCheck } from "../check.ts";
import { analysed, becauseOf } from "../flow/analysis.ts";
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
    for (const branch of branchesOf(context)) {
      if (branch.kind !== "call" || branch.name !== "absent") continue;
      findings.push({
        check: absentWithoutFor.id,
        severity: "info",
        message:
          "Without for, absent() fires on the first scrape that fails: wait for more than two scrapes.",
        span: found.at(branch.span),
        fixes: addFor(context, "5m"),
      });
    }
    return findings;
  },
};

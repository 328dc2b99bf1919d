import { checkRegex } from "../../base/re2.ts";
import type { LabelMatcher } from "../../promql/ast.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { flowKinds } from "../flow/kinds.ts";
import { matchersOf, rewritten } from "./each.ts";

/** What people write in patterns and hardly ever in values. */
const pattern = /\.[*+]|^[^|]+(?:\|[\w.*-]+)+$|\[[^\]]+\][+*]?|^[1-5]\.\.$|\\[.dws]/;
/** Labels whose values are paths, queries or patterns themselves. */
const free = /^(?:le|quantile|path|uri|url|route|handler|query|expr|regex|pattern|name)$/;

/** `=` and `!=` compare the whole text: `code="5.."` selects the code that is called `5..`. */
export const regexpInEquality: RuleCheck = {
  unit: "rule",
  id: "promql.regexp-in-equality",
  severity: "warning",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["matcher"],
  summary: "A matcher compares with = or != what looks like a regular expression.",
  run(context) {
    const findings: RawFinding[] = [];
    for (const place of matchersOf(context, looksLikePattern)) {
      const { found, matcher } = place;
      const { operator, value } = matcher;
      if (value.includes("/") || value.includes("$") || checkRegex(value).ok === false) continue;
      const meant = operator === "=" ? "=~" : "!~";
      findings.push({
        check: regexpInEquality.id,
        severity: "warning",
        message: `${operator} compares the text as it is, and this looks like a pattern: use ${meant}.`,
        span: found.at(matcher.span),
        fixes: rewritten(place, meant, value, false),
      });
    }
    return findings;
  },
};

function looksLikePattern({ name, operator, value }: LabelMatcher): boolean {
  return (operator === "=" || operator === "!=") && !free.test(name) && pattern.test(value);
}

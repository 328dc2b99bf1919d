import type { RuleCheck } from "../check.ts";
import { flowKinds } from "../flow/kinds.ts";
import { matchersOf } from "./each.ts";

/** Letters right beside a wildcard: the pattern takes a value apart that had better been several labels. */
const aside = /[^\d\W](?:\.[*+])|\.[*+][?]?[^\d\W]|[^\d\W][-_./:]\.[*+]|\.[*+][?]?[-_/:]\w*[^\d\W]/;

/** pint's "smelly regexp": `instance=~"web-.+"`. */
export const regexpSmelly: RuleCheck = {
  unit: "rule",
  id: "promql.regexp-smelly",
  severity: "info",
  offByDefault: true,
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["regex"],
  summary: "A regular expression takes parts out of a label's value, which could be labels of their own.",
  *run(context) {
    for (const { found, matcher } of matchersOf(context)) {
      const { operator, value } = matcher;
      if ((operator !== "=~" && operator !== "!~") || !aside.test(value.replaceAll("\\", ""))) continue;
      yield {
        check: regexpSmelly.id,
        severity: "info",
        message: "This takes a part out of the value: give the part a label of its own and compare that.",
        span: found.at(matcher.span),
        offByDefault: true,
      };
    }
  },
};

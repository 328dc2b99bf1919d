import { compareVersions } from "../../promql/dialect.ts";
import { parseExpr } from "../../promql/parse.ts";
import { walk } from "../../promql/walk.ts";
import { featuresOf, spokenIn } from "../../world/spoken.ts";
import type { Facts, RawFinding, RuleCheck } from "../check.ts";
import { expressionOf, parserOptions } from "./syntax.ts";

/** Functions of old that have another name today. */
const renamed = { name: "holt_winters", now: "double_exponential_smoothing", in: [3, 0] } as const;

/** Functions by a name that they have lost; silent where every environment is older than that. */
export const promqlDeprecated: RuleCheck = {
  unit: "rule",
  id: "promql.deprecated",
  severity: "warning",
  kinds: ["rules", "PrometheusRule", "promql"],
  needs: ["promql"],
  wants: ["faulty"],
  summary: "The function has another name since a newer Prometheus.",
  *run(context) {
    const { text, map } = expressionOf(context) ?? {};
    if (text?.includes(renamed.name) !== true || map === undefined || isOldEverywhere(context.facts)) return;
    const { expr } = parseExpr(text, parserOptions(featuresOf(context.facts)));
    for (const node of expr === undefined ? [] : walk(expr)) {
      if (node.kind !== "call" || node.name !== renamed.name) continue;
      const span = map.spanToSource(node.nameSpan);
      yield {
        check: promqlDeprecated.id,
        severity: "warning",
        message: `${renamed.name} is called ${renamed.now} since Prometheus ${renamed.in.join(".")}; rename it.`,
        span,
        // The new name is behind a flag there, which only its operator can switch on.
        fixes: [{ title: `Rename to ${renamed.now}`, safe: false, edits: [{ span, newText: renamed.now }] }],
      } satisfies RawFinding;
    }
  },
};

function isOldEverywhere({ environments, features }: Facts): boolean {
  const dialects = environments.map((access) => spokenIn(access, features).dialect);
  const isOld = (dialect: (typeof dialects)[number]): boolean =>
    dialect !== undefined && compareVersions(dialect.parser, renamed.in) < 0;
  return dialects.length > 0 && dialects.every(isOld);
}

import { type Dialect, dialectProblems } from "../../promql/dialect.ts";
import { parseExpr } from "../../promql/parse.ts";
import { featuresOf, type Spoken, spokenIn } from "../../world/spoken.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { expressionOf, parserOptions } from "./syntax.ts";

interface Place {
  readonly spoken: Spoken;
  readonly dialect: Dialect;
}

/**
 * Expressions that the Prometheus of today accepts and the one of an environment does not: one finding an
 * expression and environment whose version is known. Whether a feature is off is only certain where the
 * environment names the features that are on.
 */
export const promqlFeatures: RuleCheck = {
  unit: "rule",
  id: "promql.features",
  severity: "error",
  kinds: ["rules", "PrometheusRule", "promql"],
  needs: ["promql"],
  wants: ["environment"],
  beyondFile: true,
  summary:
    "An environment's version of Prometheus or Thanos, or what is switched on there, refuses the expression.",
  *run(context) {
    const { facts } = context;
    const places: readonly Place[] = facts.environments.flatMap((access) => {
      const spoken = spokenIn(access, facts.features);
      return spoken.dialect === undefined ? [] : [{ spoken, dialect: spoken.dialect }];
    });
    const { text, map } = expressionOf(context) ?? {};
    if (places.length === 0 || text === undefined || map === undefined) return;
    const { expr, errors } = parseExpr(text, parserOptions(featuresOf(facts)));
    if (expr === undefined || errors.length > 0) return;
    for (const { spoken, dialect } of places) {
      const problem = dialectProblems(expr, text, dialect)[0];
      if (problem === undefined) continue;
      const unsure = problem.feature !== undefined && !spoken.knowsFeatures;
      yield {
        check: promqlFeatures.id,
        severity: unsure ? "warning" : "error",
        message: `${serverName(spoken, dialect)} ${problem.message}`,
        span: map.spanToSource(problem.span),
      } satisfies RawFinding;
    }
  },
};

/** `Prod EU (Thanos 0.42)` */
function serverName({ name, version }: Spoken, { flavour }: Dialect): string {
  return `${name} (${flavour === "thanos" ? "Thanos" : "Prometheus"} ${version})`;
}

import { type Dialect, dialectOf, dialectProblems } from "../../promql/dialect.ts";
import { parseExpr } from "../../promql/parse.ts";
import type { Environment } from "../../world/environment.ts";
import type { Check, Finding } from "../check.ts";
import { expressionsOf, featuresOf, parserOptions } from "./syntax.ts";

interface Place {
  readonly environment: Environment;
  readonly dialect: Dialect;
}

/**
 * Expressions that the Prometheus of today accepts and the one of an environment does not: one finding an
 * expression and environment whose version is known. Whether a feature is off is only certain where the
 * environment names the features that are on.
 */
export const promqlFeatures: Check = {
  id: "promql.features",
  severity: "error",
  kinds: ["rules", "PrometheusRule", "promql"],
  summary:
    "An environment's version of Prometheus or Thanos, or what is switched on there, refuses the expression.",
  *run(context) {
    const { snapshot } = context;
    const places: readonly Place[] = snapshot.environments.flatMap(({ environment }) => {
      const { flavour, version, features } = environment;
      const dialect = dialectOf(flavour, version, [...snapshot.features, ...features]);
      return dialect === undefined ? [] : [{ environment, dialect }];
    });
    if (places.length === 0) return;
    const options = parserOptions(featuresOf(snapshot));
    for (const { text, map } of expressionsOf(context)) {
      const { expr, errors } = parseExpr(text, options);
      if (expr === undefined || errors.length > 0) continue;
      for (const { environment, dialect } of places) {
        const problem = dialectProblems(expr, text, dialect)[0];
        if (problem === undefined) continue;
        const unsure = problem.feature !== undefined && environment.features.length === 0;
        yield {
          check: promqlFeatures.id,
          severity: unsure ? "warning" : "error",
          message: `${serverName(environment, dialect)} ${problem.message}`,
          span: map.spanToSource(problem.span),
        } satisfies Finding;
      }
    }
  },
};

/** `Prod EU (Thanos 0.42)` */
function serverName({ name, version = "" }: Environment, { flavour }: Dialect): string {
  return `${name} (${flavour === "thanos" ? "Thanos" : "Prometheus"} ${version})`;
}

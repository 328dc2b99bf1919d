import type { AggregateExpr } from "../../promql/ast.ts";
import { selectors } from "../../promql/walk.ts";
import type { RuleCheck } from "../check.ts";
import { analysed } from "../flow/analysis.ts";
import { flowKinds } from "../flow/kinds.ts";
import { sentence, short } from "../monitor/words.ts";
import { amount } from "./query-cost.ts";
import { type LiveSource, sourcesOf } from "./sources.ts";

/** A label with more values makes more results than people look at. */
const manyValues = 1_000;
/** These pick some of what is there. */
const picking: ReadonlySet<string> = new Set(["topk", "bottomk", "limitk", "limit_ratio"]);

/** An aggregation keeps a label with very many values, so that it gives nearly as much as it reads. */
export const groupingCardinality: RuleCheck = {
  unit: "rule",
  id: "live.grouping-cardinality",
  severity: "hint",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["environment", "aggregate", "selector"],
  beyondFile: true,
  summary:
    "An aggregation groups by a label that has more than 1,000 values in the environments of the file.",
  *run(context) {
    const found = analysed(context);
    for (const node of found?.nodes ?? []) {
      if (found === undefined || node.kind !== "aggregate" || !groups(node)) continue;
      const [selector, ...more] = node.expr === undefined ? [] : selectors(node.expr);
      // What is joined may leave little of it.
      if (selector?.name === undefined || more.length > 0) continue;
      const written = new Set(
        selector.matchers.flatMap(({ name, operator }) => (operator === "=" ? [name] : [])),
      );
      for (const { name, span } of node.grouping ?? [])
        for (const source of written.has(name) ? [] : sourcesOf(context.facts, selector)) {
          const values = valuesOf(source, selector.name, name);
          if (values <= manyValues) continue;
          yield {
            check: groupingCardinality.id,
            severity: "hint",
            message: sentence(
              `\`${short(name, 30)}\` has ${amount(values)} values in ${source.name}: this gives results for each of them.`,
            ),
            span: found.at(span),
          };
          break;
        }
    }
  },
};

function groups({ operator, without, grouping = [] }: AggregateExpr): boolean {
  return !without && grouping.length > 0 && !picking.has(operator);
}

/** What is known already; only who runs queries asks for it. */
function valuesOf({ live }: LiveSource, metric: string, label: string): number {
  const fact = live.run === undefined ? live.knownValues(metric, label) : live.labelValues(metric, label);
  return fact === undefined || fact.status === "unavailable" ? 0 : fact.value.names.length;
}

import { isPending } from "../../base/known.ts";
import { asScalar, keyOf } from "../../yaml/access.ts";
import type { RuleCheck } from "../check.ts";
import { sentence, short } from "../monitor/words.ts";
import { ruleKinds } from "../rule/context.ts";
import { type LiveSource, sourcesOf } from "./sources.ts";

/**
 * A Prometheus adds its external labels to what leaves it where no label of that name is there: an alert keeps its
 * own, and what is recorded gets it from a Thanos sidecar all the same.
 */
export const labelExternalConflict: RuleCheck = {
  unit: "rule",
  id: "live.label-external-conflict",
  severity: "warning",
  kinds: ruleKinds,
  needs: ["decoded"],
  wants: ["environment"],
  beyondFile: true,
  summary: "A rule sets a label that its Prometheus sets itself on everything that leaves it.",
  *run(context) {
    for (const pair of context.rule.labels?.pairs ?? []) {
      const name = keyOf(pair);
      const value = asScalar(pair.value)?.value;
      if (name === undefined || value === undefined) continue;
      for (const source of sourcesOf(context.facts)) {
        const values = externalValues(source, name);
        if (values === undefined) continue;
        const same = values.every((each) => each === value);
        const label = short(name, 30);
        yield {
          check: labelExternalConflict.id,
          severity: same ? "info" : "warning",
          message: sentence(
            same
              ? `${source.name} adds ${label}="${short(value, 30)}" to everything by itself: the label can go.`
              : `${source.name} has the external label ${label}="${short(values[0] ?? "", 20)}": choose another name here.`,
          ),
          span: pair.key.span,
        };
        break;
      }
    }
  },
};

/** The values of an external label, where every Prometheus behind the environment has it. */
function externalValues({ live }: LiveSource, name: string): readonly string[] | undefined {
  const fact = live.externalLabels();
  if (isPending(fact) || fact.status !== "ok" || fact.value.length === 0) return undefined;
  const values = fact.value.map((labels) => (Object.hasOwn(labels, name) ? labels[name] : undefined));
  return values.every((value) => value !== undefined) ? values : undefined;
}

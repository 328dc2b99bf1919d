import type { CancellationToken } from "../../base/cancellation.ts";
import { valueIn } from "../../base/known.ts";
import type { Labels } from "../../base/labels.ts";
import type { EnvironmentAccess } from "../../world/environment.ts";
import type { Budget } from "../budget.ts";
import type { AskedSeries } from "./scaffold.ts";

/** Series of one selector that are looked at, to find some that go together. */
const most = 200;
const mostSelectors = 20;

/** Label sets that series have in one environment. */
export interface LiveLabels {
  readonly environment: string;
  /** For each selector that was asked for, in its order; empty where nothing was found. */
  readonly labels: readonly (readonly Labels[])[];
}

/**
 * The label sets that series of the selectors have now in the first of the environments that knows any; only its index
 * is asked. Nothing where none answers within the budget.
 */
export async function liveLabels(
  asked: readonly AskedSeries[],
  environments: readonly EnvironmentAccess[],
  token: CancellationToken,
  budget: Budget,
): Promise<LiveLabels | undefined> {
  for (const { environment, metrics } of environments) {
    if (metrics?.series === undefined) continue;
    const added = await budget(metrics.externalLabels(token));
    const external = (added && valueIn(added)) ?? [];
    const others = [...environment.replicaLabels, ...external.flatMap((of) => Object.keys(of))];
    const labels: (readonly Labels[])[] = [];
    for (const { selector, wanted } of asked.slice(0, mostSelectors)) {
      const fact = await budget(metrics.series(selector, most, token));
      // What does not answer once is not asked again.
      if (fact === undefined || (fact.status === "unavailable" && fact.reason !== "invalid")) break;
      labels.push(
        (valueIn(fact) ?? []).map((of) =>
          without(
            of,
            others.filter((name) => wanted.matchers.every((matcher) => matcher.name !== name)),
          ),
        ),
      );
    }
    if (labels.some((found) => found.length > 0)) return { environment: environment.name, labels };
  }
  return undefined;
}

/** Replicas tell the same of the same, and what leaves a Prometheus has labels that its rules never see. */
function without(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)));
}

import type { Known } from "../../base/known.ts";
import type { VectorSelector } from "../../promql/ast.ts";
import type { Environment, EnvironmentAccess } from "../../world/environment.ts";
import type { LiveIndex } from "../../world/live.ts";
import { matcherAccepts } from "../../world/relevance.ts";
import type { Facts } from "../check.ts";
import { short } from "../monitor/words.ts";

/** An environment whose index can be asked. */
export interface LiveSource {
  readonly environment: Environment;
  readonly live: LiveIndex;
  /** Its name, short enough for a message. */
  readonly name: string;
}

/** More environments than this are not asked for one file. */
const maxEnvironments = 12;
/** An answer that is older says how old it is. */
const recentMs = 60_000;

/** The environments whose index can be asked, at most as many as are worth naming. */
export function liveSources(all: readonly EnvironmentAccess[] | undefined): readonly LiveSource[] {
  return (all ?? [])
    .flatMap(({ environment, live }) =>
      live === undefined ? [] : [{ environment, live, name: short(environment.name, 24) }],
    )
    .slice(0, maxEnvironments);
}

/** The environments of the file that a selector can find something in: its matchers do not contradict their scope. */
export function sourcesOf({ environments }: Facts, selector?: VectorSelector): readonly LiveSource[] {
  return liveSources(environments).filter(
    ({ environment: { scope } }) =>
      selector === undefined ||
      selector.matchers.every((matcher) => {
        const value = Object.hasOwn(scope, matcher.name) ? scope[matcher.name] : undefined;
        return value === undefined || matcherAccepts(matcher, value);
      }),
  );
}

/** "now", or at what time it was so: " (17:20 UTC)". */
export function asOfWords({ live }: LiveSource, ...facts: readonly Known<unknown>[]): string {
  const asOf = Math.min(...facts.map((fact) => fact.asOf));
  return live.now() - asOf <= recentMs ? " now" : ` (${new Date(asOf).toISOString().slice(11, 16)} UTC)`;
}

/** "Dev", "Dev and Prod NA", "Dev, Prod NA and 3 more". */
export function namesOf(sources: readonly { readonly name: string }[]): string {
  const names = [...new Set(sources.map(({ name }) => name))];
  if (names.length <= 2) return names.join(" and ");
  const [first = "", second = ""] = names;
  return names.length === 3
    ? `${first}, ${second} and ${names[2] ?? ""}`
    : `${first}, ${second} and ${names.length - 2} more`;
}

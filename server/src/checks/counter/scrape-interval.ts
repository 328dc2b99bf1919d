import type { VectorSelector } from "../../promql/ast.ts";
import { parseDuration } from "../../promql/literals.ts";
import type { EnvironmentAccess } from "../../world/environment.ts";
import { matcherAccepts } from "../../world/relevance.ts";
import type { Facts } from "../check.ts";
import { short } from "../monitor/words.ts";

/** More environments than this are not asked for one file. */
const maxEnvironments = 12;

/** How much time passes between two scrapes, and in which environment. */
export interface ScrapeInterval {
  readonly seconds: number;
  readonly where: string;
}

/**
 * How rarely what a selector reads is scraped: for a job that it names, else for whatever is scraped most; where the
 * environments of a file differ, that of the slowest. Nothing where none tells.
 */
export function scrapeInterval(facts: Facts, selector: VectorSelector): ScrapeInterval | undefined {
  let longest: ScrapeInterval | undefined;
  for (const access of facts.environments.slice(0, maxEnvironments)) {
    const interval = intervalIn(access, selector);
    if (interval !== undefined && (longest === undefined || interval.seconds > longest.seconds))
      longest = interval;
  }
  return longest;
}

function intervalIn(
  { environment: { name, scope, scrapeInterval }, live }: EnvironmentAccess,
  { matchers }: VectorSelector,
): ScrapeInterval | undefined {
  const isElsewhere = matchers.some((matcher) => {
    const value = Object.hasOwn(scope, matcher.name) ? scope[matcher.name] : undefined;
    return value !== undefined && !matcherAccepts(matcher, value);
  });
  if (isElsewhere) return undefined;
  const where = short(name, 24);
  const { value, error } = parseDuration(scrapeInterval ?? "");
  if (error === undefined && value > 0) return { seconds: value, where };
  const told = live?.scrapeIntervals?.();
  if (told?.status !== "ok") return undefined;
  const job = matchers.find((matcher) => matcher.name === "job" && matcher.operator === "=")?.value;
  return { seconds: told.value.jobs.get(job ?? "") ?? told.value.shortest, where };
}

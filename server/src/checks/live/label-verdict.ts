import type { Known } from "../../base/known.ts";
import type { LabelMatcher } from "../../promql/ast.ts";
import type { NameList } from "../../world/ports.ts";
import { matcherTest } from "../../world/relevance.ts";
import { seriesSelector } from "../../world/series-selector.ts";
import type { RuleContext } from "../check.ts";
import { type JudgedSelector, judgedSelectors } from "./selectors.ts";
import { type LiveSource, sourcesOf } from "./sources.ts";

type Complete = Extract<Known<NameList>, { status: "ok" }>;

/** A matcher that takes none of the values that a label of an existing metric has, in any environment that tells. */
export interface IdleMatcher {
  readonly judged: JudgedSelector;
  readonly matcher: LabelMatcher;
  /** The environments with all the values there; none means that the metric has no such label. */
  readonly lacking: readonly { readonly source: LiveSource; readonly fact: Complete }[];
}

/** The matchers of a rule that select nothing by themselves. */
export function idleMatchers(context: RuleContext): readonly IdleMatcher[] {
  return context.once(find);
}

function find(context: RuleContext): readonly IdleMatcher[] {
  if (context.facts.environments.length === 0) return [];
  return judgedSelectors(context).flatMap((judged) => {
    const sources = sourcesOf(context.facts, judged.selector);
    const matchers = judged.selector.matchers.filter((matcher) => isDemanding(matcher));
    if (sources.length === 0 || matchers.length === 0) return [];
    const asked = sources.flatMap((source) => verdict(judged, matchers, source) ?? []);
    // An environment that says nothing may be the one that has it.
    if (asked.length !== sources.length) return [];
    return matchers.flatMap((matcher, index): readonly IdleMatcher[] => {
      const concerned = asked.filter((each) => each !== "no metric");
      const lacking = concerned.flatMap(({ source, facts }) => {
        const fact = facts[index];
        return fact === undefined ? [] : [{ source, fact }];
      });
      return lacking.length > 0 && lacking.length === concerned.length ? [{ judged, matcher, lacking }] : [];
    });
  });
}

interface Verdict {
  readonly source: LiveSource;
  /** By matcher: all the values, where it takes none of them. */
  readonly facts: readonly (Complete | undefined)[];
}

/** Nothing where the environment does not tell. */
function verdict(
  judged: JudgedSelector,
  matchers: readonly LabelMatcher[],
  source: LiveSource,
): Verdict | "no metric" | undefined {
  const { live, environment } = source;
  const { metric } = judged;
  const presence = live.presence(metric);
  if (presence.status === "unavailable") return undefined;
  if (!presence.value.exists) return presence.status === "ok" ? "no metric" : undefined;
  // A label of the scope has one value, which the selector takes: it was asked before.
  const asked = matchers.map((matcher) => !Object.hasOwn(environment.scope, matcher.name));
  const unknown = matchers.filter(
    ({ name }, index) => asked[index] === true && live.knownValues(metric, name) === undefined,
  );
  // One look-up says that all is well where several would be needed to say what is not.
  const [first] = unknown;
  if (unknown.length > 1 && first !== undefined) {
    const sure = unknown.find(({ operator }) => operator === "=") ?? first;
    const selects = live.selects(seriesSelector(metric, judged.selector.matchers), sure.name);
    if (selects.status !== "unavailable" && selects.value)
      return { source, facts: matchers.map(() => undefined) };
    if (selects.status !== "ok") return undefined;
  }
  const facts: (Complete | undefined)[] = [];
  for (const [index, matcher] of matchers.entries()) {
    const fact = asked[index] === true ? live.labelValues(metric, matcher.name) : undefined;
    if (fact?.status === "unavailable") return undefined;
    const isIdle = fact !== undefined && !fact.value.names.some(matcherTest(matcher));
    if (isIdle && fact.status !== "ok") return undefined;
    facts.push(isIdle && fact.status === "ok" ? fact : undefined);
  }
  return { source, facts };
}

/** Whether a matcher asks for the label to be there: `job=""` and `job!="x"` also take series without it. */
function isDemanding(matcher: LabelMatcher): boolean {
  const { name, operator, value } = matcher;
  if (name === "__name__" || operator === "!=" || operator === "!~" || value.includes("$")) return false;
  return !matcherTest(matcher)("");
}

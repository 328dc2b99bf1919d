import { compileAnchored } from "../base/re2.ts";
import { isPlainLabelName, quoted, unquoted } from "./quote.ts";
import type { MatcherSketch, SelectorSketch } from "./sketch.ts";

/**
 * A valid selector from what is typed of one, as a `match[]` of the index takes it. Matchers that are
 * unfinished, invalid or the one under the cursor are left out. Nothing where what is left would select
 * everything, which Prometheus refuses ("must contain at least one non-empty matcher").
 */
export function selectorText(sketch: SelectorSketch, without?: MatcherSketch): string | undefined {
  const parts: string[] = [];
  let narrow = false;
  if (sketch.name !== undefined && sketch.name !== "") {
    parts.push(`__name__=${quoted(sketch.name)}`);
    narrow = true;
  }
  for (const matcher of sketch.matchers) {
    if (matcher === without) continue;
    const finished = finishedMatcher(matcher);
    if (finished === undefined || finished.name === "") continue;
    const { operator, value } = finished;
    const regex = operator === "=~" || operator === "!~" ? compileAnchored(value) : undefined;
    if (regex?.ok === false) continue;
    const matchesEmpty = regex?.ok === true ? regex.regex.matches("") : value === "";
    narrow ||= operator === "=" || operator === "=~" ? !matchesEmpty : matchesEmpty;
    const name = isPlainLabelName(finished.name) ? finished.name : quoted(finished.name);
    parts.push(`${name}${operator}${quoted(value)}`);
  }
  return narrow ? `{${parts.join(",")}}` : undefined;
}

/** The metric that a selector names, before its braces or within. */
export function metricOf(sketch: SelectorSketch): string | undefined {
  if (sketch.name !== undefined) return sketch.name;
  for (const matcher of sketch.matchers) {
    const finished = finishedMatcher(matcher);
    if (finished?.name === "__name__" && finished.operator === "=") return finished.value;
  }
  return undefined;
}

function finishedMatcher(
  matcher: MatcherSketch,
): { name: string; operator: "=" | "!=" | "=~" | "!~"; value: string } | undefined {
  if (matcher.operator === undefined) {
    const { kind, text, closed } = matcher.nameToken;
    return kind === "string" && closed
      ? { name: "__name__", operator: "=", value: unquoted(text) }
      : undefined;
  }
  const operator = matcher.operator.text;
  if (operator !== "=" && operator !== "!=" && operator !== "=~" && operator !== "!~") return undefined;
  if (matcher.value?.kind !== "string" || !matcher.value.closed) return undefined;
  return { name: matcher.name, operator, value: unquoted(matcher.value.text) };
}

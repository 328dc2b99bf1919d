import { checkRegex } from "../../base/re2.ts";
import { quoted } from "../../promql/quote.ts";
import type { Fix, RawFinding, RuleCheck, RuleContext, Severity } from "../check.ts";
import { flowKinds } from "../flow/kinds.ts";
import { isRegex, isRendered, type MatcherPlace, matchersOf, readerOf, removed, rewritten } from "./each.ts";
import { type RegexShape, regexShape } from "./regex-shape.ts";

interface RegexPlace extends MatcherPlace {
  readonly shape: RegexShape;
  readonly anchored: boolean;
  /** `!~` */
  readonly negated: boolean;
}

/** Every matcher with a regular expression that RE2 accepts. */
function regexesOf(context: RuleContext): readonly RegexPlace[] {
  const places: RegexPlace[] = [];
  for (const place of matchersOf(context, isRegex)) {
    const { operator, value } = place.matcher;
    if (checkRegex(value).ok === false) continue;
    places.push({ ...place, ...regexShape(value), negated: operator === "!~" });
  }
  return places;
}

/** A regular expression without any operator is compared as text, but read by everyone as a pattern. */
export const regexpLiteral: RuleCheck = {
  unit: "rule",
  id: "promql.regexp-literal",
  severity: "warning",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["regex"],
  summary: "A matcher uses =~ or !~ with a value that is no pattern.",
  run(context) {
    const findings: RawFinding[] = [];
    for (const place of context.once(regexesOf)) {
      const { shape, negated } = place;
      if (shape.kind !== "literal") continue;
      const operator = negated ? "!=" : "=";
      findings.push(
        told(
          place,
          regexpLiteral.id,
          `This is no pattern: write ${operator}${quoted(shape.value)}.`,
          rewritten(place, operator, shape.value, true),
        ),
      );
    }
    return findings;
  },
};

/** Prometheus anchors every regular expression of a matcher (`labels.NewFastRegexMatcher`). */
export const regexpAnchors: RuleCheck = {
  unit: "rule",
  id: "promql.regexp-anchors",
  severity: "warning",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["regex"],
  summary: "A regular expression of a matcher begins with ^ or ends with $, which it does anyway.",
  run(context) {
    const findings: RawFinding[] = [];
    for (const place of context.once(regexesOf)) {
      const { shape, anchored, negated, matcher } = place;
      // What else it is comes first: with the anchors the pattern goes.
      const isPattern = shape.kind === "other" || (shape.kind === "something" && !negated);
      if (!anchored || !isPattern) continue;
      const value = matcher.value.replace(/^\^/, "").replace(/\$$/, "");
      findings.push(
        told(
          place,
          regexpAnchors.id,
          "Matchers are anchored at both ends anyway: leave ^ and $ out.",
          rewritten(place, matcher.operator, value, true),
        ),
      );
    }
    return findings;
  },
};

/** `.*` matches every series, those without the label included; what is not `.+` has no value. */
export const regexpMatchAll: RuleCheck = {
  unit: "rule",
  id: "promql.regexp-match-all",
  severity: "warning",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["regex"],
  summary: "A regular expression matches everything, or everything but nothing.",
  run(context) {
    const findings: RawFinding[] = [];
    for (const place of context.once(regexesOf)) {
      const { shape, negated, selector, matcher } = place;
      const isName = matcher.name === "__name__";
      // In the second argument of `info` it names a label to add.
      if (shape.kind === "anything" && !negated && readerOf(place.found, selector) !== "info")
        findings.push(
          told(
            place,
            regexpMatchAll.id,
            "This matches every series: remove the matcher.",
            isName ? undefined : removedUnlessLast(place),
          ),
        );
      // `=~".+"` is what many write for `!=""`, and nobody misreads it.
      if (shape.kind !== "something" || !negated || (isName && selector.matchers.length === 1)) continue;
      findings.push(
        told(
          place,
          regexpMatchAll.id,
          `This keeps only series without the label: write ${matcher.name}="".`,
          rewritten(place, "=", "", true),
        ),
      );
    }
    return findings;
  },
};

/** A selector needs one matcher that does not match the empty text. */
function removedUnlessLast(place: MatcherPlace): readonly Fix[] | undefined {
  return place.selector.name === undefined && place.selector.matchers.length < 2 ? undefined : removed(place);
}

function told(
  place: MatcherPlace,
  check: string,
  message: string,
  fixes: readonly Fix[] | undefined,
  severity: Severity = "warning",
): RawFinding {
  const { found, matcher } = place;
  return {
    check,
    severity: isRendered(place) ? "hint" : severity,
    message,
    span: found.at(matcher.span),
    fixes,
  };
}

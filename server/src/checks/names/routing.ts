import { nearest } from "../../base/nearest.ts";
import type { LabelMatcher, VectorSelector } from "../../promql/ast.ts";
import { labelFact } from "../../promql/labels/facts.ts";
import { regexValues, satisfier } from "../../promql/labels/value-matchers.ts";
import { selectors } from "../../promql/walk.ts";
import type { Names, RouteIn } from "../../world/names/names.ts";
import type { RouteMatcher } from "../../world/names/routes.ts";
import { asScalar, keyOf } from "../../yaml/access.ts";
import { branchesOf } from "../alert/branches.ts";
import type { Fix, RawFinding, Related, RuleCheck, RuleContext } from "../check.ts";
import { analysed, unwrapped } from "../flow/analysis.ts";
import { scalarText, short } from "../monitor/words.ts";
import { ruleKinds } from "../rule/context.ts";

const absents: ReadonlySet<string> = new Set(["absent", "absent_over_time"]);

/** Whether an alert needs the label for the matcher, with a value that it may have. */
function demands({ operator, value }: RouteMatcher, own: readonly LabelMatcher[]): boolean {
  if (operator === "!=" || operator === "!~" || satisfier({ operator, value })("")) return false;
  const values = operator === "=" ? [value] : regexValues(value);
  return values === undefined || values.some((each) => own.every((matcher) => satisfier(matcher)(each)));
}

/**
 * `absent()` gives the labels of equality matchers and nothing else (`promql/functions.go`, createLabelsForAbsentFunction):
 * what an Alertmanager among the files routes by is lost where it is matched otherwise.
 */
export const absentUnrouted: RuleCheck = {
  unit: "rule",
  id: "rule.absent-unrouted",
  severity: "warning",
  kinds: ruleKinds,
  needs: ["promql"],
  wants: ["routes", "alert", "matcher"],
  calls: absents,
  beyondFile: true,
  summary:
    "An alert on absent() has no label by which an Alertmanager among the files chooses where it goes.",
  run(context) {
    const findings: RawFinding[] = [];
    const { names, rule, group, facts } = context;
    const found = rule.kind === "alert" && names !== undefined ? analysed(context) : undefined;
    if (found === undefined || names === undefined) return findings;
    const set = new Set([
      ...group.labels.keys(),
      ...(rule.labels?.pairs ?? []).flatMap((pair) => keyOf(pair) ?? []),
    ]);
    const outer = new Set(facts.environments.flatMap(({ environment }) => Object.keys(environment.scope)));
    for (const branch of branchesOf(context)) {
      const call = unwrapped(branch);
      if (call.kind !== "call" || !absents.has(call.name)) continue;
      for (const [label, matchers] of byLabel(selectors(call))) {
        const [first] = matchers;
        if (first === undefined || set.has(label) || outer.has(label)) continue;
        if (labelFact(found.labels.of(call), label).presence !== "impossible") continue;
        const route = names
          .routesBy(label)
          .find(({ matcher }) => matcher.by === "route" && demands(matcher, matchers));
        if (route === undefined) continue;
        findings.push({
          check: absentUnrouted.id,
          severity: "warning",
          message: `absent() keeps labels of = alone, so the alert has no ${short(label, 24)}, by which ${fileName(route)} routes.`,
          span: found.at(first.span),
          related: [placeOf(route)],
        });
      }
    }
    return findings;
  },
};

function byLabel(all: readonly VectorSelector[]): ReadonlyMap<string, readonly LabelMatcher[]> {
  const labels = new Map<string, LabelMatcher[]>();
  for (const { matchers } of all)
    for (const matcher of matchers) {
      const own = labels.get(matcher.name);
      if (matcher.name === "__name__") continue;
      if (own === undefined) labels.set(matcher.name, [matcher]);
      else own.push(matcher);
    }
  return labels;
}

function fileName({ file }: RouteIn): string {
  return short(file.path.slice(file.path.lastIndexOf("/") + 1), 24);
}

function placeOf({ file, matcher }: RouteIn): Related {
  return { message: "the route", uri: file.uri, span: matcher.span };
}

/** A label of an alert whose value no route asks for, but one that is written nearly so. */
export const unroutedValue: RuleCheck = {
  unit: "rule",
  id: "rule.unrouted-value",
  severity: "warning",
  kinds: ruleKinds,
  wants: ["routes", "alert"],
  beyondFile: true,
  summary:
    "No route asks for the value of an alert's label, but one asks for a value that is spelled nearly so.",
  run({ names, rule }: RuleContext) {
    const findings: RawFinding[] = [];
    if (rule.kind !== "alert" || names === undefined) return findings;
    for (const pair of rule.labels?.pairs ?? []) {
      const label = keyOf(pair);
      const value = asScalar(pair.value);
      if (label === undefined || value === undefined || value.value === "") continue;
      const route = value.value.includes("{{") ? undefined : meantRoute(names, label, value.value);
      if (route === undefined) continue;
      const { span } = value;
      const isBlock = value.style === "literal" || value.style === "folded";
      findings.push({
        check: unroutedValue.id,
        severity: "warning",
        message: `No route asks for ${short(label, 24)} ${short(value.value, 24)}: did you mean ${short(route.meant, 24)}?`,
        span,
        related: [placeOf(route)],
        fixes: isBlock ? undefined : [written(route.meant, span)],
      });
    }
    return findings;
  },
};

function written(text: string, span: Fix["edits"][number]["span"]): Fix {
  return { title: `Write ${short(text)}`, safe: false, edits: [{ span, newText: scalarText(text) }] };
}

/** The route that was most likely meant. */
function meantRoute(
  names: Names,
  label: string,
  value: string,
): (RouteIn & { readonly meant: string }) | undefined {
  const routes = names.routesBy(label);
  if (!routes.some(({ matcher }) => matcher.by === "route")) return undefined;
  const choices = new Map<string, RouteIn>();
  for (const route of routes) {
    const { operator, value: wanted } = route.matcher;
    const values = operator === "=" || operator === "!=" ? [wanted] : regexValues(wanted);
    if (values === undefined) {
      if (satisfier({ operator: "=~", value: wanted })(value)) return undefined;
    } else for (const each of values) if (!choices.has(each)) choices.set(each, route);
  }
  const meant = choices.has(value) ? undefined : nearest(value, choices.keys());
  const route = meant === undefined ? undefined : choices.get(meant);
  return meant === undefined || route === undefined || !isSlip(value, meant)
    ? undefined
    : { ...route, meant };
}

/** Short words that differ in a letter, and words that differ in a number, are names of different things. */
function isSlip(value: string, meant: string): boolean {
  if (value.toLowerCase() === meant.toLowerCase()) return true;
  const isNumbered = value.replace(/\d/g, "") === meant.replace(/\d/g, "");
  return !isNumbered && value.length > 4 && meant.length > 4;
}

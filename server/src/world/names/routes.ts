import type { Span } from "../../base/text.ts";
import { asMap, asScalar, asSeq, keyOf, textOf, valueAt } from "../../yaml/access.ts";
import type { YamlMap, YamlNode, YamlScalar } from "../../yaml/node.ts";

/** What a route or an inhibition of an Alertmanager asks of one label. */
export interface RouteMatcher {
  readonly by: "route" | "inhibition";
  readonly label: string;
  readonly operator: "=" | "!=" | "=~" | "!~";
  readonly value: string;
  /** Of the matcher, in the file. */
  readonly span: Span;
}

/** The matchers of `alertmanager.yml`, or of the `spec` of an AlertmanagerConfig, in the order of the file. */
export function routeMatchers(config: YamlNode | undefined): readonly RouteMatcher[] {
  const found: RouteMatcher[] = [];
  const routes = [valueAt(config, "route")];
  for (let route = routes.pop(); route !== undefined; route = routes.pop()) {
    for (const key of ["match", "match_re", "matchers"])
      found.push(...matchersIn(valueAt(route, key), key, "route"));
    routes.push(...mapsAt(route, "routes"));
  }
  for (const list of ["inhibit_rules", "inhibitRules"])
    for (const rule of mapsAt(config, list))
      for (const pair of asMap(rule)?.pairs ?? []) {
        const key = keyOf(pair) ?? "";
        if (/^(?:source|target)/.test(key)) found.push(...matchersIn(pair.value, key, "inhibition"));
      }
  return found.sort((a, b) => a.span.start - b.span.start);
}

/** A mapping of labels to values; or a list of `name="value"`, of an object of the operator also of mappings. */
function* matchersIn(
  node: YamlNode | undefined,
  key: string,
  by: RouteMatcher["by"],
): Iterable<RouteMatcher> {
  for (const pair of asMap(node)?.pairs ?? []) {
    const label = keyOf(pair);
    const value = textOf(pair.value);
    if (label !== undefined && value !== undefined)
      yield { by, label, operator: key.endsWith("_re") ? "=~" : "=", value, span: pair.span };
  }
  for (const item of asSeq(node)?.items ?? []) {
    const written = asScalar(item);
    if (written !== undefined) yield* ofText(written, by);
    const label = textOf(valueAt(item, "name"));
    if (label === undefined) continue;
    const isRegex = textOf(valueAt(item, "regex")) === "true";
    const operator = operatorOf(textOf(valueAt(item, "matchType")) ?? (isRegex ? "=~" : "="));
    yield { by, label, operator, value: textOf(valueAt(item, "value")) ?? "", span: item.span };
  }
}

/** `name`, an operator, and a value, each in quotes or bare. */
const matcher =
  /(?<=^|[{,])\s*("(?:[^"\\]|\\.)*"|[a-zA-Z_:][\w:]*)\s*(=~|!=|!~|=)\s*("(?:[^"\\]|\\.)*"|[^,{}"]*)/g;

function* ofText({ value, map }: YamlScalar, by: RouteMatcher["by"]): Iterable<RouteMatcher> {
  for (const { 0: all, 1: label = "", 2: operator = "=", 3: text = "", index } of value.matchAll(matcher))
    yield {
      by,
      label: bare(label),
      operator: operatorOf(operator),
      value: bare(text),
      span: map.spanToSource({ start: index + all.length - all.trimStart().length, end: index + all.length }),
    };
}

function operatorOf(text: string): RouteMatcher["operator"] {
  return text === "!=" || text === "=~" || text === "!~" ? text : "=";
}

function bare(text: string): string {
  const trimmed = text.trim();
  return trimmed.startsWith('"') ? trimmed.slice(1, -1).replace(/\\(["\\])/g, "$1") : trimmed;
}

function mapsAt(node: YamlNode | undefined, key: string): readonly YamlMap[] {
  return (asSeq(valueAt(node, key))?.items ?? []).flatMap((item) => asMap(item) ?? []);
}

import type { SourceDocument } from "../../model/document.ts";
import { parseExpr } from "../../promql/parse.ts";
import { asMap, asScalar, asSeq, keyOf, textOf, valueAt } from "../../yaml/access.ts";
import type { YamlMap, YamlNode, YamlScalar } from "../../yaml/node.ts";
import { parseYaml } from "../../yaml/parse.ts";
import { usesInChart } from "./chart-uses.ts";
import { dashboardUses } from "./dashboard.ts";
import type { OtherUse } from "./read.ts";
import { type RouteMatcher, routeMatchers } from "./routes.ts";
import { alertsIn, type NameUse, usesOf } from "./rule.ts";

/** The first keys of files that use names and declare none. */
const usingFile = /^(?:tests|route|inhibit_rules)[ \t]*:/m;

/** What a file asks for that stands in no rule. */
export interface Elsewhere {
  readonly uses: readonly OtherUse[];
  readonly routes: readonly RouteMatcher[];
}

/** Uses of names outside of rules: in rule unit tests, routes of an Alertmanager, dashboards, templates of charts. */
export function usesElsewhere(document: SourceDocument): Elsewhere {
  const { text, path } = document;
  if (path.endsWith(".json")) return { uses: dashboardUses(text), routes: [] };
  if (document.chart !== undefined) return { uses: usesInChart(document), routes: [] };
  for (const { model } of document.parts)
    if (model.kind === "promql") return { uses: ofQuery(model.expression.text), routes: [] };
  const isObject = text.includes("AlertmanagerConfig");
  if (!isObject && !usingFile.test(text)) return { uses: [], routes: [] };
  const { documents } = document.stream ?? parseYaml(text);
  const uses: OtherUse[] = [];
  const routes: RouteMatcher[] = [];
  for (const { root } of documents) {
    const config = asMap(root);
    if (config === undefined) continue;
    if (asSeq(valueAt(config, "tests")) !== undefined) ofTests(config, uses);
    else {
      const isSpec = textOf(valueAt(config, "kind")) === "AlertmanagerConfig";
      const routing = isSpec ? valueAt(config, "spec") : config;
      ofAlertmanager(routing, uses);
      routes.push(...routeMatchers(routing));
    }
  }
  return { uses: uses.sort((a, b) => a.span.start - b.span.start), routes };
}

/** A file that is PromQL and nothing else. */
function ofQuery(text: string): readonly OtherUse[] {
  const { expr } = parseExpr(text, { experimentalFunctions: true });
  return expr === undefined ? [] : usesOf(expr).map((use) => ({ ...use, by: "query", certain: true }));
}

/** A file of `promtool test rules`. */
function ofTests(config: YamlMap, uses: OtherUse[]): void {
  const add = (scalar: YamlScalar | undefined): void => {
    if (scalar !== undefined)
      for (const use of readBy(scalar)) uses.push({ ...use, by: "rule test", certain: true });
  };
  for (const test of mapsAt(config, "tests")) {
    for (const series of mapsAt(test, "input_series")) add(asScalar(valueAt(series, "series")));
    for (const query of mapsAt(test, "promql_expr_test")) {
      add(asScalar(valueAt(query, "expr")));
      for (const sample of mapsAt(query, "exp_samples")) add(asScalar(valueAt(sample, "labels")));
    }
    for (const alert of mapsAt(test, "alert_rule_test")) {
      const name = asScalar(valueAt(alert, "alertname"));
      if (name !== undefined && name.type !== "null" && name.value !== "")
        uses.push({ ...wholeOf(name), by: "rule test", certain: true });
    }
  }
}

function readBy({ value, map }: YamlScalar): readonly NameUse[] {
  const { expr } = parseExpr(value, { experimentalFunctions: true });
  if (expr === undefined) return [];
  return usesOf(expr).map((use) => ({ ...use, span: map.spanToSource(use.span) }));
}

function wholeOf({ value, map }: YamlScalar): NameUse {
  return { kind: "alert", name: value, span: map.spanToSource({ start: 0, end: value.length }) };
}

/** `alertmanager.yml`, or the `spec` of an AlertmanagerConfig. */
function ofAlertmanager(config: YamlNode | undefined, uses: OtherUse[]): void {
  const routes = [valueAt(config, "route")];
  for (let route = routes.pop(); route !== undefined; route = routes.pop()) {
    for (const key of ["match", "match_re", "matchers"]) ofMatchers(valueAt(route, key), key, "route", uses);
    routes.push(...mapsAt(route, "routes"));
  }
  for (const list of ["inhibit_rules", "inhibitRules"])
    for (const rule of mapsAt(config, list))
      for (const pair of asMap(rule)?.pairs ?? []) {
        const key = keyOf(pair) ?? "";
        if (/^(?:source|target)/.test(key)) ofMatchers(pair.value, key, "inhibition", uses);
      }
}

/** A mapping of labels to values; or a list of `name="value"`, of an object of the operator also of mappings. */
function ofMatchers(node: YamlNode | undefined, key: string, by: OtherUse["by"], uses: OtherUse[]): void {
  const add = (scalar: YamlScalar | undefined, operator: string, value: string, start: number): void => {
    for (const { name, span } of alertsIn(operator, value, { start, end: start + value.length }))
      if (scalar !== undefined)
        uses.push({ kind: "alert", name, span: scalar.map.spanToSource(span), by, certain: true });
  };
  const value = asScalar(valueAt(node, "alertname"));
  if (value !== undefined) add(value, key.endsWith("_re") ? "=~" : "=", value.value, 0);
  for (const item of asSeq(node)?.items ?? []) {
    const written = asScalar(item);
    const matcher =
      /^[ \t]*\{?[ \t]*alertname[ \t]*(=~|!=|!~|=)[ \t]*(["']?)([^"'},]+)\2[ \t]*\}?[ \t]*$/d.exec(
        written?.value ?? "",
      );
    if (matcher !== null) add(written, matcher[1] ?? "=", matcher[3] ?? "", matcher.indices?.[3]?.[0] ?? 0);
    if (textOf(valueAt(item, "name")) !== "alertname") continue;
    const named = asScalar(valueAt(item, "value"));
    const isRegex = textOf(valueAt(item, "regex")) === "true";
    add(named, textOf(valueAt(item, "matchType")) ?? (isRegex ? "=~" : "="), named?.value ?? "", 0);
  }
}

function mapsAt(node: YamlNode | undefined, key: string): readonly YamlMap[] {
  return (asSeq(valueAt(node, key))?.items ?? []).flatMap((item) => asMap(item) ?? []);
}

import { asMap, keyOf } from "../yaml/access.ts";
import { type Action, chartActions } from "../yaml/chart/actions.ts";
import { maskChart } from "../yaml/chart/mask.ts";
import { renderedTree } from "../yaml/chart/scalars.ts";
import { SpanSet } from "../yaml/chart/span-set.ts";
import type { YamlDocument, YamlMap, YamlNode, YamlPair } from "../yaml/node.ts";
import { parseYaml } from "../yaml/parse.ts";
import { chartExpression } from "./chart-expression.ts";
import type { DocumentPart } from "./document.ts";
import { hasRuleLines } from "./rule-shape.ts";
import { readRuleList } from "./rules.ts";

/** The rules in a template of a chart, as far as they are known before Helm renders it. */
export interface ChartRules {
  readonly parts: readonly DocumentPart[];
  /** Where actions stand. */
  readonly actions: SpanSet;
  /** Where Helm writes what nobody knows, or decides. */
  readonly writing: SpanSet;
  /** Where it adds labels to a list of PromQL. */
  readonly lists: SpanSet;
}

/**
 * Reads the rules of a chart's template. Texts that the chart escapes are there as Prometheus will see them; rules,
 * values and expressions that Helm decides are not. Nothing for what holds no rules or is no template of Helm's.
 */
export function readChart(text: string): ChartRules | undefined {
  if (!hasRuleLines(text) || text.includes("{%")) return undefined;
  const actions = chartActions(text);
  if (actions === undefined) return undefined;
  const masked = maskChart(text, actions);
  const controls = actions.flatMap(({ kind, span }) => (kind === "control" ? [span] : []));
  const deciding = new SpanSet([...controls, ...masked.unknown]);
  const parts: DocumentPart[] = [];
  for (const document of parseYaml(masked.text).documents) {
    if (document.root === undefined || document.problems.some(({ fatal }) => fatal)) continue;
    const root = renderedTree(document.root, deciding);
    if (root !== undefined) parts.push(...rulesIn({ ...document, root }, root));
  }
  if (parts.length === 0) return undefined;
  const of = (is: (action: Action) => boolean): SpanSet =>
    new SpanSet(actions.flatMap((action) => (is(action) ? [action.span] : [])));
  return {
    parts,
    actions: of(() => true),
    writing: of(({ kind }) => kind !== "literal"),
    lists: of(({ kind }) => kind === "list"),
  };
}

/** The rules anywhere in a document: each list of them as one part. */
function rulesIn(yaml: YamlDocument, root: YamlNode): readonly DocumentPart[] {
  const parts: DocumentPart[] = [];
  const stack: YamlNode[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const rules = (node.kind === "seq" ? node.items : node === root ? [root] : []).flatMap(ruleOf);
    if (rules.length > 0) {
      const { start } = node.span;
      const none: YamlMap = { kind: "map", flow: false, pairs: [], span: { start, end: start } };
      parts.push({ model: { kind: "rules", rules: readRuleList(rules, none) }, yaml, standing: "chart" });
    } else if (node.kind === "seq") stack.push(...node.items.toReversed());
    else if (node.kind === "map") stack.push(...node.pairs.map(({ value }) => value).toReversed());
  }
  return parts;
}

/** A rule with the fields that are certain; nothing for what is no rule. */
function ruleOf(node: YamlNode): readonly YamlMap[] {
  const map = asMap(node);
  const keys = map?.pairs.map(keyOf) ?? [];
  if (map === undefined || !(keys.includes("alert") || keys.includes("record"))) return [];
  if (!keys.includes("expr") && !keys.includes("annotations")) return [];
  const pairs = map.pairs.flatMap((pair): readonly YamlPair[] => {
    const key = keyOf(pair);
    // Of two branches nobody knows which is there.
    if (keys.indexOf(key) !== keys.lastIndexOf(key)) return [];
    if (key !== "expr" || pair.value.kind !== "scalar") return [pair];
    const value = chartExpression(pair.value);
    return value === undefined ? [] : [{ ...pair, value }];
  });
  return [{ ...map, pairs }];
}

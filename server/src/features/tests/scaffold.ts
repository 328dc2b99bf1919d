import { parseDuration } from "../../checks/rule/duration.ts";
import type { RuleGroupModel, RuleModel } from "../../model/rules.ts";
import type { Expr, LabelMatcher, VectorSelector } from "../../promql/ast.ts";
import { parseExpr } from "../../promql/parse.ts";
import { isPlainLabelName, isPlainMetricName, quoted } from "../../promql/quote.ts";
import { selectors, walk } from "../../promql/walk.ts";
import { textOf, valueAt } from "../../yaml/access.ts";

/** A series of a test: its labels with its name, and the samples in promtool's notation. */
export interface TestSeries {
  readonly series: string;
  readonly values: string;
}

/** One way to fill the series of a rule. */
export interface Attempt {
  readonly series: readonly TestSeries[];
}

/** What is needed to test one rule. */
export interface Scaffold {
  readonly kind: "alert" | "record";
  readonly name: string;
  readonly interval: string;
  readonly evalTime: string;
  /** Ways to fill its series; which of them makes the rule give something only promtool knows. */
  readonly attempts: readonly Attempt[];
}

/** What a test expects, in the words of the file. */
export interface Expected {
  readonly alerts: readonly { readonly labels: readonly Pair[]; readonly annotations: readonly Pair[] }[];
  readonly samples: readonly { readonly labels: string; readonly value: string }[];
}

export type Pair = readonly [name: string, value: string];

/** Rules that are followed down to the metrics they read. */
const maxDepth = 4;
const maxSeries = 40;

/** The scaffold of a test of a rule; `groups` are those of its file. Nothing where it has no name or expression. */
export function scaffoldOf(rule: RuleModel, groups: readonly RuleGroupModel[]): Scaffold | undefined {
  const { expr } = parseExpr(rule.expr?.text ?? "", { experimentalFunctions: true });
  if (expr === undefined || rule.name === undefined || rule.kind === "unknown") return undefined;
  const reach = { seconds: 0 };
  const found = new Map<string, Wanted>();
  collect(expr, groups, found, reach, 0);
  const used = labelsUsed(expr, rule);
  const pending = parseDuration(textOf(valueAt(rule.node, "for")) ?? "0");
  const hold = pending.ok ? Number(pending.milliseconds) / 1000 : 0;
  const minutes = Math.max(5, Math.ceil((reach.seconds + hold) / 60) + 2);
  const step = Math.max(1, Math.ceil(minutes / 200));
  const count = Math.ceil(minutes / step);
  const series = [...found.values()].flatMap((wanted) => expanded(wanted, used)).slice(0, maxSeries);
  return {
    kind: rule.kind,
    name: rule.name.value,
    interval: minutesText(step),
    evalTime: minutesText(count * step),
    attempts: fillings.map((fill) => ({
      series: series.flatMap((metric, at) => {
        const values = fill(at, count + 5);
        return values === undefined ? [] : [{ series: metric, values }];
      }),
    })),
  };
}

function minutesText(minutes: number): string {
  return minutes % 60 === 0 && minutes > 0 ? `${minutes / 60}h` : `${minutes}m`;
}

interface Wanted {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly without: ReadonlySet<string>;
}

/** Selectors down to what no rule of the file records, and how far they look back. */
function collect(
  expr: Expr,
  groups: readonly RuleGroupModel[],
  found: Map<string, Wanted>,
  reach: { seconds: number },
  depth: number,
): void {
  for (const node of walk(expr)) {
    if (node.kind === "matrix" || node.kind === "subquery") reach.seconds += node.range.seconds ?? 0;
    if (node.kind === "selector" || node.kind === "subquery")
      reach.seconds += Math.max(0, node.offset?.seconds ?? 0);
  }
  for (const selector of selectors(expr)) {
    const wanted = wantedOf(selector);
    if (wanted === undefined) continue;
    const recorded = groups
      .flatMap(({ rules }) => rules)
      .filter(({ kind, name }) => kind === "record" && name?.value === wanted.name);
    if (recorded.length > 0 && depth < maxDepth) {
      for (const rule of recorded) {
        const inner = parseExpr(rule.expr?.text ?? "", { experimentalFunctions: true }).expr;
        if (inner !== undefined) collect(inner, groups, found, reach, depth + 1);
      }
    } else found.set(JSON.stringify([wanted.name, [...wanted.labels]]), wanted);
  }
}

/** The series that a selector would take. */
function wantedOf({ name, matchers }: VectorSelector): Wanted | undefined {
  const labels = new Map<string, string>();
  const without = new Set<string>();
  let metric = name;
  for (const matcher of matchers) {
    const value = valueFor(matcher);
    if (matcher.name === "__name__") metric = value ?? metric;
    else if (value === undefined || value === "") without.add(matcher.name);
    else labels.set(matcher.name, value);
  }
  return metric === undefined ? undefined : { name: metric, labels, without };
}

/** A value that the matcher takes; nothing where the label may be absent. */
function valueFor({ operator, value }: LabelMatcher): string | undefined {
  if (operator === "=") return value;
  if (operator === "!=") return value === "" ? "a" : undefined;
  if (operator === "!~") return /^(?:\|.*|.*\||)$/.test(value) ? "a" : undefined;
  const [first = ""] = value.replace(/^\^?\(?(?:\?:)?/, "").split(/[|)]/);
  return (
    first
      .replaceAll(/(?<!\\)\.(?![*+?{])/g, "0")
      .replaceAll(/\\(.)/g, "$1")
      .replaceAll(/\[(?:\^[^\]]*|([^\]]))[^\]]*\][+*?]?/g, "$1")
      .replaceAll(/\.[*+]/g, "a")
      .replaceAll(/[$^]/g, "") || undefined
  );
}

/** Labels that the rule groups and joins by, and that its texts name: a series without them would show little. */
function labelsUsed(expr: Expr, { labels, annotations }: RuleModel): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of walk(expr)) {
    if (node.kind === "aggregate" && !node.without)
      for (const { name } of node.grouping ?? []) names.add(name);
    if (node.kind !== "binary" || node.matching === undefined) continue;
    if (node.matching.on === true) for (const { name } of node.matching.labels) names.add(name);
    for (const { name } of node.matching.include) names.add(name);
  }
  for (const map of [labels, annotations])
    for (const pair of map?.pairs ?? [])
      for (const [, name = ""] of (textOf(pair.value) ?? "").matchAll(/\$labels\.([a-zA-Z_][a-zA-Z0-9_]*)/g))
        names.add(name);
  return names;
}

/** The series of a metric; of a histogram one for each of a few buckets. */
function expanded({ name, labels, without }: Wanted, used: ReadonlySet<string>): readonly string[] {
  const all = new Map(labels);
  for (const label of [...used].sort())
    if (!all.has(label) && !without.has(label) && label !== "le" && label !== "__name__")
      all.set(label, `${label}-1`);
  if (!name.endsWith("_bucket") || all.has("le")) return [seriesText(name, all)];
  return ["0.1", "1", "+Inf"].map((le) => seriesText(name, new Map([...all, ["le", le]])));
}

function seriesText(name: string, labels: ReadonlyMap<string, string>): string {
  const pairs = [...labels].map(
    ([label, value]) => `${isPlainLabelName(label) ? label : quoted(label)}=${quoted(value)}`,
  );
  if (!isPlainMetricName(name)) return `{${[quoted(name), ...pairs].join(",")}}`;
  return pairs.length === 0 ? name : `${name}{${pairs.join(", ")}}`;
}

/** Simple ways to fill series, told apart by their place: what one rule needs another never reaches. */
const fillings: readonly ((at: number, count: number) => string | undefined)[] = [
  (_, count) => `1x${count}`,
  (_, count) => `0x${count}`,
  (_, count) => `0+60x${count}`,
  (_, count) => `0+6000000x${count}`,
  (at, count) => (at === 0 ? `100x${count}` : `1x${count}`),
  (at, count) => (at === 0 ? `1x${count}` : `100x${count}`),
  (at, count) => (at % 2 === 0 ? `0+600x${count}` : `0+601x${count}`),
  (at, count) => (at % 2 === 0 ? `0+600x${count}` : `0+60x${count}`),
  (at, count) => (at % 2 === 0 ? `0+60x${count}` : `0+6000x${count}`),
  (at, count) => (at % 2 === 0 ? `0x${count}` : `1x${count}`),
  (at, count) => (at % 2 === 0 ? `1x${count}` : `0x${count}`),
  (_, count) => `1000000000000x${count}`,
  (_, count) => `${count * 1000}-1000x${count}`,
  (_, count) => `0 1 0 1 0 1 0 1x${count}`,
  (_, count) => `-1x${count}`,
  (at, count) => (at === 0 ? `0x${count}` : `1000x${count}`),
  () => undefined,
];

/** A test file, or the entry of a test for one that is there. */
export function testText(
  scaffold: Scaffold,
  { series }: Attempt,
  expected: Expected,
  ruleFile: string | undefined,
  name = scaffold.name,
): string {
  const lines = [`  - name: ${yamlText(name)}`, `    interval: ${scaffold.interval}`];
  if (series.length > 0) lines.push("    input_series:");
  for (const one of series)
    lines.push(`      - series: ${yamlText(one.series)}`, `        values: ${yamlText(one.values)}`);
  if (scaffold.kind === "alert") {
    lines.push("    alert_rule_test:", `      - eval_time: ${scaffold.evalTime}`);
    lines.push(`        alertname: ${yamlText(scaffold.name)}`);
    lines.push(expected.alerts.length === 0 ? "        exp_alerts: []" : "        exp_alerts:");
    for (const { labels, annotations } of expected.alerts) {
      const own = labels.filter(([label]) => label !== "alertname");
      lines.push(...mapping("          - exp_labels", own));
      if (annotations.length > 0) lines.push(...mapping("            exp_annotations", annotations));
    }
  } else {
    const expr = isPlainMetricName(scaffold.name) ? scaffold.name : `{${quoted(scaffold.name)}}`;
    lines.push("    promql_expr_test:", `      - expr: ${yamlText(expr)}`);
    lines.push(`        eval_time: ${scaffold.evalTime}`);
    lines.push(expected.samples.length === 0 ? "        exp_samples: []" : "        exp_samples:");
    for (const { labels, value } of expected.samples)
      lines.push(`          - labels: ${yamlText(labels)}`, `            value: ${value}`);
  }
  const head =
    ruleFile === undefined
      ? []
      : [
          "rule_files:",
          `  - ${yamlText(ruleFile)}`,
          "",
          `evaluation_interval: ${scaffold.interval}`,
          "",
          "tests:",
        ];
  return `${[...head, ...lines].join("\n")}\n`;
}

function mapping(key: string, pairs: readonly Pair[]): readonly string[] {
  if (pairs.length === 0) return [`${key}: {}`];
  return [`${key}:`, ...pairs.map(([name, value]) => `              ${yamlText(name)}: ${yamlText(value)}`)];
}

/** A text as a YAML scalar: plain where nothing could read it as anything else. */
function yamlText(text: string): string {
  if (
    /^[a-zA-Z_][a-zA-Z0-9_./-]*$/.test(text) &&
    !/^(?:true|false|yes|no|on|off|y|n|null|inf|nan)$/i.test(text)
  )
    return text;
  if (/^[\x20-\x7e]*$/.test(text)) return `'${text.replaceAll("'", "''")}'`;
  return JSON.stringify(text);
}

import type { Labels } from "../../base/labels.ts";
import { compileAnchored } from "../../base/re2.ts";
import { textsMatching } from "../../base/re2-sample.ts";
import type { Expr, LabelMatcher, VectorSelector } from "../../promql/ast.ts";
import { isPlainLabelName, isPlainMetricName, quoted } from "../../promql/quote.ts";
import { selectors, walk } from "../../promql/walk.ts";

/** A series that a rule reads: a name, and what its labels must satisfy. */
export interface WantedSeries {
  readonly name: string;
  readonly matchers: readonly LabelMatcher[];
}

/** A series of a test. */
export interface TestMetric {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  /** Where among the buckets of a histogram it is: 0 the lowest, 1 the highest; nothing for what is no bucket. */
  readonly height?: number | undefined;
}

/**
 * How series are made of selectors: `plain`, with the labels that the rule needs of each; `shared`, with all labels in
 * all of them; `twins`, two of each that differ in a label nobody asks for; `different`, two that differ in what the
 * rule groups by.
 */
export type Shape = "plain" | "shared" | "twins" | "different";

const maxSeries = 40;

/** The series that a selector takes; nothing where it names no metric. */
export function wantedBy({ name, matchers }: VectorSelector): WantedSeries | undefined {
  const others = matchers.filter((matcher) => matcher.name !== "__name__");
  const named = matchers.filter((matcher) => matcher.name === "__name__");
  const metric = name ?? valueFor(named, []);
  return metric === undefined || metric === "" ? undefined : { name: metric, matchers: others };
}

/** Whether a matcher takes a value; the empty one is that of a label which is not there. */
function accepts({ operator, value }: LabelMatcher, text: string): boolean {
  if (operator === "=") return text === value;
  if (operator === "!=") return text !== value;
  const compiled = compileAnchored(value);
  return compiled.ok && compiled.regex.matches(text) === (operator === "=~");
}

/** The first of some values that all matchers take, else one made for them; empty where the label may be absent. */
function valueFor(matchers: readonly LabelMatcher[], preferred: readonly string[]): string | undefined {
  const fits = (text: string): boolean => matchers.every((matcher) => accepts(matcher, text));
  const made = matchers.flatMap(({ operator, value }) =>
    operator === "=" ? [value] : operator === "=~" ? textsMatching(value) : [],
  );
  return [...made.filter((text) => preferred.includes(text)), ...preferred, ...made, "a"].find(fits);
}

/** What the expressions of a rule say of labels. */
export class LabelNeeds {
  /** Labels that are grouped and joined by, or that texts name: a series without them would show little. */
  readonly used: ReadonlySet<string>;
  /** Values that matchers and label_replace give a label anywhere. */
  readonly #values = new Map<string, readonly string[]>();

  constructor(exprs: readonly Expr[], named: Iterable<string>) {
    const used = new Set(named);
    for (const expr of exprs) {
      for (const name of labelsUsed(expr)) used.add(name);
      for (const { matchers } of selectors(expr))
        for (const { name, operator, value } of matchers)
          if (operator === "=" && value !== "") this.#add(name, value);
          else if (operator === "=~") for (const text of textsMatching(value, 2)) this.#add(name, text);
    }
    for (const expr of exprs) for (const node of walk(expr)) this.#replaced(node, used);
    used.delete("__name__");
    used.delete("le");
    this.used = used;
  }

  /** `label_replace(v, dst, "$1", src, regex)`: a value of `src` that the pattern takes, and what `dst` gets of it. */
  #replaced(node: Expr, used: Set<string>): void {
    if (node.kind !== "call" || node.name !== "label_replace") return;
    const [dst, replacement, src, regex] = node.args
      .slice(1)
      .map((arg) => (arg.kind === "string" ? arg.value : undefined));
    if (dst === undefined || src === undefined || src === "" || regex === undefined) return;
    const compiled = compileAnchored(regex);
    if (!compiled.ok) return;
    const known = [...(this.#values.get(dst) ?? []), ...(this.#values.get(src) ?? []), `${src}-1`];
    const value = [...known, ...textsMatching(regex).toReversed()].find(
      (text) => text !== "" && compiled.regex.matches(text),
    );
    if (value === undefined) return;
    this.#add(src, value);
    used.add(src);
    const result = compiled.regex.expand(value, replacement ?? "");
    if (result !== undefined && result !== "") this.#add(dst, result);
  }

  #add(label: string, value: string): void {
    if (value === "" || label === "__name__") return;
    const values = this.#values.get(label) ?? [];
    if (!values.includes(value)) this.#values.set(label, [...values, value]);
  }

  /** All labels that a value is known of. */
  get known(): Iterable<string> {
    return this.#values.keys();
  }

  /** The same, but for values that come before all others. */
  preferring(values: ReadonlyMap<string, Iterable<string>>): LabelNeeds {
    const other = new LabelNeeds([], this.used);
    for (const [name, known] of this.#values) other.#values.set(name, known);
    for (const [name, first] of values)
      other.#values.set(name, [...first, ...(this.#values.get(name) ?? [])]);
    return other;
  }

  preferred(label: string): readonly string[] {
    return [...(this.#values.get(label) ?? []), `${label}-1`];
  }
}

/** Labels that an expression groups and joins by. */
function labelsUsed(expr: Expr): readonly string[] {
  const names: string[] = [];
  for (const node of walk(expr)) {
    if (node.kind === "aggregate" && !node.without)
      names.push(...(node.grouping ?? []).map(({ name }) => name));
    if (node.kind !== "binary" || node.matching === undefined) continue;
    if (node.matching.on === true) names.push(...node.matching.labels.map(({ name }) => name));
    names.push(...node.matching.include.map(({ name }) => name));
  }
  return names;
}

/** The series of a test, made up. `bounds` are those of the buckets of histograms. */
export function madeSeries(
  wanted: readonly WantedSeries[],
  needs: LabelNeeds,
  shape: Shape,
  bounds: readonly string[],
): readonly TestMetric[] {
  const series = new Map<string, TestMetric>();
  const add = (metric: TestMetric): void => {
    const text = seriesText(metric);
    if (series.size < maxSeries && !series.has(text)) series.set(text, metric);
  };
  for (const one of wanted) {
    const labels = labelsOf(one, needs, shape);
    addBuckets(one, labels, bounds, add);
    if (shape === "twins" || shape === "different") {
      const other = new Map(labels);
      const free = [...labels.keys()].filter((name) =>
        one.matchers.every((matcher) => matcher.name !== name),
      );
      const changed = shape === "twins" ? ["instance"] : free;
      for (const name of changed)
        if (one.matchers.every((matcher) => matcher.name !== name)) other.set(name, `${name}-2`);
      addBuckets(one, other, bounds, add);
    }
  }
  return [...series.values()];
}

function addBuckets(
  { name }: WantedSeries,
  labels: ReadonlyMap<string, string>,
  bounds: readonly string[],
  add: (metric: TestMetric) => void,
): void {
  if (!name.endsWith("_bucket") || labels.has("le")) add({ name, labels });
  else
    for (const [at, le] of bounds.entries())
      add({ name, labels: new Map([...labels, ["le", le]]), height: at / (bounds.length - 1) });
}

function labelsOf({ matchers }: WantedSeries, needs: LabelNeeds, shape: Shape): Map<string, string> {
  const names = new Set(matchers.map(({ name }) => name));
  for (const name of [...needs.used].sort()) names.add(name);
  if (shape === "shared") for (const name of needs.known) names.add(name);
  if (shape === "twins") names.add("instance");
  const labels = new Map<string, string>();
  for (const name of names) {
    const own = matchers.filter((matcher) => matcher.name === name);
    const isNeeded = needs.used.has(name) || shape === "shared" || own.length === 0;
    const mayBeAbsent = own.every((matcher) => accepts(matcher, ""));
    if (mayBeAbsent && !isNeeded) continue;
    const value = valueFor(own, needs.preferred(name));
    if (value !== undefined && value !== "") labels.set(name, value);
  }
  return labels;
}

/**
 * Of the label sets that live series of each selector have, those that go together: each chosen so that it agrees with
 * what was chosen before in as many labels as possible. Of a histogram all buckets are taken, as far as there is room.
 */
export function liveSeries(
  found: readonly { readonly wanted: WantedSeries; readonly labels: readonly Labels[] }[],
  each: number,
): { readonly series: readonly TestMetric[]; readonly values: ReadonlyMap<string, ReadonlySet<string>> } {
  const series = new Map<string, TestMetric>();
  const values = new Map<string, Set<string>>();
  for (const { wanted, labels } of found) {
    const families = familiesOf(labels).map((family) => ({
      family,
      agrees: agreement(family[0] ?? {}, values),
    }));
    families.sort((a, b) => b.agrees - a.agrees);
    for (const { family } of families.slice(0, each))
      for (const [bucket, of] of family.entries()) {
        const metric = metricOf(wanted, of, family.length > 1 ? bucket / (family.length - 1) : undefined);
        if (series.size < maxSeries) series.set(seriesText(metric), metric);
        for (const [name, value] of Object.entries(of))
          values.set(name, (values.get(name) ?? new Set()).add(value));
      }
  }
  return { series: [...series.values()], values };
}

/** In how many labels a series is like those that were chosen, less those in which it is not. */
function agreement(labels: Labels, values: ReadonlyMap<string, ReadonlySet<string>>): number {
  let sum = 0;
  for (const [name, value] of Object.entries(labels)) {
    const known = values.get(name);
    if (known !== undefined && name !== "le") sum += known.has(value) ? 1 : -1;
  }
  return sum;
}

/** Label sets that differ in `le` only together, from the lowest bound up; in an order that stays. */
function familiesOf(labels: readonly Labels[]): readonly (readonly Labels[])[] {
  const families = new Map<string, Labels[]>();
  for (const of of labels) {
    const rest = Object.entries(of)
      .filter(([name]) => name !== "le")
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const key = JSON.stringify(rest);
    families.set(key, [...(families.get(key) ?? []), of]);
  }
  const bound = ({ le = "" }: Labels): number => (le === "+Inf" ? Number.POSITIVE_INFINITY : Number(le));
  return [...families]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, family]) => family.sort((a, b) => bound(a) - bound(b)));
}

function metricOf({ name }: WantedSeries, labels: Labels, height: number | undefined): TestMetric {
  const own = Object.entries(labels).filter(([label]) => label !== "__name__");
  return {
    name: labels["__name__"] ?? name,
    labels: new Map(own.sort(([a], [b]) => (a < b ? -1 : 1))),
    ...(height === undefined ? {} : { height }),
  };
}

/** A series as it is written in `input_series`. */
export function seriesText({ name, labels }: TestMetric): string {
  const pairs = [...labels].map(
    ([label, value]) => `${isPlainLabelName(label) ? label : quoted(label)}=${quoted(value)}`,
  );
  if (!isPlainMetricName(name)) return `{${[quoted(name), ...pairs].join(", ")}}`;
  return pairs.length === 0 ? name : `${name}{${pairs.join(", ")}}`;
}

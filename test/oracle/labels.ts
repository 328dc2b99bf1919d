import type { BinaryExpr, Expr } from "../../server/src/promql/ast.ts";
import { analyseLabels } from "../../server/src/promql/labels/analyse.ts";
import { type ExplainAnswer, explainExpr, isRefusal } from "../../server/src/promql/labels/explain.ts";
import { labelFact } from "../../server/src/promql/labels/facts.ts";
import { type RecordingRule, recordedFlows } from "../../server/src/promql/labels/recorded.ts";
import type { LabelFlow, LabelOptions } from "../../server/src/promql/labels/types.ts";
import { parseExpr } from "../../server/src/promql/parse.ts";
import { walk } from "../../server/src/promql/walk.ts";
import { LabelGenerator } from "./generate-labels.ts";
import type { EvalAnswer, EvalOptions, EvalTime, Oracle, OracleSample, OracleSeries } from "./oracle.ts";
import type { Random } from "./random.ts";
import { randomSeries } from "./random-series.ts";

function number(value: string): number {
  if (value === "+Inf") return Number.POSITIVE_INFINITY;
  return value === "-Inf" ? Number.NEGATIVE_INFINITY : Number(value);
}

/** What JSON cannot say is said by its name. */
function floatSample(value: string): OracleSample {
  if (value === "NaN" || value === "+Inf" || value === "-Inf") return value;
  return Number(value);
}

/** What an answer of the engine shows to be wrong in what we know of an expression; nothing where all holds. */
export function refutation(flow: LabelFlow, answer: EvalAnswer): string | undefined {
  for (const step of answer.steps ?? []) {
    const wrong = refutation(flow, step);
    if (wrong !== undefined) return `${wrong}, in a range`;
  }
  if (answer.steps !== undefined) return undefined;
  const results = answer.labels ?? [];
  if (flow.empty !== undefined && results.length > 0) return `not empty (${flow.empty.kind})`;
  if (flow.always && results.length === 0) return "not always there";
  for (const [at, labels] of results.entries()) {
    const wrong = wrongLabels(flow, labels) ?? wrongValue(flow, answer.values?.[at] ?? "");
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function wrongLabels(flow: LabelFlow, labels: Readonly<Record<string, string>>): string | undefined {
  for (const [name, value] of Object.entries(labels)) {
    const { presence, values, reason } = labelFact(flow, name);
    if (presence === "impossible") return `${name} is possible (${reason?.kind})`;
    if (values !== undefined && !values.includes(value))
      return `${name} can be ${JSON.stringify(value)}, not only ${values.join()}`;
  }
  for (const [name, { presence, reason }] of flow.labels)
    if (presence === "guaranteed" && !Object.hasOwn(labels, name))
      return `${name} is not guaranteed (${reason?.kind})`;
  return undefined;
}

function wrongValue({ range, histograms }: LabelFlow, value: string): string | undefined {
  if (value === "matrix") return undefined;
  if (value === "histogram") return histograms ? undefined : "histograms are possible";
  const float = number(value);
  const { min, max, nan } = range;
  const outside = Number.isNaN(float) ? !nan : float < min || float > max;
  return outside ? `the value can be ${value}, not only ${min} to ${max}` : undefined;
}

/** What an answer of the engine shows to be wrong in what `promscope explain` prints of an expression. */
function wrongExplanation(explained: ExplainAnswer, answer: EvalAnswer): string | undefined {
  if (isRefusal(explained)) return `explain refuses it: ${explained.error}`;
  const { guaranteed, possible, impossible, open, empty } = explained.labels;
  const refused = new Set(impossible.map(({ name }) => name));
  const listed = new Set([...guaranteed, ...possible]);
  const every = answer.steps ?? [answer];
  if (explained.always && every.some(({ labels }) => (labels ?? []).length === 0))
    return "explain says that it is always there";
  for (const labels of every.flatMap((step) => step.labels ?? [])) {
    if (empty) return "explain says that it is empty";
    const missing = guaranteed.find((name) => !Object.hasOwn(labels, name));
    if (missing !== undefined) return `explain says that ${missing} is guaranteed`;
    for (const name of Object.keys(labels)) {
      if (refused.has(name)) return `explain says that ${name} is impossible`;
      if (!open && !listed.has(name)) return `explain does not list ${name}`;
    }
  }
  return undefined;
}

/** The only operator between vectors of an expression; nothing where there are none or several. */
function onlyJoin(expr: Expr): BinaryExpr | undefined {
  const joins = [...walk(expr)].filter((node) => node.kind === "binary" && node.matching !== undefined);
  const [join] = joins;
  return joins.length === 1 && join?.kind === "binary" ? join : undefined;
}

/** What an error of the engine shows to be wrong about the sides of a join being unique by the labels it compares. */
function wrongUniqueness(expr: Expr, error: string, options: LabelOptions): string | undefined {
  const join = onlyJoin(expr);
  const facts = join && analyseLabels(expr, options).join(join);
  if (facts === undefined) return undefined;
  const { leftUnique, rightUnique, node } = facts;
  const onOne = error.includes("matching must be explicit");
  const oneToOne = node.matching?.cardinality === "one-to-one";
  if (leftUnique && (error.includes("on the left hand-side") || (onOne && oneToOne)))
    return `the left side is not unique: ${error}`;
  return rightUnique && error.includes("on the right hand-side")
    ? `the right side is not unique: ${error}`
    : undefined;
}

/** What became of the expressions that were tried. */
export interface LabelTrial {
  /** Expressions for which the engine shows that we are wrong, with what it shows. */
  readonly refuted: readonly string[];
  /** How many the engine evaluated without an error. */
  readonly answered: number;
  /** Of these, how many returned something. */
  readonly filled: number;
}

class Trial {
  readonly #oracle: Oracle;
  readonly #options: EvalOptions;
  readonly refuted: string[] = [];
  answered = 0;
  filled = 0;

  constructor(oracle: Oracle, options: EvalOptions) {
    this.#oracle = oracle;
    this.#options = options;
  }

  async tryOne(text: string, options: LabelOptions, at?: EvalTime): Promise<void> {
    const { expr } = parseExpr(text, this.#options);
    const answer = await this.#oracle.evaluate(text, this.#options, at);
    if (expr === undefined) return;
    if (answer.error !== undefined) {
      const unlike = wrongUniqueness(expr, answer.error, options);
      if (unlike !== undefined) this.refuted.push(`${text}\n  ${unlike}`);
      return;
    }
    this.answered++;
    if ((answer.steps ?? [answer]).some(({ labels }) => (labels ?? []).length > 0)) this.filled++;
    const wrong =
      refutation(analyseLabels(expr, options).flow, answer) ??
      wrongExplanation(explainExpr(text, this.#options, options), answer);
    if (wrong === undefined) return;
    const shown = JSON.stringify(answer.steps ?? answer).slice(0, 2000);
    this.refuted.push(`${text}\n  ${wrong}\n  ${at === undefined ? "" : JSON.stringify(at)} ${shown}`);
  }
}

/**
 * Evaluates random expressions over several sets of series, and holds what we know of them against the answers.
 * `prepare` puts a set into the oracle and says what is known of it.
 */
async function tryStores(
  stores: number,
  trial: Trial,
  nextText: () => string,
  expressions: number,
  prepare: () => Promise<LabelOptions>,
  nextTime: () => EvalTime | undefined,
): Promise<LabelTrial> {
  for (let store = 0; store < stores; store++) {
    const options = await prepare();
    const texts = Array.from({ length: expressions }, nextText);
    await Promise.all(texts.map((text) => trial.tryOne(text, options, nextTime())));
  }
  return trial;
}

/** Mostly at the end of the series, else at some moment before it or after, or at several. */
function randomTime(random: Random): EvalTime | undefined {
  if (random.chance(0.6)) return undefined;
  const start = random.pick([0, -60, -300, -590, -700, 45, 290, 1000]);
  const step = random.pick([15, 30, 60, 61.5, 400]);
  return random.chance(0.4) ? { start } : { start, step, end: start + step * random.below(5) };
}

/** Expressions over random series. */
export async function tryLabels(
  oracle: Oracle,
  random: Random,
  stores: number,
  expressions: number,
  options: EvalOptions,
): Promise<LabelTrial> {
  const generator = new LabelGenerator(random);
  const text = (): string => generator.anything(1 + random.below(4));
  const prepare = async (): Promise<LabelOptions> => {
    await oracle.series(randomSeries(random));
    return options;
  };
  const time = (): EvalTime | undefined => randomTime(random);
  return await tryStores(stores, new Trial(oracle, options), text, expressions, prepare, time);
}

const ruleLabels = ["x", "job", "team"];

/** Expressions over what recording rules write, which is evaluated first and stored. */
export async function tryRecorded(
  oracle: Oracle,
  random: Random,
  stores: number,
  expressions: number,
  options: EvalOptions,
): Promise<LabelTrial> {
  const generator = new LabelGenerator(random);
  const text = (): string => generator.expression(1 + random.below(3));
  const prepare = async (): Promise<LabelOptions> => {
    const { rules, series } = await randomRules(oracle, random, generator, options);
    await oracle.series(distinct(series));
    return { ...options, recorded: recordedFlows(rules, { ...options, externalLabels: [] }) };
  };
  // The rules were evaluated at one moment, and nothing is known of others.
  return await tryStores(stores, new Trial(oracle, options), text, expressions, prepare, () => undefined);
}

/** Recording rules for two names, each of one or two rules over all other names, and the series with what they write. */
async function randomRules(
  oracle: Oracle,
  random: Random,
  generator: LabelGenerator,
  options: EvalOptions,
): Promise<{ readonly rules: readonly RecordingRule[]; readonly series: readonly OracleSeries[] }> {
  const series = randomSeries(random).filter(
    ({ labels }) => labels["__name__"] !== "a" && labels["__name__"] !== "b",
  );
  const rules: RecordingRule[] = [];
  for (const metric of ["a", "b", ...(random.chance(0.5) ? ["a"] : [])]) {
    await oracle.series(series.filter(({ labels }) => labels["__name__"] !== metric));
    const text = generator.expression(2).replaceAll(new RegExp(`\\b${metric}\\b(?=[{])`, "g"), "c_total");
    const { expr } = parseExpr(text, options);
    const answer = await oracle.evaluate(text, options);
    const labels = ruleLabels
      .filter(() => random.chance(0.3))
      .map((name) => [name, random.pick(["1", "2", ""])] as const);
    if (expr === undefined || answer.error !== undefined) continue;
    rules.push({ metric, expr, labels });
    series.push(...written(metric, labels, answer));
  }
  return { rules, series };
}

/** A series once, though several rules write it. */
export function distinct(series: readonly OracleSeries[]): OracleSeries[] {
  const key = ({ labels }: OracleSeries): string => JSON.stringify(Object.entries(labels).sort());
  return [...new Map(series.map((one) => [key(one), one])).values()];
}

/** The series that a recording rule makes of the results of its expression. */
export function written(
  metric: string,
  own: readonly (readonly [string, string])[],
  { labels, values }: EvalAnswer,
): OracleSeries[] {
  return (labels ?? []).flatMap((found, at) => {
    const value = values?.[at] ?? "";
    if (value === "matrix") return [];
    const all = Object.entries({ ...found, ...Object.fromEntries(own), __name__: metric });
    const sample = value === "histogram" ? { size: 1, shape: 0 } : floatSample(value);
    return [{ labels: Object.fromEntries(all.filter(([, text]) => text !== "")), values: [sample] }];
  });
}

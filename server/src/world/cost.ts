import type { Known } from "../base/known.ts";
import { cutText } from "../base/visible.ts";
import type { Expr, VectorSelector } from "../promql/ast.ts";
import { isPlainLabelName, quoted } from "../promql/quote.ts";
import type { QueryRequest } from "./query.ts";

/** What a query would read, before it is run. */
export interface QueryCost {
  /** Series, counted once for each selector that reads them. */
  readonly series: number;
  readonly samples: number;
  /** `server`: its query-cost API says so; `index`: from counts of series, at one sample in 15 s. */
  readonly source: "server" | "index";
  /** The counting was stopped: there are more. */
  readonly atLeast: boolean;
}

/** From which cost on a person is asked first; 0 never asks. */
export interface CostLimits {
  readonly samples: number;
  readonly series: number;
}

export const defaultCostLimits: CostLimits = { samples: 5_000_000, series: 20_000 };

/** A common scrape interval, in seconds: the one that the estimate from the index rests on. */
const assumedInterval = 15;
/** Prometheus' default evaluation interval, which is the step of a subquery that names none. */
const subqueryStep = 60;
/** A longer name of an environment is cut in sentences that say more than its name. */
const longestName = 18;
/** Stands for a duration that cannot be read off the expression. */
const someSeconds = 300;

/** One selector of an expression and how many samples of each of its series are read. */
export interface SelectorRead {
  readonly selector: VectorSelector;
  readonly samplesPerSeries: number;
}

/** The moments at which a part of an expression is evaluated. */
interface Grid {
  readonly steps: number;
  readonly stepSeconds: number;
}

/**
 * How much each selector reads, as `promql/estimate.go` counts it: a plain selector one sample a step, a range its
 * whole window once and then what is new at each step, a subquery by its own steps.
 */
export function readsOf(expr: Expr, { range }: QueryRequest): readonly SelectorRead[] {
  const grid: Grid =
    range === undefined
      ? { steps: 1, stepSeconds: 0 }
      : { steps: Math.floor((range.end - range.start) / range.step) + 1, stepSeconds: range.step };
  return reads(expr, grid);
}

function reads(expr: Expr, grid: Grid): readonly SelectorRead[] {
  switch (expr.kind) {
    case "number":
    case "string":
      return [];
    case "selector":
      return [{ selector: expr, samplesPerSeries: fixed(expr, grid).steps }];
    case "matrix": {
      const { steps, stepSeconds } = fixed(expr.selector, grid);
      const window = expr.range.seconds ?? someSeconds;
      const seconds = window + (steps - 1) * Math.min(stepSeconds, window);
      return [{ selector: expr.selector, samplesPerSeries: Math.max(1, seconds / assumedInterval) }];
    }
    case "subquery": {
      const { steps, stepSeconds } = fixed(expr, grid);
      const own = expr.step?.seconds || subqueryStep;
      const seconds = (expr.range.seconds ?? someSeconds) + (steps - 1) * stepSeconds;
      return reads(expr.expr, { steps: Math.floor(seconds / own) + 1, stepSeconds: own });
    }
    case "paren":
    case "unary":
      return reads(expr.expr, grid);
    case "call":
      return expr.args.flatMap((arg) => reads(arg, grid));
    case "binary":
      return [...reads(expr.left, grid), ...reads(expr.right, grid)];
    case "aggregate":
      return [expr.parameter, expr.expr].flatMap((part) => (part === undefined ? [] : reads(part, grid)));
  }
}

/** What stands at one time (`@`) is read once, however many steps there are. */
function fixed({ at }: { readonly at: VectorSelector["at"] }, grid: Grid): Grid {
  return at === undefined ? grid : { ...grid, steps: 1 };
}

/** The selector alone, without `offset` and `@`, as the index is asked for it. */
export function indexSelector({ name, matchers }: VectorSelector): string {
  const named = matchers.some((matcher) => matcher.name === "__name__" && matcher.operator === "=");
  const parts = matchers.map(
    (one) => `${isPlainLabelName(one.name) ? one.name : quoted(one.name)}${one.operator}${quoted(one.value)}`,
  );
  if (name !== undefined && !named) parts.unshift(`__name__=${quoted(name)}`);
  return `{${parts.join(",")}}`;
}

/** Whether a limit is passed; one of 0 is none. */
export function isHeavy(cost: QueryCost, limits: CostLimits): boolean {
  return (
    (limits.samples > 0 && cost.samples > limits.samples) ||
    (limits.series > 0 && cost.series > limits.series)
  );
}

/** The cost in words: "about 1.2M samples of 3.4k series". */
export function costText({ series, samples, atLeast }: QueryCost): string {
  const about = atLeast ? "at least" : "about";
  return `${about} ${short(samples)} samples of ${short(series)} series`;
}

/** Asked before a query runs, and why. */
export interface RunQuestion {
  /** One sentence that ends with a question mark. */
  readonly question: string;
  /** One sentence for each reason. */
  readonly reasons: readonly string[];
  /** The reasons in one clause, for a sentence that goes on; see {@link refusalText}. */
  readonly because: string;
  /** Reasons and question in one sentence, for dialogs that have room for one. */
  readonly asking: string;
  /** Whether much would be read, or may be; else the environment is protected and nothing more. */
  readonly heavy: boolean;
}

/** Whether a person has to say yes first; nothing where the query may run at once. */
export function questionBefore(
  environment: { readonly name: string; readonly protected: boolean },
  cost: Known<QueryCost>,
  limits: CostLimits,
): RunQuestion | undefined {
  const heavy =
    cost.status === "unavailable"
      ? // Its series are too many to be counted, or the backend lets nobody count them: that is no small query's way.
        cost.reason === "limited" && (limits.samples > 0 || limits.series > 0)
      : isHeavy(cost.value, limits);
  if (!environment.protected && !heavy) return undefined;
  const { name } = environment;
  const shortName = cutText(name, longestName);
  const clause = costClause(cost);
  const because = upperFirst(environment.protected ? `${shortName} is protected, and ${clause}` : clause);
  const reason = `${upperFirst(clause)}${costOrigin(cost)}.`;
  return {
    question: `Run this query on ${name}?`,
    reasons: environment.protected ? [`${name} is protected.`, reason] : [reason],
    because,
    asking: `${because}: ${environment.protected ? "run it?" : `run this query on ${shortName}?`}`,
    heavy,
  };
}

/** One sentence for where nobody can be asked: the reasons, and what to do to run it all the same. */
export function refusalText({ because }: RunQuestion, toRunIt: string): string {
  return `${because}; ${toRunIt}.`;
}

function costClause(cost: Known<QueryCost>): string {
  if (cost.status !== "unavailable") return `it would read ${costText(cost.value)}`;
  return cost.reason === "limited"
    ? "its cost is not known, for its series cannot be counted"
    : "its cost could not be estimated";
}

function costOrigin(cost: Known<QueryCost>): string {
  if (cost.status === "unavailable") return "";
  return cost.value.source === "server"
    ? ", as the server estimates"
    : ", estimated from the series that there are";
}

function upperFirst(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function short(value: number): string {
  const units = [
    [1e12, "T"],
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const;
  const unit = units.find(([least]) => value >= least);
  return unit === undefined
    ? String(Math.round(value))
    : `${Number((value / unit[0]).toPrecision(2))}${unit[1]}`;
}

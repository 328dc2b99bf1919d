import { parseExpr } from "../promql/parse.ts";
import { selectors } from "../promql/walk.ts";
import type { QueryAnswer, QueryFailure, QueryRequest, Series } from "./query.ts";
import { notesOf, type QueryNote } from "./query-notes.ts";

/** A part of what a query gave when it was last run: enough for a sparkline, never a whole answer. */
export interface LastRun {
  readonly environment: string;
  /** As it was asked; a scope that was added is not in it. */
  readonly expression: string;
  /** Milliseconds since the epoch at which the answer came. */
  readonly asOf: number;
  /** Seconds since the epoch; nothing for an instant query. */
  readonly range: { readonly start: number; readonly end: number; readonly step: number } | undefined;
  /** The first few series, each with at most {@link mostPoints} of its samples, evenly thinned. */
  readonly series: readonly Pick<Series, "labels" | "values">[];
  /** How many series the answer had. */
  readonly total: number;
  /** What the server said of the expression. */
  readonly notes?: readonly QueryNote[] | undefined;
}

/** What queries gave when they were last run. Reading it asks nobody. */
export interface LastRuns {
  /** The last run of exactly this expression, white space at its ends apart. */
  ofExpression(environment: string, expression: string): LastRun | undefined;
  /** The last run whose expression reads this metric; a range before an instant query. */
  ofMetric(environment: string, metric: string): LastRun | undefined;
  /** Why the server gave up exactly this expression, in its own words, when it was last run. */
  failureOf?(environment: string, expression: string): string | undefined;
}

/** What a backend has run was right there, whatever it needs. */
const anyFeature = { experimentalFunctions: true, fillModifiers: true };
const mostRuns = 50;
const mostSeries = 4;
export const mostPoints = 120;

interface Entry {
  readonly run: LastRun;
  readonly metrics: readonly string[];
}

/** Remembers the last run of each of the last 50 expressions. */
export class RunMemory implements LastRuns {
  /** The oldest first. */
  readonly #runs = new Map<string, Entry>();
  readonly #failures = new Map<string, string>();

  /** `now` is in milliseconds since the epoch. Whether the server says something else of it than the last time. */
  remember(environment: string, request: QueryRequest, answer: QueryAnswer, now: number): boolean {
    const expression = request.expression.trim();
    const { expr } = parseExpr(expression, anyFeature);
    const names = expr === undefined ? [] : selectors(expr).map(({ name }) => name);
    const run: LastRun = {
      environment,
      expression,
      asOf: now,
      range: request.range,
      series: answer.series.slice(0, mostSeries).map(({ labels, values }) => ({
        labels,
        values: thinned(values),
      })),
      total: answer.truncated?.total ?? answer.series.length,
      notes: notesOf(answer, expression, expr),
    };
    const key = keyOf(environment, expression);
    const before = this.#runs.get(key)?.run.notes ?? [];
    keepLast(this.#runs, key, { run, metrics: names.filter((name) => name !== undefined) });
    return this.#failures.delete(key) || JSON.stringify(before) !== JSON.stringify(run.notes);
  }

  /** A run that failed; whether it is another failure than the last time. */
  rememberFailure(environment: string, { expression }: QueryRequest, { error }: QueryFailure): boolean {
    if (error === undefined) return false;
    const key = keyOf(environment, expression.trim());
    const before = this.#failures.get(key);
    keepLast(this.#failures, key, error);
    return before !== error;
  }

  failureOf(environment: string, expression: string): string | undefined {
    if (this.#failures.size === 0) return undefined;
    return this.#failures.get(keyOf(environment, expression.trim()));
  }

  ofExpression(environment: string, expression: string): LastRun | undefined {
    return this.#runs.get(keyOf(environment, expression.trim()))?.run;
  }

  ofMetric(environment: string, metric: string): LastRun | undefined {
    const runs = [...this.#runs.values()]
      .filter((entry) => entry.run.environment === environment && entry.metrics.includes(metric))
      .map((entry) => entry.run)
      .reverse();
    return runs.find(({ range }) => range !== undefined) ?? runs[0];
  }
}

/** The oldest are forgotten. */
function keepLast<T>(all: Map<string, T>, key: string, value: T): void {
  all.delete(key);
  all.set(key, value);
  for (const oldest of all.keys()) {
    if (all.size <= mostRuns) break;
    all.delete(oldest);
  }
}

function keyOf(environment: string, expression: string): string {
  return JSON.stringify([environment, expression]);
}

/** Every n-th sample, counted from the last one, which is the one that people look for. */
function thinned(values: Series["values"]): Series["values"] {
  const every = Math.ceil(values.length / mostPoints);
  return every <= 1 ? values : values.filter((_, index) => (values.length - 1 - index) % every === 0);
}

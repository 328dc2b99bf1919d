import { type Known, known, partial, unavailable } from "../../../server/src/base/known.ts";
import type { Labels } from "../../../server/src/base/labels.ts";
import { nearest } from "../../../server/src/base/nearest.ts";
import type { EnvironmentAccess } from "../../../server/src/world/environment.ts";
import type { LiveIndex, PresenceTimes, RunResult, SeriesHistory } from "../../../server/src/world/live.ts";
import type { MetricHolder, MetricType } from "../../../server/src/world/ports.ts";
import { noEnvironment } from "../environment.ts";

export const now = 1_700_000_000_000;

/** How complete a kind of answer is. */
export type State = "ok" | "partial" | "pending" | "unavailable";

export interface FakeIndexOptions {
  readonly name?: string;
  readonly scope?: Labels;
  /** With their labels. */
  readonly series?: readonly Labels[];
  readonly types?: Readonly<Record<string, MetricType>>;
  readonly external?: readonly Labels[];
  /** Seconds between scrapes, by job. */
  readonly scrapes?: Readonly<Record<string, number>>;
  /** Seconds for which samples are kept. */
  readonly retention?: number | undefined;
  /** Of other scopes of the same backend, by metric. */
  readonly elsewhere?: Readonly<Record<string, readonly MetricHolder[]>>;
  readonly history?: (selector: string) => Known<SeriesHistory>;
  /** What queries give, by their text; what is not named gives nothing. Without it none is run. */
  readonly answers?: Readonly<Record<string, RunResult>> | undefined;
  /** What range queries give. */
  readonly times?: ((expression: string, seconds: number, step: number) => PresenceTimes) | undefined;
  /** Seconds. */
  readonly lookback?: number | undefined;
  /** Of each kind of answer; what is not named is complete. */
  readonly states?: Partial<Record<Question, State>>;
  /** Milliseconds since the answers came. */
  readonly age?: number;
}

export type Question =
  | "presence"
  | "metadata"
  | "labelNames"
  | "labelValues"
  | "selects"
  | "elsewhere"
  | "externalLabels"
  | "scrapeIntervals"
  | "retention"
  | "run"
  | "times"
  | "lookback";

export interface FakeIndex {
  readonly access: EnvironmentAccess;
  /** Every question once, in order. */
  readonly asked: string[];
}

/** The answer of a query: series with their values. */
export function gave(...series: readonly (readonly [Labels, number])[]): RunResult {
  return {
    ok: true,
    series: series.map(([labels, value]) => ({ labels, value })),
    total: series.length,
    cost: { totalSamples: 1_000, peakSamples: 50, seconds: 0.002 },
    expression: "",
    warnings: [],
    infos: [],
  };
}

/** An environment whose index holds these series. Selectors are read as `{name="value",…}` alone. */
export function fakeIndex(options: FakeIndexOptions = {}): FakeIndex {
  const {
    name = "Dev",
    series = [],
    states = {},
    age = 0,
    types = {},
    external = [],
    elsewhere = {},
  } = options;
  const asked: string[] = [];
  const answer = <T>(question: Question, what: string, value: T): Known<T> => {
    return answerIn(states[question] ?? "ok", `${question} ${what}`.trim(), value);
  };
  const answerIn = <T>(state: State, line: string, value: T): Known<T> => {
    if (!asked.includes(line)) asked.push(line);
    switch (state) {
      case "ok":
        return known(value, name, now - age);
      case "partial":
        return partial(value, name, now - age, ["prod-eu/k8s"]);
      case "pending":
        return unavailable("pending", "It is being asked.", name, now);
      case "unavailable":
        return unavailable("offline", "It does not answer.", name, now);
    }
  };
  const metrics = [...new Set(series.flatMap((labels) => labels["__name__"] ?? []))];
  const of = (metric: string): readonly Labels[] => series.filter((labels) => labels["__name__"] === metric);
  const valuesOf = (metric: string, label: string): string[] => [
    ...new Set(of(metric).flatMap((labels) => labels[label] ?? [])),
  ];
  const live: LiveIndex = {
    now: () => now,
    presence(metric) {
      const exists = metrics.includes(metric);
      return answer("presence", metric, { exists, near: exists ? undefined : nearest(metric, metrics) });
    },
    metadata: (metric) =>
      answer(
        "metadata",
        metric,
        types[metric] === undefined ? undefined : { type: types[metric], help: "", unit: "" },
      ),
    labelNames: (metric) =>
      answer("labelNames", metric, {
        names: [...new Set(of(metric).flatMap((labels) => Object.keys(labels)))],
        complete: true,
      }),
    labelValues: (metric, label) =>
      answer("labelValues", `${metric} ${label}`, { names: valuesOf(metric, label), complete: true }),
    knownValues: () => undefined,
    selects(selector) {
      const pairs = [...selector.matchAll(/(\w+)="([^"]*)"/g)];
      const selected = series.some((labels) =>
        pairs.every(([, label = "", value]) => labels[label] === value),
      );
      return answer("selects", selector, selected);
    },
    elsewhere: (metric) => answer("elsewhere", metric, elsewhere[metric] ?? []),
    externalLabels: () => answer("externalLabels", "", external),
    scrapeIntervals() {
      const jobs = new Map(Object.entries(options.scrapes ?? {}));
      const state = jobs.size === 0 ? "unavailable" : (states.scrapeIntervals ?? "ok");
      return answerIn(state, "scrapeIntervals", { shortest: Math.min(...jobs.values()), jobs });
    },
    retention() {
      const { retention } = options;
      return answerIn(
        retention === undefined ? "unavailable" : (states.retention ?? "ok"),
        "retention",
        retention ?? 0,
      );
    },
    history: options.history,
    ...(options.answers === undefined
      ? {}
      : { run: (query) => answer("run", query, options.answers?.[query] ?? gave()) }),
    ...(options.times === undefined
      ? {}
      : {
          times: (query, seconds, step) =>
            answer(
              "times",
              `${query} ${seconds} ${step}`,
              options.times?.(query, seconds, step) ?? { from: 0, to: 0, step, series: [] },
            ),
        }),
    lookback() {
      const { lookback } = options;
      return answerIn(
        lookback === undefined ? "unavailable" : (states.lookback ?? "ok"),
        "lookback",
        lookback ?? 0,
      );
    },
    recheck() {},
    settled: async () => {},
    onChange: () => ({ dispose() {} }),
  };
  const environment = { ...noEnvironment, name, scope: options.scope ?? {}, backend: "http://x" };
  return {
    asked,
    access: { environment, metrics: undefined, queries: undefined, cluster: undefined, live },
  };
}

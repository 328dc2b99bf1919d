import type { Known } from "../base/known.ts";
import type { Labels } from "../base/labels.ts";
import type { MetricHolder, MetricMetadata, MetricPresence, NameList, ScrapeIntervals } from "./ports.ts";

/** When a selector returned something, as far back as was looked. */
export interface SeriesHistory {
  /** Seconds since the epoch between which was looked. */
  readonly from: number;
  readonly to: number;
  /** Seconds between two looks. */
  readonly step: number;
  /** How many looks there were at times at which the backend has anything, and how many found a series. */
  readonly looks: number;
  readonly hits: number;
  /** Seconds since the epoch of the first time of which the backend knows anything, and of the last hit. */
  readonly first: number | undefined;
  readonly last: number | undefined;
  /** How many looks there were from the first hit to the last. */
  readonly between: number;
  /** How many times without a gap it was there; looks at which the backend was away make no gap. */
  readonly stretches: number;
}

/** How much a server worked on a query, as far as it tells. */
export interface RunCost {
  /** Samples that were read, and the most that were kept at one time. */
  readonly totalSamples: number | undefined;
  readonly peakSamples: number | undefined;
  /** Seconds. */
  readonly seconds: number | undefined;
}

/** What an instant query gave: as much of it as checks look at. */
export interface RunAnswer {
  readonly ok: true;
  /** The first of its series, with their values. */
  readonly series: readonly { readonly labels: Labels; readonly value: number }[];
  /** How many it gave. */
  readonly total: number;
  readonly cost: RunCost;
  /** As it was sent: a scope may have been added. */
  readonly expression: string;
  /** In the server's own words. */
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/** A query that the server refuses or gives up, for a reason that lies in the query or in a limit. */
export interface RunRefusal {
  readonly ok: false;
  /** The server's own words. */
  readonly error: string;
}

export type RunResult = RunAnswer | RunRefusal;

/** From when to when a series was there without a gap, in seconds since the epoch. */
export type Stretch = readonly [start: number, end: number];

/** What a range query gave: for each series when it was there. */
export interface PresenceTimes {
  /** Seconds since the epoch between which was looked, and seconds between two looks. */
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly series: readonly (readonly Stretch[])[];
}

/** What checks may ask of a backend, and when. */
export interface CheckAccess {
  /** How long a question must stand before it is sent, in milliseconds; default 0. */
  readonly delayMs?: number | undefined;
  /** Whether they may run queries that look back. */
  readonly history?: boolean | undefined;
  /** Whether they may run the expressions of rules, and parts of them. */
  readonly run?: boolean | undefined;
  /** Whether they may run the expressions of alerts over the last day. */
  readonly alerts?: boolean | undefined;
}

/**
 * What the index of one backend says, for checks, which cannot wait: each question is answered at once with what is
 * known, and what is not is asked for in the background (`pending` until then). `onChange` tells when an answer has
 * become another one. Only the index is asked; a question that nobody repeats after a short while is never sent, for
 * it was about a text that someone was just typing.
 */
export interface LiveIndex {
  /** Milliseconds since the epoch, by the clock of the facts. */
  now(): number;
  /** Whether the metric is there, and which is nearest to it where it is not. Asks the catalog of names. */
  presence(metric: string): Known<MetricPresence>;
  /** Type, help and unit. */
  metadata(metric: string): Known<MetricMetadata | undefined>;
  /** The names of the labels of a metric. */
  labelNames(metric: string): Known<NameList>;
  /** The values of a label of a metric; none where no series of it has the label. */
  labelValues(metric: string, label: string): Known<NameList>;
  /** The same, if it is known already; asks nobody. */
  knownValues(metric: string, label: string): Known<NameList> | undefined;
  /** Whether a selector selects something, told by the values that it leaves of a label that all of it must have. */
  selects(selector: string, label: string): Known<boolean>;
  /** Which Prometheus behind the backend hold the metric outside of the environment's scope. */
  elsewhere(metric: string): Known<readonly MetricHolder[]>;
  /** The labels that the backend, or those behind it, add to what leaves them. */
  externalLabels(): Known<readonly Labels[]>;
  /** How often the backend asks its targets, where it is itself the Prometheus. */
  readonly scrapeIntervals?: (() => Known<ScrapeIntervals>) | undefined;
  /** For how many seconds the backend keeps samples, where it is itself the Prometheus. */
  readonly retention?: (() => Known<number>) | undefined;
  /** Runs a query. Absent where nobody asked for history. */
  readonly history?: ((selector: string) => Known<SeriesHistory>) | undefined;
  /** Runs an instant query. Absent where nobody asked for that. */
  readonly run?: ((expression: string) => Known<RunResult>) | undefined;
  /**
   * Runs a query over a time that ends now: `seconds` long, at each `step` seconds. Times at which the backend itself
   * was away count as if nothing had changed. Absent where nobody asked for that.
   */
  readonly times?: ((expression: string, seconds: number, step: number) => Known<PresenceTimes>) | undefined;
  /** Why no more queries are run for checks, as the end of a sentence; nothing while they are. */
  readonly ended?: (() => string | undefined) | undefined;
  /** How long ago a sample may be that still counts, in seconds, where the backend is itself the Prometheus. */
  readonly lookback?: (() => Known<number>) | undefined;
  /** Answers that would make a finding are asked for again, a few at a time; somebody looks at them. */
  recheck(): void;
  /** Resolves when everything asked so far is known or unavailable. */
  settled(): Promise<void>;
  onChange(listener: () => void): { dispose(): void };
}

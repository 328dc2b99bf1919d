import type { Labels } from "../base/labels.ts";

/** Seconds since the epoch, and the value as the server wrote it (`"NaN"`, `"+Inf"`, `"1e+06"`). */
export type Sample = readonly [seconds: number, value: string];

/** A native histogram as the HTTP API writes it; bucket boundary rule 0 to 3, then lower, upper, count. */
export interface HistogramValue {
  readonly count: string;
  readonly sum: string;
  readonly buckets?:
    | readonly (readonly [rule: number, lower: string, upper: string, count: string])[]
    | undefined;
}

export interface Series {
  readonly labels: Labels;
  readonly values: readonly Sample[];
  readonly histograms?: readonly (readonly [seconds: number, value: HistogramValue])[] | undefined;
}

/** What does not answer, told by the store's address, the external labels behind it, and its last error. */
export interface MissingStore {
  readonly store: string;
  readonly labels: readonly Labels[];
  readonly reason: string;
}

/**
 * Whether all stores that could hold an answer gave theirs. `unknown` for backends that do not tell:
 * "no warning" is not "complete".
 */
export interface Completeness {
  readonly status: "complete" | "partial" | "unknown";
  readonly missing: readonly MissingStore[];
}

/** The answer of `promscope query --format json` and of the command `promscope.query`. */
export interface QueryAnswer {
  /** The address of the backend, without credentials. */
  readonly backend: string;
  readonly environment?: string | undefined;
  /** The expression that was sent; differs from what was asked where a scope was added. */
  readonly expression: string;
  readonly resultType: "vector" | "matrix" | "scalar" | "string";
  readonly series: readonly Series[];
  /** Set where series were left out to stay under the limit of what is kept. */
  readonly truncated?: { readonly kept: number; readonly total: number } | undefined;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly completeness: Completeness;
  readonly elapsedMs: number;
  readonly stats: Readonly<Record<string, unknown>> | null;
}

/** A query that failed; `message` names the backend and what to do, `position` is an offset of the expression. */
export interface QueryFailure {
  readonly backend: string;
  readonly reason:
    | "bad_data"
    | "execution"
    | "timeout"
    | "cancelled"
    | "offline"
    | "forbidden"
    | "unauthorized"
    | "invalid"
    | "limited"
    | "not-configured";
  readonly message: string;
  readonly position?: number | undefined;
  /** The server's own words, where it gave up for a reason that lies in the query or in one of its limits. */
  readonly error?: string | undefined;
  readonly elapsedMs: number;
}

export type QueryOutcome =
  | { readonly ok: true; readonly answer: QueryAnswer }
  | { readonly ok: false; readonly failure: QueryFailure };

/** Times are seconds since the epoch, `step` is in seconds; without `start` the query is an instant one. */
export interface QueryRequest {
  readonly expression: string;
  readonly time?: number | undefined;
  readonly range?: { readonly start: number; readonly end: number; readonly step: number } | undefined;
  /** Thanos: merge replicas (default true). */
  readonly deduplicate?: boolean | undefined;
  /** Thanos: fail instead of answering in part (default false). */
  readonly strict?: boolean | undefined;
  /** Client's own deadline in milliseconds; default 10,000 for instant and 30,000 for range queries. */
  readonly deadlineMs?: number | undefined;
  /** Series of the answer that are kept; default 10,000, which is what a table in an editor can show. */
  readonly keepSeries?: number | undefined;
}

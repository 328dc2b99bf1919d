import type { EnvironmentStatus, QueryOutcome, QueryParams } from "../../server/src/protocol.ts";

/** What the controls of the results panel say; the extension turns it into times when it runs. */
export interface PanelQuery {
  readonly expr: string;
  /** Empty: the first environment of the settings. */
  readonly environment: string;
  /** The environments that are asked side by side; empty: only `environment`. */
  readonly compare: readonly string[];
  readonly mode: "instant" | "range";
  readonly rangeSeconds: number;
  /** Seconds since the epoch at which the range begins; null: `rangeSeconds` before its end. */
  readonly startSeconds: number | null;
  /** Seconds since the epoch: the moment asked for, or the end of the range; null: now. */
  readonly endSeconds: number | null;
  /** Null: chosen from the range. */
  readonly stepSeconds: number | null;
  readonly dedup: boolean;
  readonly strict: boolean;
}

export const defaultQuery: PanelQuery = {
  expr: "",
  environment: "",
  compare: [],
  mode: "instant",
  rangeSeconds: 3600,
  startSeconds: null,
  endSeconds: null,
  stepSeconds: null,
  dedup: true,
  strict: false,
};

/** A query that the panel or the history has kept, from whatever version of us; what cannot be used is the default. */
export function readQuery(kept: unknown): PanelQuery {
  if (typeof kept !== "object" || kept === null) return defaultQuery;
  const given = kept as Readonly<Record<string, unknown>>;
  const { expr, environment, compare, mode, rangeSeconds } = given;
  const seconds = (value: unknown): number | null =>
    typeof value === "number" && Number.isFinite(value) && value > 0 ? value : null;
  return {
    expr: typeof expr === "string" ? expr : "",
    environment: typeof environment === "string" ? environment : "",
    compare: Array.isArray(compare) ? compare.filter((name) => typeof name === "string") : [],
    mode: mode === "range" ? "range" : "instant",
    rangeSeconds: seconds(rangeSeconds) ?? defaultQuery.rangeSeconds,
    startSeconds: seconds(given["startSeconds"]),
    endSeconds: seconds(given["endSeconds"]),
    stepSeconds: seconds(given["stepSeconds"]),
    dedup: given["dedup"] !== false,
    strict: given["strict"] === true,
  };
}

/** The part of an environment's status that the panel shows. */
export type PanelEnvironment = Pick<EnvironmentStatus, "name" | "health" | "message" | "version" | "scope">;

/** What one environment said. */
export interface PanelResult {
  readonly environment: string;
  readonly params: QueryParams;
  readonly outcome: QueryOutcome;
}

/** A query that was run, as the history keeps it. */
export interface HistoryEntry {
  readonly query: PanelQuery;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What came of it, in a few words. */
  readonly summary: string;
}

export type ToPanel =
  | {
      readonly type: "environments";
      readonly environments: readonly PanelEnvironment[];
      /** Whether the settings name a Grafana. */
      readonly grafana: boolean;
    }
  /**
   * Shows an expression and runs it as an instant query, with the other options as the user left them; `compare`
   * names the environments where it is to run side by side.
   */
  | {
      readonly type: "open";
      readonly expr: string;
      readonly environment: string;
      readonly compare?: readonly string[];
    }
  /** Sets all controls and runs. */
  | { readonly type: "restore"; readonly query: PanelQuery }
  | { readonly type: "started"; readonly query: PanelQuery }
  /** The user was asked whether to run and said no. */
  | { readonly type: "declined" }
  /** What has come so far; after the last one `done`. */
  | {
      readonly type: "results";
      readonly query: PanelQuery;
      readonly results: readonly PanelResult[];
      readonly done: boolean;
    }
  | { readonly type: "history"; readonly entries: readonly HistoryEntry[] };

/** Where a result can be opened: the backend's own page, or Grafana's Explore. */
export type ShareTarget = "backend" | "grafana";

export type FromPanel =
  | { readonly type: "ready" }
  | { readonly type: "run"; readonly query: PanelQuery }
  | { readonly type: "cancel" }
  | { readonly type: "copy"; readonly text: string }
  /** Asks where to save the text, with this name proposed. */
  | { readonly type: "save"; readonly name: string; readonly text: string }
  | { readonly type: "copyCurl"; readonly params: QueryParams; readonly expression: string }
  | {
      readonly type: "openIn";
      readonly target: ShareTarget;
      readonly params: QueryParams;
      readonly expression: string;
    }
  | { readonly type: "forgetHistory" }
  | { readonly type: "openSettings" };

/** Steps that people read easily, in seconds. */
const steps = [1, 5, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 86400];

/** The smallest readable step that gives at most 300 points, never below 15 s, a common scrape interval. */
export function automaticStep(rangeSeconds: number): number {
  const least = Math.max(15, rangeSeconds / 300);
  return steps.find((step) => step >= least) ?? Math.ceil(least / 86400) * 86400;
}

/** Begin and end of the query's range at a moment, in seconds since the epoch. */
export function rangeOf(
  query: PanelQuery,
  nowSeconds: number,
): { readonly start: number; readonly end: number } {
  const end = query.endSeconds ?? nowSeconds;
  const start = query.startSeconds ?? end - query.rangeSeconds;
  return start < end ? { start, end } : { start: end - query.rangeSeconds, end };
}

/** The environments that a query asks, in order; an empty name stands for the first of the settings. */
export function environmentsIn(query: PanelQuery): readonly string[] {
  return query.compare.length > 0 ? query.compare : [query.environment];
}

/** The parameters of `promscope.query` at a moment; range ends are put on multiples of the step so that caches hit. */
export function toParams(
  query: PanelQuery,
  environment: string,
  nowSeconds: number,
  id: string,
): QueryParams {
  const shared = {
    ...(environment === "" ? {} : { environment }),
    expr: query.expr,
    dedup: query.dedup,
    strict: query.strict,
    id,
  };
  if (query.mode === "instant") return { ...shared, time: query.endSeconds ?? nowSeconds };
  const { start, end } = rangeOf(query, nowSeconds);
  const step = query.stepSeconds ?? automaticStep(end - start);
  const last = Math.floor(end / step) * step;
  return { ...shared, start: last - Math.max(1, Math.ceil((end - start) / step)) * step, end: last, step };
}

import type { EnvironmentStatus, QueryOutcome, QueryParams } from "../../server/src/protocol.ts";

/** What the controls of the results panel say; the extension turns it into times when it runs. */
export interface PanelQuery {
  readonly expr: string;
  /** Empty: the first environment of the settings. */
  readonly environment: string;
  readonly mode: "instant" | "range";
  readonly rangeSeconds: number;
  /** Null: chosen from the range. */
  readonly stepSeconds: number | null;
  readonly dedup: boolean;
  readonly strict: boolean;
}

/** The part of an environment's status that the panel shows. */
export type PanelEnvironment = Pick<EnvironmentStatus, "name" | "health" | "message" | "version">;

export type ToPanel =
  | { readonly type: "environments"; readonly environments: readonly PanelEnvironment[] }
  /** Shows an expression and runs it as an instant query, with the other options as the user left them. */
  | { readonly type: "open"; readonly expr: string; readonly environment: string }
  | { readonly type: "started"; readonly query: PanelQuery }
  /** The user was asked whether to run on a protected environment and said no. */
  | { readonly type: "declined" }
  | {
      readonly type: "finished";
      readonly query: PanelQuery;
      readonly params: QueryParams;
      readonly outcome: QueryOutcome;
    };

export type FromPanel =
  | { readonly type: "ready" }
  | { readonly type: "run"; readonly query: PanelQuery }
  | { readonly type: "cancel" }
  | { readonly type: "copy"; readonly text: string }
  | { readonly type: "openSettings" };

/** Steps that people read easily, in seconds. */
const steps = [1, 5, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 86400];

/** The smallest readable step that gives at most 300 points, never below 15 s, a common scrape interval. */
export function automaticStep(rangeSeconds: number): number {
  const least = Math.max(15, rangeSeconds / 300);
  return steps.find((step) => step >= least) ?? Math.ceil(least / 86400) * 86400;
}

/** The parameters of `promscope.query` at a moment; range ends are put on multiples of the step so that caches hit. */
export function toParams(query: PanelQuery, nowSeconds: number, id: string): QueryParams {
  const shared = {
    ...(query.environment === "" ? {} : { environment: query.environment }),
    expr: query.expr,
    dedup: query.dedup,
    strict: query.strict,
    id,
  };
  if (query.mode === "instant") return { ...shared, time: nowSeconds };
  const step = query.stepSeconds ?? automaticStep(query.rangeSeconds);
  const end = Math.floor(nowSeconds / step) * step;
  return { ...shared, start: end - Math.ceil(query.rangeSeconds / step) * step, end, step };
}

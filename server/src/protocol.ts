import type { Position, Range } from "./base/text.ts";
import type { ConnectOutcome, ConnectRequest } from "./world/connection.ts";
import type { RunQuestion } from "./world/cost.ts";
import type { Access } from "./world/credentials.ts";
import type { QueryAnswer, QueryOutcome } from "./world/query.ts";

export type { ExplainAnswer, ExplainRefusal, Explanation } from "./promql/labels/explain.ts";
export type { ConnectOutcome, ConnectRequest, CredentialKind } from "./world/connection.ts";
export type { RunQuestion } from "./world/cost.ts";
export type { Access, Credentials } from "./world/credentials.ts";
export type { EnvironmentEntry } from "./world/proposals.ts";
export type { MissingStore, QueryAnswer, QueryFailure, QueryOutcome, Series } from "./world/query.ts";

/** Commands of `workspace/executeCommand`, for any editor. */
export const commands = {
  query: "promscope.query",
  connect: "promscope.connect",
  explain: "promscope.explain",
  test: "promscope.test",
  createTest: "promscope.createTest",
  format: "promscope.format",
  moveRule: "promscope.moveRule",
  history: "promscope.history",
  alertCount: "promscope.alertCount",
} as const;

/** Argument of `promscope.history`: a place in a selector. */
export interface HistoryParams {
  readonly uri: string;
  readonly position: { readonly line: number; readonly character: number };
}
/** Its answer: when the selector found something in the last week, a sentence for each environment of the file. */
export interface HistoryAnswer {
  readonly selector: string;
  readonly environments: readonly { readonly environment: string; readonly message: string }[];
}

/** Argument of `promscope.alertCount`: a place in an alert. */
export type AlertCountParams = HistoryParams;
/** Its answer: the alerts that the rule would have fired in the last day, a sentence for each environment of the file. */
export interface AlertCountAnswer {
  readonly alert: string;
  readonly environments: readonly {
    readonly environment: string;
    readonly message: string;
    /** Nothing where it cannot be told. */
    readonly fired: number | null;
  }[];
}

/** Commands of our own client that the server's actions name. */
export const editorCommands = { moveRule: "promscope.moveRuleToFile" } as const;

/** Argument of `promscope.moveRule`: the rule at a place, and the group of another file that it goes to. */
export interface MoveRuleParams {
  readonly uri: string;
  readonly position: Position;
  readonly target?: { readonly uri: string; readonly group: string };
}
/** Its answer: without a target the groups there are; with one whether the rule was moved. */
export type MoveRuleResult =
  | {
      readonly ok: true;
      readonly rule: string;
      readonly targets: readonly { readonly uri: string; readonly path: string; readonly group: string }[];
    }
  | { readonly ok: false; readonly message: string };

/** Argument of `promscope.format`: without a range the whole file. */
export interface FormatParams {
  readonly uri: string;
  readonly range?: Range;
}
/** Its answer: whether the client took the edit, and how many expressions it lays out anew. */
export interface FormatResult {
  readonly applied: boolean;
  readonly expressions: number;
}

/** Argument of `promscope.explain`: an expression, or the place of one in a file; its answer is null where there is none. */
export type ExplainParams = { readonly expr: string } | { readonly uri: string; readonly position: Position };

/** Argument of `promscope.test`: a file of rule unit tests as it stands in the editor, and one of its tests by place or name. */
export interface TestParams {
  readonly uri: string;
  readonly test?: number | string;
}
/** Answer of `promscope.test`; where nothing was run, `problem` is one sentence for a person. */
export type TestResult =
  | {
      readonly ok: true;
      readonly uri: string;
      /** What promtool says of the whole file where it runs none of its tests. */
      readonly refusal: string | null;
      readonly warnings: readonly string[];
      readonly tests: readonly TestRunEntry[];
    }
  | { readonly ok: false; readonly problem: string };
export interface TestRunEntry extends TestEntry {
  readonly status: "passed" | "failed";
  readonly failures: readonly {
    readonly message: string;
    readonly range: Range;
    readonly expected?: string;
    readonly got?: string;
  }[];
}
export interface TestEntry {
  /** Its place in `tests`. */
  readonly index: number;
  readonly name: string;
  readonly range: Range;
}

/** Answer of `promscope.createTest` `[{uri, position}]`: the new test file, or one sentence that says why there is none. */
export type CreateTestResult =
  | { readonly ok: true; readonly uri: string }
  | { readonly ok: false; readonly problem: string };

/** Request `promscope/tests`: the tests of a file; null for one that is no test file. */
export interface TestsParams {
  readonly uri: string;
}
export interface TestFileEntry {
  readonly uri: string;
  readonly tests: readonly TestEntry[];
}
export type TestsResult = TestFileEntry | null;
/** Request `promscope/testFiles`: the addresses of the test files of the workspace that are known. */
export type TestFilesResult = readonly string[];

/** Argument of the CodeLens command that runs tests, which the client of this extension handles itself. */
export type TestLensArgument = TestParams;

/** Argument of `promscope.connect`, and its answer. */
export type ConnectParams = ConnectRequest;
export type ConnectResult = ConnectOutcome;

/** Argument of `promscope.query`; times are seconds since the epoch, `step` is in seconds. */
export interface QueryParams {
  /** Default: the first environment of the settings. */
  readonly environment?: string;
  readonly expr: string;
  readonly time?: number;
  readonly start?: number;
  readonly end?: number;
  readonly step?: number;
  readonly dedup?: boolean;
  readonly strict?: boolean;
  /** A word that `promscope/cancelQuery` can name; a second query with the same word cancels the first. */
  readonly id?: string;
  /** A person has said yes, or nobody needs to be asked: a protected environment or a heavy query is run at once. */
  readonly confirmed?: boolean;
}
/** Answer of `promscope/query`, whose parameters are those of the command. */
export type QueryResult = QueryOutcome;
/** Result of the command `promscope.query`: the command line's JSON, with `ok` and the same as `answer` beside it. */
export type QueryCommandResult =
  | (Extract<QueryOutcome, { ok: true }> & QueryAnswer)
  | Extract<QueryOutcome, { ok: false }>;

/**
 * Answer of `promscope/queryQuestion`, whose parameters are those of the query: what a person is to be asked before
 * it runs; null where it may run at once.
 */
export interface QueryQuestionResult {
  readonly question: RunQuestion | null;
}

/** Argument of the CodeLens command, which the client of this extension handles itself. */
export interface RunLensArgument {
  readonly uri: string;
  readonly expr: string;
  readonly range: Range;
  readonly environment: string;
  /** Whether to ask which environment first. */
  readonly choose?: boolean;
}

/** Experimental client capabilities. */
export interface ClientExperimental {
  readonly promscope?: {
    /** The client shows results itself, under this command. */
    readonly runCommand?: string;
    /** The client runs tests itself, under this command. */
    readonly testCommand?: string;
    /** The client keeps credentials, and answers `promscope/access`. */
    readonly access?: boolean;
    /** The client asks people whether to use what `promscope.yaml` names, and sends `promscope/consent`. */
    readonly consent?: boolean;
  };
}

/**
 * Request `promscope/access`, from the server: how to reach a backend. Asked when it is first contacted, and again
 * after the notification `promscope/accessChanged`.
 */
export interface AccessParams {
  /** The base address without credentials; `kubernetes:NAMESPACE/SERVICE:PORT` with `@CONTEXT` behind it. */
  readonly address: string;
  /** Nothing while somebody connects to a new one. */
  readonly environment?: string;
}
export type AccessResult = Access | null;

/** Request `promscope/contexts`: the contexts of the kubeconfig, by name. */
export type ContextsResult = readonly {
  readonly name: string;
  /** Address of its API server; empty where its cluster names none. */
  readonly server: string;
  readonly current: boolean;
}[];

/** Notification `promscope/proposals`, from the server: all that `promscope.yaml` files name, whenever it changes. */
export interface ProposalsParams {
  readonly proposals: readonly ProposedEnvironment[];
}
export interface ProposedEnvironment {
  readonly name: string;
  /** The `promscope.yaml`. */
  readonly uri: string;
  /** Stands for everything that would be contacted or run: who accepted it before need not be asked again. */
  readonly key: string;
  /** What would be contacted, run or read, each as a person would say it. */
  readonly contacts: readonly string[];
}

/** Notification `promscope/consent`, to the server: the keys that the user has accepted, all of them. */
export interface ConsentParams {
  readonly accepted: readonly string[];
}

/** Request `promscope/expressionAt`: the expression to run for a cursor or a selection. */
export interface ExpressionAtParams {
  readonly uri: string;
  readonly range: Range;
  /** `whole`: the expression; `smallest`: the smallest subexpression that can be run and holds the range. */
  readonly which: "whole" | "smallest";
}
export interface ExpressionAtResult {
  readonly expr: string;
  readonly range: Range;
  readonly environments: readonly string[];
}

/** Request `promscope/environments`: which environments a file belongs to, in order. */
export interface EnvironmentsParams {
  readonly uri: string;
}
/** Names in the order of the settings; null for a file that is of no kind of ours. */
export type EnvironmentsResult = readonly string[] | null;

/** Request `promscope/cancelQuery`: ends the query with this word; answers null, also where there is none. */
export interface CancelQueryParams {
  readonly id: string;
}

/** Request `promscope/retry`: asks an environment again; answers null when it has answered or failed. */
export interface RetryParams {
  readonly environment: string;
}

/** Notification `promscope/status`, sent whenever something of it changes. */
export interface StatusParams {
  readonly environments: readonly EnvironmentStatus[];
}
export interface EnvironmentStatus {
  readonly name: string;
  readonly backend: string | null;
  readonly health: "checking" | "ok" | "degraded" | "down" | "none";
  /** One plain sentence for a person. */
  readonly message: string;
  /** Flavour and version, e.g. `Thanos 0.42.4`; empty while unknown. */
  readonly version: string;
  readonly cluster: string | null;
  readonly clusterHealth: "checking" | "ok" | "down" | "none";
  readonly clusterMessage: string;
  /** What would mend it; `none` where nothing is wrong. */
  readonly remedy: "none" | "signIn" | "settings" | "retry";
  /** The base address of the backend, as credentials are kept for it; empty where there is none. */
  readonly address: string;
  /** Whether it comes from a `promscope.yaml`. */
  readonly proposed: boolean;
  /** Milliseconds since the epoch of the last answer; 0 where there was none. */
  readonly asOf: number;
  /** Ask before a query runs here. */
  readonly protected?: boolean;
  /** External labels that every query here is narrowed to. */
  readonly scope?: Readonly<Record<string, string>>;
}

export const requests = {
  expressionAt: "promscope/expressionAt",
  environments: "promscope/environments",
  cancelQuery: "promscope/cancelQuery",
  query: "promscope/query",
  queryQuestion: "promscope/queryQuestion",
  status: "promscope/status",
  access: "promscope/access",
  accessChanged: "promscope/accessChanged",
  proposals: "promscope/proposals",
  consent: "promscope/consent",
  retry: "promscope/retry",
  contexts: "promscope/contexts",
  tests: "promscope/tests",
  testFiles: "promscope/testFiles",
} as const;

export type { Position, Range };

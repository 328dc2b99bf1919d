import type { SourceDocument } from "../model/document.ts";
import type { EnvironmentAccess } from "./environment.ts";
import type { LastRuns } from "./last-runs.ts";
import type { Links } from "./links.ts";
import type { NameIndex } from "./names/index.ts";
import type { FilePolicy } from "./policy/types.ts";
import type { WorkspaceIndex } from "./workspace.ts";

/**
 * Everything a feature or a check may look at, taken once per request: handlers never read mutable
 * state after an `await`.
 */
export interface Snapshot {
  readonly document: SourceDocument;
  readonly workspace: WorkspaceIndex;
  /**
   * Rules, alerts and metrics of all files by name. It follows edits at once, so it is read before the first `await`;
   * nothing where a file is looked at alone.
   */
  readonly names?: NameIndex | undefined;
  /** The environments of this file, in the order of the settings. */
  readonly environments: readonly EnvironmentAccess[];
  /** Those that the file does not belong to: what is missing in its own may be there. */
  readonly otherEnvironments?: readonly EnvironmentAccess[] | undefined;
  /** Prometheus' own names of features that are switched on by settings or the command line. */
  readonly features: readonly string[];
  /** When the snapshot was taken, in milliseconds since 1970: comments can silence a check until a day. */
  readonly now?: number | undefined;
  /** What the nearest `promscope.yaml` wants of the rules of this file. */
  readonly policy?: FilePolicy | undefined;
  /** What queries gave when they were last run in this session; nothing where none can be run. */
  readonly lastRuns?: LastRuns | undefined;
  /** Whether addresses answer; nothing where nobody asked for that. */
  readonly links?: Links | undefined;
}

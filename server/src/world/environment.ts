import { globMatcher } from "../base/glob.ts";
import type { Labels } from "../base/labels.ts";
import type { Access } from "./credentials.ts";
import type { CheckAccess, LiveIndex } from "./live.ts";
import type { BackendIdentity, Cluster, Identity, Metrics, Queries, ServerRules } from "./ports.ts";

export type Flavour = "prometheus" | "thanos" | "mimir" | "victoriametrics";

/** A name a person knows (Dev, Prod NA, Prod EU) and what stands behind it. */
export interface Environment {
  readonly name: string;
  /** A URL, or `kubernetes:NAMESPACE/SERVICE:PORT`, reached through the API server of `context`. */
  readonly backend: string | undefined;
  /** External labels that a query run here is narrowed to. */
  readonly scope: Labels;
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  /** Globs of the files that are deployed here; nothing means all files. */
  readonly files: readonly string[] | undefined;
  readonly replicaLabels: readonly string[];
  /** Ask before a query runs here. */
  readonly protected: boolean;
  readonly version: string | undefined;
  readonly flavour: Flavour | undefined;
  /** Prometheus' own names for `--enable-feature`. */
  readonly features: readonly string[];
  /** Path of a file in Prometheus' `http_config` format. */
  readonly httpConfig: string | undefined;
  /** How often targets are asked there, as a duration; nothing where the backend is to tell. */
  readonly scrapeInterval?: string | undefined;
}

/** An environment with the ports that lead to it; a port is absent where the settings name none. */
export interface EnvironmentAccess {
  readonly environment: Environment;
  readonly metrics: Metrics | undefined;
  readonly queries: Queries | undefined;
  readonly cluster: Cluster | undefined;
  /** The rules of the backend; absent with it. */
  readonly rules?: ServerRules | undefined;
  /** Who the backend says it is; absent with the backend. */
  readonly identity?: Identity | undefined;
  /** What checks may ask of the backend's index; absent with the backend. */
  readonly live?: LiveIndex | undefined;
}

/**
 * The flavour, version and features of an environment's backend: those of its settings, else what the backend says.
 * `features` is absent where neither tells. A Thanos speaks for queries only: the rules of its environment may be
 * evaluated by the Prometheus behind it.
 */
export function dialectFacts({ environment, identity }: EnvironmentAccess): {
  readonly flavour: Flavour | undefined;
  readonly version: string | undefined;
  readonly features: readonly string[] | undefined;
} {
  const { flavour, version, features } = environment;
  const fact = identity?.now();
  const told: Partial<BackendIdentity> =
    fact === undefined || fact.status === "unavailable" ? {} : fact.value;
  return {
    flavour: flavour ?? (told.flavour === "unknown" ? undefined : told.flavour),
    version: version ?? (told.version === "" ? undefined : told.version),
    features: features.length > 0 ? features : told.features,
  };
}

/** Asks who keeps credentials how to reach this address; asked anew for each request, so it should remember. */
export type AskAccess = (address: string) => Promise<Access | undefined>;

/** Who watches over what a repository names: its files may change after they were accepted. */
export interface Guard {
  /** Path of the `promscope.yaml`. */
  readonly project: string;
  /** Asked before a file that it names is used; throws where that has not been accepted as it is now. */
  check(): Promise<void>;
}

/** Opens the ports of an environment; made where the program is composed, so that tests can hand in their own. */
export type Connect = (
  environment: Environment,
  access?: AskAccess,
  guard?: Guard,
) => EnvironmentAccess & { dispose?(): void };

/** The same for who can wait: what leads to servers may be loaded first. */
export type ConnectLazily = (
  environment: Environment,
  checks?: CheckAccess,
) => ReturnType<Connect> | Promise<ReturnType<Connect>>;

/**
 * The environments a file belongs to, in the order of the settings: those whose `files` match its path,
 * and those without `files`. The first is where Run goes by default.
 */
export function environmentsOf<T extends { readonly environment: Environment }>(
  path: string,
  all: readonly T[],
): readonly T[] {
  return all.filter(({ environment: { files } }) => files === undefined || globMatcher(files)(path));
}

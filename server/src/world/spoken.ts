import { type Dialect, dialectOf } from "../promql/dialect.ts";
import { dialectFacts, type EnvironmentAccess } from "./environment.ts";
import type { Snapshot } from "./snapshot.ts";

/** The PromQL that an environment speaks: as its settings say, else as its backend does. */
export interface Spoken {
  readonly name: string;
  readonly version: string;
  /** Nothing where neither tells. */
  readonly dialect: Dialect | undefined;
  /** Whether it is known what is switched on there. */
  readonly knowsFeatures: boolean;
}

/**
 * What the rules of an environment are read with. A Thanos that was only met answers queries, and its rules may be
 * evaluated by any Prometheus behind it: then nothing is known, unless the settings say that it is a Thanos.
 */
export function spokenIn(access: EnvironmentAccess, features: readonly string[]): Spoken {
  const { environment } = access;
  const { flavour, version = "", features: on } = dialectFacts(access);
  const isMetOnly =
    flavour === "thanos" && environment.flavour === undefined && environment.version === undefined;
  const dialect = isMetOnly ? undefined : dialectOf(flavour, version, [...features, ...(on ?? [])]);
  return { name: environment.name, version, dialect, knowsFeatures: on !== undefined };
}

/** What is switched on by the settings, or in any environment of the file; which of them lack it is told elsewhere. */
export function featuresOf({
  features,
  environments,
}: Pick<Snapshot, "features" | "environments">): readonly string[] {
  return [...features, ...environments.flatMap((access) => dialectFacts(access).features ?? [])];
}

import type { AskAccess, Environment, EnvironmentAccess, Guard } from "../world/environment.ts";
import type { CheckAccess } from "../world/live.ts";
import type { CatalogFolder } from "./catalog/name-file.ts";
import { ClusterPool } from "./kubernetes/pool.ts";
import { createBackend } from "./prometheus/backend.ts";

/**
 * Opens the ports of an environment; nothing is contacted before a port is asked. Environments that are opened with
 * the same `clusters` share one client for each context.
 */
export function connectEnvironment(
  environment: Environment,
  access?: AskAccess,
  catalogs?: CatalogFolder,
  clusters = new ClusterPool(),
  checks?: CheckAccess,
  guard?: Guard,
): EnvironmentAccess & { dispose(): void } {
  const { backend, kubeconfig, context } = environment;
  const ports = backend === undefined ? undefined : createBackend(environment, { access, catalogs, checks });
  const cluster =
    kubeconfig === undefined && context === undefined
      ? undefined
      : clusters.open({ kubeconfig, context, guard });
  return {
    environment,
    metrics: ports?.metrics,
    queries: ports?.queries,
    rules: ports?.rules,
    identity: ports?.identity,
    live: ports?.live,
    cluster,
    dispose() {
      ports?.dispose();
      cluster?.dispose();
    },
  };
}

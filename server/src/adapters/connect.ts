import type { AskAccess, Environment, EnvironmentAccess } from "../world/environment.ts";
import type { CatalogFolder } from "./catalog/name-file.ts";
import { createCluster } from "./kubernetes/cluster.ts";
import { createBackend } from "./prometheus/backend.ts";

/** Opens the ports of an environment; nothing is contacted before a port is asked. */
export function connectEnvironment(
  environment: Environment,
  access?: AskAccess,
  catalogs?: CatalogFolder,
): EnvironmentAccess & { dispose(): void } {
  const { backend, kubeconfig, context } = environment;
  const ports = backend === undefined ? undefined : createBackend(environment, { access, catalogs });
  const cluster =
    kubeconfig === undefined && context === undefined ? undefined : createCluster({ kubeconfig, context });
  return {
    environment,
    metrics: ports?.metrics,
    queries: ports?.queries,
    identity: ports?.identity,
    cluster,
    dispose() {
      ports?.dispose();
      cluster?.dispose();
    },
  };
}

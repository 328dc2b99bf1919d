import type { Environment, EnvironmentAccess } from "../world/environment.ts";
import { createCluster } from "./kubernetes/cluster.ts";
import { createBackend } from "./prometheus/backend.ts";

/** Opens the ports of an environment; nothing is contacted before a port is asked. */
export function connectEnvironment(environment: Environment): EnvironmentAccess & { dispose(): void } {
  const { backend, kubeconfig, context } = environment;
  const ports = backend === undefined ? undefined : createBackend(environment);
  const cluster =
    kubeconfig === undefined && context === undefined ? undefined : createCluster({ kubeconfig, context });
  return {
    environment,
    metrics: ports?.metrics,
    queries: ports?.queries,
    cluster,
    dispose() {
      ports?.dispose();
      cluster?.dispose();
    },
  };
}

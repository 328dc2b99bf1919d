import type { Environment, EnvironmentAccess } from "../world/environment.ts";
import { createCluster } from "./kubernetes/cluster.ts";
import { type BackendOptions, createBackend } from "./prometheus/backend.ts";

/** What the program around adds to the settings: credentials that are kept elsewhere, and a proxy. */
export type ConnectOptions = Pick<BackendOptions, "credentials" | "proxy">;

/** Opens the ports of an environment; nothing is contacted before a port is asked. */
export function connectEnvironment(
  environment: Environment,
  options: ConnectOptions = {},
): EnvironmentAccess & { dispose(): void } {
  const { backend, kubeconfig, context } = environment;
  const ports = backend === undefined ? undefined : createBackend(environment, options);
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

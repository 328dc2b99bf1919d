import { unavailable } from "../../server/src/base/known.ts";
import type { Environment } from "../../server/src/world/environment.ts";
import type { Cluster } from "../../server/src/world/ports.ts";

/** An environment of which nothing is known but its name. */
export const noEnvironment: Environment = {
  name: "Dev",
  backend: undefined,
  scope: {},
  kubeconfig: undefined,
  context: undefined,
  files: undefined,
  replicaLabels: [],
  protected: false,
  version: undefined,
  flavour: undefined,
  features: [],
  httpConfig: undefined,
};

const notAsked = unavailable<never>("pending", "The cluster dev is being asked.", "cluster dev", 0);

/** A cluster of which nothing is known. */
export const noCluster: Cluster = {
  context: "dev",
  state: () => ({ health: "idle", message: "Not asked yet.", asOf: 0 }),
  services: () => notAsked,
  containerPorts: () => notAsked,
  pods: () => notAsked,
  namespaces: () => notAsked,
  endpointSlices: () => notAsked,
  operatorObjects: () => notAsked,
  retry() {},
  settled: async () => {},
  onChange: () => ({ dispose() {} }),
};

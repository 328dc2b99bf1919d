import type { Environment } from "../../server/src/world/environment.ts";

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

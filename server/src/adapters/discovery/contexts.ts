/** A context of the kubeconfig, as people choose it. */
export interface ContextChoice {
  readonly name: string;
  /** Address of its API server; empty where its cluster names none. */
  readonly server: string;
  readonly current: boolean;
}

/** The contexts of the kubeconfig, by name; none where there is no kubeconfig that can be read. Contacts nothing. */
export async function listContexts(kubeconfig: string | undefined): Promise<readonly ContextChoice[]> {
  const { readKubeconfig } = await import("../kubernetes/kubeconfig.ts");
  try {
    const { contexts, clusters, currentContext } = readKubeconfig(kubeconfig);
    return [...contexts]
      .map(([name, { cluster }]) => ({
        name,
        server: clusters.get(cluster)?.server ?? "",
        current: name === currentContext,
      }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

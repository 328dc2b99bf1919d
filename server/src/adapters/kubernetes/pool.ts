import type { Cluster } from "../../world/ports.ts";
import { type ClusterOptions, createCluster } from "./cluster.ts";

type Held = Cluster & { dispose(): void };

/** One client for each context, however many environments name it; it ends with the last of them. */
export class ClusterPool {
  readonly #held = new Map<string, { readonly cluster: Held; users: number }>();

  open(options: ClusterOptions): Held {
    // Whom a repository names is not shared with whom the user named: only one of them is watched over.
    const key = JSON.stringify([options.kubeconfig, options.context, options.guard?.project]);
    const entry = this.#held.get(key) ?? { cluster: createCluster(options), users: 0 };
    this.#held.set(key, entry);
    // Whoever opens it anew has perhaps mended something.
    if (entry.users++ > 0) entry.cluster.retry();
    return this.#share(key, entry);
  }

  #share(key: string, entry: { readonly cluster: Held; users: number }): Held {
    const { cluster } = entry;
    const listeners = new Set<{ dispose(): void }>();
    let isOpen = true;
    return {
      context: cluster.context,
      state: () => cluster.state(),
      services: (namespaces) => cluster.services(namespaces),
      containerPorts: (namespace, selector) => cluster.containerPorts(namespace, selector),
      pods: (namespaces) => cluster.pods(namespaces),
      namespaces: () => cluster.namespaces(),
      endpointSlices: (namespace, service) => cluster.endpointSlices(namespace, service),
      operatorObjects: (kind, namespaces) => cluster.operatorObjects(kind, namespaces),
      retry: () => cluster.retry(),
      settled: () => cluster.settled(),
      onChange(listener) {
        const added = cluster.onChange(listener);
        listeners.add(added);
        return added;
      },
      dispose: () => {
        if (!isOpen) return;
        isOpen = false;
        for (const each of listeners) each.dispose();
        if (--entry.users > 0) return;
        this.#held.delete(key);
        cluster.dispose();
      },
    };
  }
}

import type { Labels } from "../base/labels.ts";
import { federationShape } from "./federation-shape.ts";
import { alike, mostAlike } from "./likeness.ts";

/** An environment as it stands in the settings: only the keys that say something. */
export interface EnvironmentEntry {
  readonly name: string;
  readonly backend: string;
  readonly scope?: Labels;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly replicaLabels?: readonly string[];
  readonly httpConfig?: string;
}

/** An environment that could be added, and the kubeconfig contexts whose names are like its own. */
export interface Proposal {
  readonly environment: EnvironmentEntry;
  /** All that are alike, best first; the entry names one only where it is better than all others. */
  readonly contexts: readonly string[];
}

/** What is known of a backend when environments are proposed for it. */
export interface ProposalFacts {
  /** Keys that every entry gets: address, http config, a context where that is known. */
  readonly base: Pick<EnvironmentEntry, "backend" | "httpConfig" | "context">;
  /** Where the contexts stand; default: the usual place. */
  readonly kubeconfig?: string | undefined;
  /** A name for the backend as a whole. */
  readonly wholeName: string;
  /** External labels of all that stands behind it. */
  readonly labelSets: readonly Labels[];
  /** Replica labels that it merges by itself. */
  readonly toldReplicaLabels: readonly string[];
  /** The label to separate by, where the user chose one; empty: one environment for the whole. */
  readonly clusterLabel?: string | undefined;
  readonly contexts: readonly string[];
}

export interface Proposals {
  /** The label that the proposals are separated by; nothing where there is one proposal for the whole. */
  readonly clusterLabel: string | undefined;
  /** Labels that could be taken instead, with how many environments that makes. */
  readonly otherLabels: readonly { readonly label: string; readonly environments: number }[];
  readonly proposals: readonly Proposal[];
}

/** More environments than these are not proposed one by one: a label with so many values names no clusters. */
const mostEnvironments = 50;

/** One environment for each value of the label that separates clusters, else one for the whole backend. */
export function proposeEnvironments(facts: ProposalFacts): Proposals {
  const { labelSets, clusterLabel, base, contexts, wholeName } = facts;
  const shape = federationShape(labelSets, facts.toldReplicaLabels);
  const usable = shape.separating.filter(({ values }) => values.length <= mostEnvironments);
  const best = usable.find(({ values }) => values.length > 1);
  const chosen = clusterLabel === undefined ? best : usable.find(({ label }) => label === clusterLabel);
  const entry = (name: string, sets: readonly Labels[], scope?: Labels): EnvironmentEntry => {
    const replicaLabels = federationShape(sets, facts.toldReplicaLabels).replicaLabels;
    return {
      name,
      ...base,
      ...(scope === undefined ? {} : { scope }),
      ...(replicaLabels.length === 0 ? {} : { replicaLabels }),
    };
  };
  const withContext = (environment: EnvironmentEntry, name: string): Proposal => {
    const like = alike(name, contexts, (context) => context);
    const match = mostAlike(name, contexts, (context) => context);
    const context = environment.context ?? match;
    const { kubeconfig } = facts;
    return {
      environment: {
        ...environment,
        // Alone, a kubeconfig would mean its current context.
        ...(context === undefined || kubeconfig === undefined ? {} : { kubeconfig }),
        ...(context === undefined ? {} : { context }),
      },
      contexts: like,
    };
  };
  const otherLabels = usable
    .filter(({ label, values }) => label !== chosen?.label && values.length > 1)
    .map(({ label, values }) => ({ label, environments: values.length }));
  if (chosen === undefined)
    return {
      clusterLabel: undefined,
      otherLabels,
      proposals: [withContext(entry(wholeName, labelSets), wholeName)],
    };
  const names = uniqueNames(chosen.values);
  return {
    clusterLabel: chosen.label,
    otherLabels,
    proposals: chosen.values.map((value, at) => {
      const sets = labelSets.filter((set) => set[chosen.label] === value);
      return withContext(entry(names[at] ?? value, sets, { [chosen.label]: value }), lastPart(value));
    }),
  };
}

/** Cloud names (`arn:aws:eks:…:cluster/prod-na`) end in what people call the cluster. */
function lastPart(value: string): string {
  return value.split("/").findLast((part) => part !== "") ?? value;
}

/** `prod-na` as people write it: Prod NA. */
export function readableName(value: string): string {
  const words = lastPart(value)
    .split(/[-_.\s]+/)
    .filter((word) => word !== "")
    .map((word) =>
      /^[a-z]{2}\d*$/.test(word) ? word.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1),
    );
  return words.join(" ") || value;
}

function uniqueNames(values: readonly string[]): readonly string[] {
  const names = values.map(readableName);
  return names.map((name, at) =>
    names.indexOf(name) === names.lastIndexOf(name) ? name : (values[at] ?? name),
  );
}

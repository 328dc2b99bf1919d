import type { UnavailableReason } from "../base/known.ts";
import type { Labels } from "../base/labels.ts";
import type { Credentials } from "./credentials.ts";
import type { Flavour } from "./environment.ts";
import type { Proposal } from "./proposals.ts";

/** What is asked when somebody wants to connect to a backend. */
export interface ConnectRequest {
  /** As pasted: a URL, one of a page, a host, or `kubernetes:NAMESPACE/SERVICE:PORT`. */
  readonly address: string;
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  /** A file in Prometheus' `http_config` format; absolute. */
  readonly httpConfig?: string | undefined;
  /** External label to make environments by; empty: one for the whole. Default: the most sensible. */
  readonly clusterLabel?: string | undefined;
  readonly credentials?: Credentials | undefined;
}

/** Which credentials would help; `authority` is no credential of who asks, but says whom to trust. */
export type CredentialKind = "bearer" | "basic" | "tenant" | "certificate" | "authority";

/** What came of it. `message` is one plain sentence. */
export type ConnectOutcome =
  | {
      readonly status: "recognised";
      /** The base address that answered. */
      readonly address: string;
      readonly flavour: Flavour | "unknown";
      /** `Thanos Querier 0.42.4`. */
      readonly title: string;
      readonly version: string;
      readonly features: readonly string[] | undefined;
      /** External labels of a Prometheus; empty for others. */
      readonly externalLabels: Labels;
      /** What the test look-up of `up` gave. */
      readonly test: { readonly ok: boolean; readonly message: string };
      /** The external label that separates the proposals; nothing where there is one for the whole. */
      readonly clusterLabel: string | undefined;
      readonly otherLabels: readonly { readonly label: string; readonly environments: number }[];
      readonly proposals: readonly Proposal[];
      /** All contexts of the kubeconfig. */
      readonly contexts: readonly string[];
      /** Credentials that stood in the pasted address: they are kept, but never in the settings. */
      readonly credentials?: Credentials | undefined;
    }
  | {
      readonly status: "credentials";
      readonly message: string;
      readonly address: string;
      /** What the server asks for first. */
      readonly kinds: readonly CredentialKind[];
      /** Credentials were sent, and refused. */
      readonly refused: boolean;
    }
  | { readonly status: "failed"; readonly reason: UnavailableReason; readonly message: string };

import type { UnavailableReason } from "../../base/known.ts";
import { statusMessage } from "./objects.ts";

/** Why a list could not be had, as a reason and one sentence. */
export interface Failure {
  readonly reason: UnavailableReason;
  readonly message: string;
}

/** A list that failed; thrown within the adapter only. */
export class ListError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** What an HTTP status other than 200 means. */
export function statusFailure(cluster: string, status: number, text: string, what: string): Failure {
  if (status === 401)
    return {
      reason: "unauthorized",
      message: `The cluster ${cluster} does not accept the credentials of its context: log in again.`,
    };
  if (status === 403)
    return {
      reason: "forbidden",
      message: `The cluster ${cluster} forbids to list ${what}: ask for the right to list them.`,
    };
  if (status === 429)
    return { reason: "limited", message: `The cluster ${cluster} is busy and asks to come back later.` };
  const said = statusMessage(text);
  return {
    reason: "invalid",
    message:
      said === undefined
        ? `The cluster ${cluster} answers with status ${status}, not as a Kubernetes API: check its address.`
        : `The cluster ${cluster} answers with status ${status}: ${said.slice(0, 120)}`,
  };
}

/** What an error of the connection means. */
export function connectionFailure(cluster: string, server: string, error: unknown): Failure {
  if (error instanceof ListError) return error.failure;
  const name = error instanceof Error ? error.name : "";
  if (name === "TimeoutError")
    return {
      reason: "timeout",
      message: `The cluster ${cluster} does not answer in time at ${server}: is its network or VPN up?`,
    };
  if (name === "AbortError")
    return { reason: "cancelled", message: `Asking the cluster ${cluster} was stopped.` };
  const code = codeOf(error);
  if (/CERT|SSL|TLS|SELF_SIGNED|ALTNAME|UNABLE_TO_VERIFY/.test(code))
    return {
      reason: "offline",
      message: `The certificate of the cluster ${cluster} is not trusted (${code}): check the kubeconfig.`,
    };
  return {
    reason: "offline",
    message: `The cluster ${cluster} cannot be reached at ${server}${code === "" ? "" : ` (${code})`}: is it running?`,
  };
}

function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : "";
}

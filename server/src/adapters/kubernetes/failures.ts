import type { UnavailableReason } from "../../base/known.ts";

/** Why something could not be had of a cluster, as a reason and one sentence of at most 120 characters. */
export interface Failure {
  readonly reason: UnavailableReason;
  readonly message: string;
  /** Milliseconds after which the server wants to be asked again. */
  readonly retryAfterMs?: number | undefined;
}

/** A request that failed; thrown within the adapter only. */
export class ApiError extends Error {
  readonly failure: Failure;
  /** The HTTP status, or the code in an event of a watch. */
  readonly status: number | undefined;
  constructor(failure: Failure, status?: number) {
    super(failure.message);
    this.failure = failure;
    this.status = status;
  }
}

/** The credentials of a context cannot be had; the message is one sentence without secrets. */
export class CredentialsError extends Error {}

/** An answer that is larger than we take. */
export class TooLargeError extends Error {}

/** Named in sentences: the context, and what was asked for ("Services", "Pods in shop"). */
export interface Asked {
  readonly context: string;
  readonly what: string;
}

/** What an HTTP status other than 200 means; `text` is the start of the body. */
export function statusFailure({ context, what }: Asked, status: number, text: string): Failure {
  const cluster = `The cluster ${clip(context, 40)}`;
  if (status === 401)
    return failure(
      "unauthorized",
      `${cluster} does not accept the credentials of its context: log in again.`,
    );
  if (status === 403)
    return failure(
      "forbidden",
      `${cluster} forbids to list ${clip(what, 40)}: ask for the right to list them.`,
    );
  if (status === 404) return failure("unsupported", `${cluster} does not know ${clip(what, 40)}.`);
  if (status === 410)
    return failure(
      "invalid",
      `${cluster} changes faster than ${clip(what, 30)} can be listed; it is tried again.`,
    );
  if (status === 429) return failure("limited", `${cluster} is busy and asks to come back later.`);
  if (status >= 300 && status < 400)
    return failure(
      "invalid",
      `${cluster} sends us to another address, which is not followed: check its address.`,
    );
  if (/^\s*</.test(text) && status < 500)
    return failure(
      "invalid",
      `${cluster} answers with a web page: log in to what stands before it, or check its address.`,
    );
  const said = statusMessage(text);
  const reason = status >= 500 ? "offline" : "invalid";
  return failure(
    reason,
    said === undefined
      ? `${cluster} answers with status ${status}, not as a Kubernetes API: check its address.`
      : `${cluster} answers with status ${status}: ${said}`,
  );
}

/** What an error of the connection, or of what came over it, means. */
export function failureOf(context: string, server: string, error: unknown): Failure {
  if (error instanceof ApiError) return error.failure;
  if (error instanceof CredentialsError) return failure("unauthorized", error.message);
  const cluster = `The cluster ${clip(context, 40)}`;
  if (error instanceof TooLargeError)
    return failure("invalid", `${cluster} answers with more than is ever taken: check its address.`);
  const name = error instanceof Error ? error.name : "";
  const codes = [...codesIn(error)];
  const at = clip(server, 40);
  if (name === "TimeoutError" || codes.some((code) => /TIMEDOUT|TIMEOUT/.test(code)))
    return failure("timeout", `${cluster} does not answer in time at ${at}: is its network or VPN up?`);
  if (name === "AbortError")
    return failure("cancelled", `Asking the cluster ${clip(context, 40)} was stopped.`);
  const tls = codes.find((code) => /CERT|SSL|TLS|SELF_SIGNED|ALTNAME|UNABLE_TO_|EPROTO/.test(code));
  if (tls === "CERT_HAS_EXPIRED")
    return failure(
      "offline",
      `The certificate of ${clip(context, 40)} has expired: it must be renewed there.`,
    );
  if (tls?.includes("ALTNAME") === true)
    return failure(
      "offline",
      `The certificate of ${clip(context, 30)} is for another name: set tls-server-name in the kubeconfig.`,
    );
  if (tls !== undefined)
    return failure(
      "offline",
      `The certificate of the cluster ${clip(context, 30)} is not trusted (${clip(tls, 26)}): check the kubeconfig.`,
    );
  if (codes.includes("PROXY_AUTH") || codes.includes("PROXY_REFUSED"))
    return failure("offline", `${cluster} is refused by its proxy: check proxy-url in the kubeconfig.`);
  if (codes.some((code) => code.startsWith("HPE_")))
    return failure("invalid", `${cluster} does not speak HTTP at ${at}: check http:// or https:// there.`);
  const code = codes[0];
  return failure(
    "offline",
    `${cluster} cannot be reached at ${at}${code === undefined ? "" : ` (${clip(code, 20)})`}: is it running?`,
  );
}

/** Codes of an error and of everything it wraps. */
function* codesIn(error: unknown, depth = 0): Generator<string> {
  if (typeof error !== "object" || error === null || depth > 5) return;
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  if (error instanceof Error && /^Proxy response \(407\)/.test(error.message)) yield "PROXY_AUTH";
  else if (error instanceof Error && /^Proxy response \(\d+\)/.test(error.message)) yield "PROXY_REFUSED";
  if (error instanceof Error && error.name === "HTTPParserError") yield "HPE_INVALID";
  if (typeof code === "string") yield code;
  if (Array.isArray(errors)) for (const inner of errors) yield* codesIn(inner, depth + 1);
  yield* codesIn(cause, depth + 1);
}

/** An answer that began as one and is none: half a JSON, a web page. */
export function brokenAnswer({ context, what }: Asked, text: string): Failure {
  if (/^\s*</.test(text)) return statusFailure({ context, what }, 200, text);
  return failure(
    "invalid",
    `The cluster ${clip(context, 40)} broke off or garbled its answer about ${clip(what, 30)}.`,
  );
}

/** The message of a `Status` object, or nothing. */
function statusMessage(text: string): string | undefined {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === "string" ? message : undefined;
  } catch {
    return undefined;
  }
}

function failure(reason: UnavailableReason, message: string): Failure {
  return { reason, message: clip(message, 120) };
}

/** The text cut, on one line. */
export function clip(text: string, length: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}

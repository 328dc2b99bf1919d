import type { UnavailableReason } from "../../base/known.ts";
import { cutText, oneLine } from "../../base/visible.ts";

/** Why an HTTP exchange gave no usable answer. `message` is one plain sentence with the host and what to do. */
export interface HttpFailure {
  readonly reason: UnavailableReason;
  readonly message: string;
  /** The status, where the server answered with one. */
  readonly status?: number | undefined;
  /** The start of the body of an answer with an error status, for callers that can read it. */
  readonly body?: string | undefined;
  /** Which credentials a 401 asks for, as its `WWW-Authenticate` says. */
  readonly challenge?: string | undefined;
}

const maxSentence = 120;
const maxHost = 48;

/** `HOST text`, with a very long host name cut in its middle so that the sentence stays readable. */
export function about(host: string, text: string): string {
  const name =
    host.length > maxHost ? `${host.slice(0, maxHost / 2 - 1)}…${host.slice(-(maxHost / 2))}` : host;
  return clip(`${name} ${text}`, maxSentence);
}

/** The text as one line of at most `length` characters, with nothing in it that steers who shows it. */
export function clip(text: string, length: number): string {
  return cutText(oneLine(text).replace(/\s+/g, " ").trim(), length);
}

/** The error codes of Node, undici and OpenSSL that have a sentence of their own. */
const socketErrors: Readonly<Record<string, readonly [UnavailableReason, string]>> = {
  ECONNREFUSED: ["offline", "refuses the connection; check that it runs and that the port is right."],
  ECONNRESET: ["offline", "closed the connection before it answered; try again, or look at its log."],
  EPIPE: ["offline", "closed the connection before it answered; try again, or look at its log."],
  UND_ERR_SOCKET: ["offline", "closed the connection before it answered; try again, or look at its log."],
  ENOTFOUND: ["offline", "has no known address; check the name, the DNS or the VPN."],
  EAI_AGAIN: ["offline", "could not be looked up; check the DNS or the network."],
  EHOSTUNREACH: ["offline", "cannot be reached; check the network or the VPN."],
  ENETUNREACH: ["offline", "cannot be reached; check the network or the VPN."],
  ETIMEDOUT: ["timeout", "does not accept connections; check the address, the firewall or the VPN."],
  UND_ERR_CONNECT_TIMEOUT: [
    "timeout",
    "does not accept connections; check the address, the firewall or the VPN.",
  ],
  UND_ERR_HEADERS_OVERFLOW: ["invalid", "sent headers that are too long; check the proxy before it."],
  CERT_HAS_EXPIRED: ["invalid", "shows a certificate that has expired; it must be renewed there."],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    "invalid",
    "shows a certificate for another name; fix the address or set tls_config.server_name.",
  ],
  PROXY_AUTH: ["unauthorized", "is behind a proxy that wants credentials; set them in proxy_url."],
  PROXY_REFUSED: ["offline", "is refused by the proxy; check proxy_url and what the proxy allows."],
  BAD_PORT: ["not-configured", "has a port that HTTP clients refuse to use; serve it at another port."],
  EPROTO: ["invalid", "does not speak TLS as expected; check http:// or https:// in its address."],
  ERR_SSL_WRONG_VERSION_NUMBER: ["invalid", "does not speak TLS; write http:// in its address."],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: ["invalid", "does not speak TLS; write http:// in its address."],
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: [
    "unauthorized",
    "wants a client certificate; set tls_config.cert_file and key_file in the http config.",
  ],
};

const untrusted = "shows a certificate that is not trusted; set tls_config.ca_file in the http config.";

/** Codes of an error and of everything it wraps (`cause`, `errors`). */
function* codesIn(error: unknown, depth = 0): Generator<string> {
  if (typeof error !== "object" || error === null || depth > 5) return;
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  // Errors of undici that carry no telling code: its parser's, and what a proxy says to a tunnel.
  if (error instanceof Error && error.name === "HTTPParserError") yield "HPE_INVALID";
  if (error instanceof Error && /^Proxy response \(407\)/.test(error.message)) yield "PROXY_AUTH";
  else if (error instanceof Error && /^Proxy response \(\d+\)/.test(error.message)) yield "PROXY_REFUSED";
  if (error instanceof Error && error.message === "bad port") yield "BAD_PORT";
  if (typeof code === "string") yield code;
  if (Array.isArray(errors)) for (const inner of errors) yield* codesIn(inner, depth + 1);
  yield* codesIn(cause, depth + 1);
}

/** The failure behind an error that `fetch` threw before there was an answer. */
export function failureOfError(host: string, error: unknown): HttpFailure {
  const codes = [...codesIn(error)];
  for (const code of codes) {
    const row = socketErrors[code];
    if (row !== undefined) return { reason: row[0], message: about(host, row[1]) };
    if (/SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|CERT_UNTRUSTED|INVALID_CA/.test(code))
      return { reason: "invalid", message: about(host, untrusted) };
    if (code.startsWith("ERR_SSL_") || code.startsWith("CERT_"))
      return {
        reason: "invalid",
        message: about(host, `fails in TLS (${code}); check its certificate and tls_config.`),
      };
    if (code.startsWith("HPE_"))
      return {
        reason: "invalid",
        message: about(host, "does not speak HTTP; check the port, and http:// or https://."),
      };
  }
  const code = codes[0] ?? "no code";
  return {
    reason: "offline",
    message: about(host, `cannot be reached (${code}); check its address and the network.`),
  };
}

/** Said where a tenant's name is refused; one that is merely wrong is answered with nothing. */
export const noSuchTenant =
  "does not take this tenant; sign in with another, or set its header in httpConfig.";

/** Mimir's and Thanos' words for a name that no tenant can have. */
export function refusesTenant(words: string): boolean {
  return /\btenant (id|name)\b/i.test(words);
}

const isHtml = (contentType: string, body: string): boolean =>
  contentType.includes("html") || /^\s*<(!doctype|html|head|body)/i.test(body);

const looksLikeLogin = (body: string): boolean =>
  /\b(log[ -]?in|sign[ -]?in|password|oauth|single sign-on|sso|saml)\b/i.test(body);

/** What an HTML page in place of JSON means. */
export function htmlFailure(host: string, body: string, status: number): HttpFailure {
  return looksLikeLogin(body)
    ? {
        reason: "invalid",
        status,
        message: about(host, "answered with a login page; set credentials (httpConfig) or a URL behind it."),
      }
    : {
        reason: "invalid",
        status,
        message: about(host, "answered with a web page, not JSON; check the path of the backend's URL."),
      };
}

/** Seconds of a `Retry-After` header; dates are not worth a guess at the other clock. */
function retryAfter(header: string | null): string {
  return header !== null && /^\d{1,6}$/.test(header) ? `try again in ${header} s` : "try again later";
}

export interface FailedAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly retryAfter: string | null;
  readonly challenge?: string | null;
  /** Path that was asked, to say it in the sentence. */
  readonly path: string;
  readonly body: string;
}

/** The failure behind an answer with a status from 300 on, whose body is not an error of the API itself. */
export function failureOfStatus(host: string, answer: FailedAnswer): HttpFailure {
  const { status, contentType, body, path } = answer;
  const failure = (reason: UnavailableReason, text: string): HttpFailure => ({
    reason,
    status,
    body,
    message: about(host, text),
  });
  if (status === 407)
    return failure("unauthorized", "is behind a proxy that wants credentials; set them in proxy_url.");
  if (status === 429) return failure("limited", `limits requests (429); ${retryAfter(answer.retryAfter)}.`);
  if (status === 401) {
    const challenge = answer.challenge ?? undefined;
    // Mimir and Cortex with tenants; their words are the only sign.
    const sentence = /no org id/i.test(body)
      ? "wants the header of a tenant (X-Scope-OrgID); sign in, or set it in httpConfig."
      : refusesTenant(body)
        ? noSuchTenant
        : "wants credentials (401); sign in, or set them in httpConfig.";
    return { ...failure("unauthorized", sentence), challenge };
  }
  if (status === 403) return failure("forbidden", "forbids this (403); ask for the right to read its API.");
  if (isHtml(contentType, body) && status < 500) return htmlFailure(host, body, status);
  if (status === 404 || status === 405)
    return failure("invalid", `has no ${path} (${status}); check the path of the backend's URL.`);
  if (status === 400 && /HTTP request to an HTTPS server/i.test(body))
    return failure("invalid", "wants TLS; write https:// in its address.");
  if (status === 413 || status === 414 || status === 431)
    return failure("limited", `finds the request too long (${status}); shorten the expression.`);
  if (status === 504)
    return failure("timeout", "is behind a gateway that gave up waiting (504); ask for less.");
  const words = isHtml(contentType, body) ? "" : clip(body, 60);
  if (status >= 500)
    return failure(
      "offline",
      `cannot serve now (${status}${words === "" ? "" : `: ${words}`}); try again later.`,
    );
  return failure(
    "invalid",
    `answered ${status}${words === "" ? "" : `: ${words}`}; check the backend's URL.`,
  );
}

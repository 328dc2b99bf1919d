import type { Credentials } from "../../world/credentials.ts";
import { parseServiceAddress } from "../http/kubernetes-target.ts";

/** What a person pasted, as addresses to try. */
export type PastedAddress =
  | {
      readonly ok: true;
      /** Base addresses in the order in which they are worth trying; no credentials, query or trailing slash. */
      readonly candidates: readonly string[];
      /** A name and password that stood in the address. */
      readonly credentials: Credentials | undefined;
      /** Reached through the API server of a kubeconfig's context. */
      readonly kubernetes: boolean;
    }
  | { readonly ok: false; readonly message: string };

const wrong =
  "Paste the address of a Prometheus or Thanos: https://HOST, or kubernetes:NAMESPACE/SERVICE:PORT.";

/** Pages of the user interfaces of Prometheus, Thanos, Mimir and VictoriaMetrics, and what stands behind them. */
const page =
  /\/((classic|new|old)\/)?(graph|query|alerts|rules|targets|stores|status|tsdb-status|runtime-info|build-info|config|flags|service-discovery|agent|blocks|loaded|discovered|tracing|vmui|metrics|federate|-\/(ready|healthy))(\/.*)?$/;

/** Behind these paths the API of a backend is often served: Mimir, VictoriaMetrics' cluster. */
const usualPrefixes = ["/prometheus", "/select/0/prometheus"];

/** Reads an address as people copy it from a browser: with or without scheme, with a page and its query behind it. */
export function readPastedAddress(pasted: string): PastedAddress {
  const text = pasted.trim().replace(/^[<"'`]+|[>"'`]+$/g, "");
  if (text.startsWith("kubernetes:")) {
    if (parseServiceAddress(text) === undefined) return { ok: false, message: wrong };
    return { ok: true, candidates: [text], credentials: undefined, kubernetes: true };
  }
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "http" && scheme !== "https") return { ok: false, message: wrong };
  const full = scheme === undefined ? `http://${text}` : text;
  if (text === "" || /\s/.test(text) || !URL.canParse(full)) return { ok: false, message: wrong };
  const url = new URL(full);
  if (url.hostname === "" || (scheme === undefined && !looksLikeHost(url)))
    return { ok: false, message: wrong };
  const credentials: Credentials | undefined =
    url.username === ""
      ? undefined
      : {
          authorization: {
            type: "basic",
            username: decoded(url.username),
            password: decoded(url.password),
          },
        };
  const path = basePath(url.pathname);
  const origins =
    scheme !== undefined
      ? [url.origin]
      : prefersPlain(url)
        ? [`http://${url.host}`, `https://${hostFor(url)}`]
        : [`https://${hostFor(url)}`, `http://${url.host}`];
  const paths = path === "" ? ["", ...usualPrefixes] : [path, `${path}/prometheus`];
  return {
    ok: true,
    candidates: origins.flatMap((origin) => paths.map((one) => origin + one)),
    credentials,
    kubernetes: false,
  };
}

function basePath(path: string): string {
  const api = path.lastIndexOf("/api/v1");
  const cut =
    api >= 0 && /^\/api\/v1(\/|$)/.test(path.slice(api)) ? path.slice(0, api) : path.replace(page, "");
  return cut.replace(/\/+$/, "");
}

/** Typed without a scheme it must look like a host, or any word would be looked up. */
function looksLikeHost({ hostname, port }: URL): boolean {
  return port !== "" || hostname === "localhost" || hostname.includes(".") || hostname.startsWith("[");
}

/** Servers on this machine and at a port of their own mostly speak plain HTTP. */
function prefersPlain({ hostname, port }: URL): boolean {
  return /^(localhost|\[.*\]|[\d.]+)$/.test(hostname) || (port !== "" && !/443$/.test(port));
}

/** `http://` hides the port 80 and shows 443; for `https://` it is the other way round. */
function hostFor({ hostname, port }: URL): string {
  return port === "" || port === "443" ? hostname : `${hostname}:${port}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

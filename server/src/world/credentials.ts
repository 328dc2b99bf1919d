/**
 * What a backend wants to see of who asks. Lives in the editor's secret storage and in memory only; never in
 * settings, logs or messages.
 */
export interface Credentials {
  readonly authorization?:
    | { readonly type: "basic"; readonly username: string; readonly password: string }
    | { readonly type: "bearer"; readonly token: string }
    | undefined;
  /** Further headers by name, such as the tenant's. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Paths of PEM files. */
  readonly tls?:
    | { readonly certFile?: string; readonly keyFile?: string; readonly caFile?: string }
    | undefined;
}

/** How to reach a backend, beyond what its environment says. */
export interface Access {
  readonly credentials?: Credentials | undefined;
  /** A proxy for backends whose configuration names none. */
  readonly proxy?: { readonly url?: string | undefined; readonly noProxy?: string | undefined } | undefined;
}

/** Reads credentials that came from outside the program; what has another shape is left out. */
export function readCredentials(value: unknown): Credentials | undefined {
  const bag = recordOf(value);
  if (bag === undefined) return undefined;
  const auth = recordOf(bag["authorization"]);
  const { type, username, password, token } = auth ?? {};
  const authorization: Credentials["authorization"] =
    type === "basic" && typeof username === "string" && typeof password === "string"
      ? { type: "basic", username, password }
      : type === "bearer" && typeof token === "string"
        ? { type: "bearer", token }
        : undefined;
  const headers = textsOf(bag["headers"]);
  const tls = textsOf(bag["tls"]);
  return {
    ...(authorization && { authorization }),
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(Object.keys(tls).length > 0 && { tls }),
  };
}

/** Both together; what `later` says wins. */
export function mergeCredentials(
  earlier: Credentials | undefined,
  later: Credentials | undefined,
): Credentials | undefined {
  if (earlier === undefined || later === undefined) return later ?? earlier;
  return {
    authorization: later.authorization ?? earlier.authorization,
    headers: { ...earlier.headers, ...later.headers },
    tls: later.tls ?? earlier.tls,
  };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

function textsOf(value: unknown): Record<string, string> {
  const entries = Object.entries(recordOf(value) ?? {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

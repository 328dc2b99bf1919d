import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { parseDocument } from "yaml";
import { plainValue } from "../files/plain-yaml.ts";

/**
 * What Promscope honours of Prometheus' `http_config` (`common/config/http_config.go`). File names are absolute;
 * files are read anew for each request, so that rotated tokens are picked up.
 */
export interface HttpConfig {
  readonly basicAuth?:
    | {
        readonly username: string;
        readonly usernameFile?: string;
        readonly password?: string;
        readonly passwordFile?: string;
      }
    | undefined;
  readonly authorization?:
    | { readonly type: string; readonly credentials?: string; readonly credentialsFile?: string }
    | undefined;
  /** Values by header name; several values are sent as several headers of that name. */
  readonly headers?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Files by header name, each of which holds one value of that header. */
  readonly headerFiles?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly tls?: TlsConfig | undefined;
  readonly proxyUrl?: string | undefined;
  /** Hosts that are reached without `proxyUrl`, separated by commas. */
  readonly noProxy?: string | undefined;
  /** Sent to the proxy with its CONNECT. */
  readonly proxyConnectHeaders?: Readonly<Record<string, string>> | undefined;
  readonly proxyFromEnvironment?: boolean | undefined;
  readonly followRedirects?: boolean | undefined;
  readonly oauth2?: OAuth2Config | undefined;
}

/** Client credentials that are exchanged for a token (RFC 6749, 4.4); the way to the token is a way of its own. */
export interface OAuth2Config
  extends Pick<HttpConfig, "tls" | "proxyUrl" | "noProxy" | "proxyConnectHeaders" | "proxyFromEnvironment"> {
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly clientSecretFile?: string | undefined;
  readonly tokenUrl: string;
  readonly scopes: readonly string[];
  readonly endpointParams: Readonly<Record<string, string>>;
}

export interface TlsConfig {
  readonly ca?: string | undefined;
  readonly caFile?: string | undefined;
  readonly cert?: string | undefined;
  readonly certFile?: string | undefined;
  readonly key?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly serverName?: string | undefined;
  readonly insecureSkipVerify?: boolean | undefined;
  readonly minVersion?: TlsVersion | undefined;
  readonly maxVersion?: TlsVersion | undefined;
}

/** The versions as Node names them. */
type TlsVersion = "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3";

/** As Prometheus writes them. */
const tlsVersions: Readonly<Record<string, TlsVersion>> = {
  TLS10: "TLSv1",
  TLS11: "TLSv1.1",
  TLS12: "TLSv1.2",
  TLS13: "TLSv1.3",
};

/** Either the configuration, or one sentence that says what is wrong; never the text of a secret. */
export type HttpConfigResult =
  | { readonly ok: true; readonly config: HttpConfig }
  | { readonly ok: false; readonly message: string };

type Bag = Readonly<Record<string, unknown>>;

class ConfigError extends Error {}

const known: Readonly<Record<string, readonly string[]>> = {
  "": [
    "basic_auth",
    "authorization",
    "oauth2",
    "bearer_token",
    "bearer_token_file",
    "http_headers",
    "tls_config",
    "proxy_url",
    "no_proxy",
    "proxy_from_environment",
    "proxy_connect_header",
    "follow_redirects",
    "enable_http2",
  ],
  basic_auth: ["username", "username_file", "password", "password_file"],
  authorization: ["type", "credentials", "credentials_file"],
  oauth2: [
    "client_id",
    "client_secret",
    "client_secret_file",
    "grant_type",
    "scopes",
    "token_url",
    "endpoint_params",
    "tls_config",
    "proxy_url",
    "no_proxy",
    "proxy_from_environment",
    "proxy_connect_header",
  ],
  tls_config: [
    "ca",
    "ca_file",
    "cert",
    "cert_file",
    "key",
    "key_file",
    "server_name",
    "insecure_skip_verify",
    "min_version",
    "max_version",
  ],
};

function bagOf(value: unknown, where: string): Bag | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "object" || Array.isArray(value)) throw new ConfigError(`${where} must be a mapping`);
  const bag = value as Bag;
  const names = known[where === "the file" ? "" : where];
  const unknown = names === undefined ? undefined : Object.keys(bag).find((key) => !names.includes(key));
  if (unknown === undefined) return bag;
  const supported = where === "the file" ? "is not supported here" : `is no key of ${where}`;
  throw new ConfigError(`${unknown} ${supported}`);
}

function text(bag: Bag, key: string): string | undefined {
  const value = bag[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new ConfigError(`${key} must be a text`);
}

function flag(bag: Bag, key: string): boolean | undefined {
  const value = bag[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "boolean") return value;
  throw new ConfigError(`${key} must be true or false`);
}

/** What a header may be made of, in texts: its values, or the files that hold them. */
function headersOf(value: unknown, keys: readonly string[]): Record<string, string[]> | undefined {
  const bag = bagOf(value, "http_headers");
  if (bag === undefined) return undefined;
  const headers: Record<string, string[]> = {};
  for (const [name, entry] of Object.entries(bag)) {
    const sources = bagOf(entry, `http_headers.${name}`) ?? {};
    const unknown = Object.keys(sources).find((key) => !["values", "secrets", "files"].includes(key));
    if (unknown !== undefined) throw new ConfigError(`${unknown} is no key of http_headers.${name}`);
    const values = keys.flatMap((key) => sources[key] ?? []);
    if (!values.every((one) => typeof one === "string"))
      throw new ConfigError(`http_headers.${name} needs texts`);
    if (values.length > 0) headers[name] = values;
  }
  return Object.keys(headers).length === 0 ? undefined : headers;
}

function tlsVersion(bag: Bag, key: string): TlsVersion | undefined {
  const value = text(bag, key);
  if (value === undefined) return undefined;
  const version = tlsVersions[value];
  if (version === undefined)
    throw new ConfigError(`${key} must be one of ${Object.keys(tlsVersions).join(", ")}`);
  return version;
}

function proxyHeaders(value: unknown): Record<string, string> | undefined {
  const bag = bagOf(value, "proxy_connect_header");
  if (bag === undefined) return undefined;
  const lists = Object.entries(bag).map(([name, values]): [string, string] => {
    const all = [values].flat();
    if (!all.every((one) => typeof one === "string"))
      throw new ConfigError(`proxy_connect_header needs texts`);
    return [name, all.join(", ")];
  });
  return Object.fromEntries(lists);
}

/** Drops what is undefined, so that optional keys stay absent. */
function present<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
}

function read(root: Bag, folder: string): HttpConfig {
  const path = (bag: Bag, key: string): string | undefined => {
    const value = text(bag, key);
    return value === undefined || isAbsolute(value) ? value : join(folder, value);
  };
  const absolute = (files: Record<string, string[]> | undefined): Record<string, string[]> | undefined =>
    files &&
    Object.fromEntries(
      Object.entries(files).map(([name, list]) => [
        name,
        list.map((file) => (isAbsolute(file) ? file : join(folder, file))),
      ]),
    );
  const tlsOf = (from: Bag): TlsConfig | undefined => {
    const tls = bagOf(from["tls_config"], "tls_config");
    return (
      tls &&
      present({
        ca: text(tls, "ca"),
        caFile: path(tls, "ca_file"),
        cert: text(tls, "cert"),
        certFile: path(tls, "cert_file"),
        key: text(tls, "key"),
        keyFile: path(tls, "key_file"),
        serverName: text(tls, "server_name"),
        insecureSkipVerify: flag(tls, "insecure_skip_verify"),
        minVersion: tlsVersion(tls, "min_version"),
        maxVersion: tlsVersion(tls, "max_version"),
      })
    );
  };
  const proxyOf = (from: Bag) => ({
    proxyUrl: text(from, "proxy_url"),
    noProxy: text(from, "no_proxy"),
    proxyConnectHeaders: proxyHeaders(from["proxy_connect_header"]),
    proxyFromEnvironment: flag(from, "proxy_from_environment"),
  });
  const oauth2 = bagOf(root["oauth2"], "oauth2");
  const basic = bagOf(root["basic_auth"], "basic_auth");
  const authorization = bagOf(root["authorization"], "authorization");
  const bearer = text(root, "bearer_token");
  const bearerFile = path(root, "bearer_token_file");
  const ways = [basic, authorization, oauth2, bearer ?? bearerFile].filter((way) => way !== undefined);
  if (ways.length > 1)
    throw new ConfigError("only one of basic_auth, authorization, oauth2 and bearer_token may be set");
  if (
    basic !== undefined &&
    text(basic, "username") === undefined &&
    text(basic, "username_file") === undefined
  )
    throw new ConfigError("basic_auth needs a username");
  return present({
    basicAuth:
      basic &&
      present({
        username: text(basic, "username") ?? "",
        usernameFile: path(basic, "username_file"),
        password: text(basic, "password"),
        passwordFile: path(basic, "password_file"),
      }),
    authorization: authorization
      ? present({
          type: text(authorization, "type") ?? "Bearer",
          credentials: text(authorization, "credentials"),
          credentialsFile: path(authorization, "credentials_file"),
        })
      : (bearer ?? bearerFile) !== undefined
        ? present({ type: "Bearer", credentials: bearer, credentialsFile: bearerFile })
        : undefined,
    headers: headersOf(root["http_headers"], ["values", "secrets"]),
    headerFiles: absolute(headersOf(root["http_headers"], ["files"])),
    tls: tlsOf(root),
    ...proxyOf(root),
    oauth2: oauth2 && oauth2Of(oauth2, present({ tls: tlsOf(oauth2), ...proxyOf(oauth2) }), path),
    followRedirects: flag(root, "follow_redirects"),
  }) as HttpConfig;
}

function oauth2Of(
  bag: Bag,
  way: Pick<OAuth2Config, "tls" | "proxyUrl" | "noProxy" | "proxyConnectHeaders" | "proxyFromEnvironment">,
  path: (bag: Bag, key: string) => string | undefined,
): OAuth2Config {
  const clientId = text(bag, "client_id") ?? "";
  const tokenUrl = text(bag, "token_url") ?? "";
  const clientSecret = text(bag, "client_secret");
  const clientSecretFile = path(bag, "client_secret_file");
  if (clientId === "") throw new ConfigError("oauth2 needs a client_id");
  if (!/^https?:\/\//i.test(tokenUrl) || !URL.canParse(tokenUrl))
    throw new ConfigError("oauth2 needs a token_url that is http or https");
  if (clientSecret !== undefined && clientSecretFile !== undefined)
    throw new ConfigError("oauth2 takes only one of client_secret and client_secret_file");
  if ((text(bag, "grant_type") ?? "client_credentials") !== "client_credentials")
    throw new ConfigError("oauth2 is supported with the grant_type client_credentials only");
  const scopes = bag["scopes"] ?? [];
  if (!Array.isArray(scopes) || !scopes.every((one) => typeof one === "string"))
    throw new ConfigError("scopes must be a list of texts");
  const params = bagOf(bag["endpoint_params"], "endpoint_params") ?? {};
  return present({
    clientId,
    tokenUrl,
    clientSecret,
    clientSecretFile,
    scopes: scopes as readonly string[],
    endpointParams: Object.fromEntries(Object.keys(params).map((key) => [key, text(params, key) ?? ""])),
    ...way,
  });
}

/** Reads the text of an `http_config` file; relative file names in it are relative to `folder`. */
export function parseHttpConfig(source: string, folder: string): HttpConfigResult {
  const document = parseDocument(source, { uniqueKeys: true, logLevel: "silent" });
  const [error] = document.errors;
  if (error !== undefined)
    return { ok: false, message: `is not valid YAML (line ${error.linePos?.[0].line ?? 1})` };
  try {
    return { ok: true, config: read(bagOf(plainValue(document), "the file") ?? {}, folder) };
  } catch (problem) {
    if (problem instanceof ConfigError) return { ok: false, message: problem.message };
    throw problem;
  }
}

/** Reads an `http_config` file. The message of a failure is one sentence that names the file. */
export async function loadHttpConfig(file: string): Promise<HttpConfigResult> {
  let source: string;
  try {
    source = await readFile(file, "utf8");
  } catch {
    return { ok: false, message: `The http config ${file} cannot be read; check the path and its rights.` };
  }
  const result = parseHttpConfig(source, dirname(file));
  return result.ok
    ? result
    : { ok: false, message: `The http config ${file} cannot be used: ${result.message}.` };
}

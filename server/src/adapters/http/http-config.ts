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
    | { readonly username: string; readonly password?: string; readonly passwordFile?: string }
    | undefined;
  readonly authorization?:
    | { readonly type: string; readonly credentials?: string; readonly credentialsFile?: string }
    | undefined;
  /** Values by header name; several values are sent as several headers of that name. */
  readonly headers?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly tls?: TlsConfig | undefined;
  readonly proxyUrl?: string | undefined;
  readonly proxyFromEnvironment?: boolean | undefined;
  readonly followRedirects?: boolean | undefined;
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
}

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
    "bearer_token",
    "bearer_token_file",
    "http_headers",
    "tls_config",
    "proxy_url",
    "proxy_from_environment",
    "follow_redirects",
    "enable_http2",
  ],
  basic_auth: ["username", "username_file", "password", "password_file"],
  authorization: ["type", "credentials", "credentials_file"],
  tls_config: [
    "ca",
    "ca_file",
    "cert",
    "cert_file",
    "key",
    "key_file",
    "server_name",
    "insecure_skip_verify",
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

function headersOf(value: unknown): Record<string, string[]> | undefined {
  const bag = bagOf(value, "http_headers");
  if (bag === undefined) return undefined;
  const headers: Record<string, string[]> = {};
  for (const [name, entry] of Object.entries(bag)) {
    const sources = bagOf(entry, `http_headers.${name}`) ?? {};
    const values = [sources["values"] ?? [], sources["secrets"] ?? []].flat();
    if (sources["files"] !== undefined)
      throw new ConfigError("http_headers with files is not supported here");
    if (!values.every((one) => typeof one === "string"))
      throw new ConfigError(`http_headers.${name} needs texts`);
    headers[name] = values;
  }
  return headers;
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
  const basic = bagOf(root["basic_auth"], "basic_auth");
  const authorization = bagOf(root["authorization"], "authorization");
  const tls = bagOf(root["tls_config"], "tls_config");
  const bearer = text(root, "bearer_token");
  const bearerFile = path(root, "bearer_token_file");
  const ways = [basic, authorization, bearer ?? bearerFile].filter((way) => way !== undefined);
  if (ways.length > 1)
    throw new ConfigError("only one of basic_auth, authorization and bearer_token may be set");
  if (basic !== undefined && text(basic, "username") === undefined)
    throw new ConfigError("basic_auth needs a username");
  return present({
    basicAuth:
      basic &&
      present({
        username: text(basic, "username") ?? "",
        password: text(basic, "password"),
        passwordFile: path(basic, "password_file"),
      }),
    authorization: authorization
      ? present({
          type: text(authorization, "type") ?? "Bearer",
          credentials: text(authorization, "credentials"),
          credentialsFile: path(authorization, "credentials_file"),
        })
      : ways.length > 0 && basic === undefined
        ? present({ type: "Bearer", credentials: bearer, credentialsFile: bearerFile })
        : undefined,
    headers: headersOf(root["http_headers"]),
    tls:
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
      }),
    proxyUrl: text(root, "proxy_url"),
    proxyFromEnvironment: flag(root, "proxy_from_environment"),
    followRedirects: flag(root, "follow_redirects"),
  }) as HttpConfig;
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

import { readFile, stat } from "node:fs/promises";
import type { Dispatcher } from "undici";
import type { Access } from "../../world/credentials.ts";
import type { HttpConfig, TlsConfig } from "./http-config.ts";

/** A file named by the http config that cannot be read; the sentence names the file, never its contents. */
export class HttpConfigFileError extends Error {}

async function contents(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch {
    throw new HttpConfigFileError(`The ${what} ${file} of the http config cannot be read; check the path.`);
  }
}

async function tlsOptions(tls: TlsConfig) {
  const ca = tls.ca ?? (tls.caFile && (await contents(tls.caFile, "CA file")));
  const cert = tls.cert ?? (tls.certFile && (await contents(tls.certFile, "certificate")));
  const key = tls.key ?? (tls.keyFile && (await contents(tls.keyFile, "key")));
  return {
    ...(ca ? { ca } : {}),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
    ...(tls.serverName ? { servername: tls.serverName } : {}),
    ...(tls.minVersion ? { minVersion: tls.minVersion } : {}),
    ...(tls.maxVersion ? { maxVersion: tls.maxVersion } : {}),
    ...(tls.insecureSkipVerify ? { rejectUnauthorized: false } : {}),
  };
}

/** Files whose contents are read when a connection is made. */
export function filesOf({
  config,
  files,
}: {
  readonly config: HttpConfig;
  readonly files?: readonly string[] | undefined;
}): readonly string[] {
  const tls = [config.tls, config.oauth2?.tls].flatMap((one) => [one?.caFile, one?.certFile, one?.keyFile]);
  return [...(files ?? []), ...tls, config.oauth2?.clientSecretFile].filter((file) => file !== undefined);
}

/** A text that changes when one of the files does. */
export async function fileStates(files: readonly string[]): Promise<string> {
  const states = await Promise.all(
    files.map(async (file) => {
      const found = await stat(file).catch(() => undefined);
      return found === undefined ? "-" : `${found.mtimeMs}/${found.size}/${found.ino}`;
    }),
  );
  return states.join(" ");
}

/** As Go and curl: what runs on this machine is not asked of a proxy. */
function isLoopback(host: string): boolean {
  return /^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/i.test(host);
}

/**
 * Connections of one backend: kept alive, few, and never waiting longer than the caller's own deadline. Where the
 * config names no proxy, `proxy` counts, and where that is empty, `HTTP_PROXY` and its kin.
 */
export async function createAgent(
  url: URL,
  config: HttpConfig,
  connectTimeoutMs: number,
  proxy: NonNullable<Access["proxy"]> = {},
): Promise<Dispatcher> {
  const { Agent, EnvHttpProxyAgent } = await import("./undici.ts");
  const tls = config.tls === undefined ? {} : await tlsOptions(config.tls);
  const options = {
    connections: 8,
    keepAliveTimeout: 30_000,
    // Our own deadlines are tighter and know why; undici's would only hide them.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const connect = { ...tls, timeout: connectTimeoutMs };
  const named =
    config.proxyUrl === undefined
      ? isLoopback(url.hostname) || config.proxyFromEnvironment === true || !proxy.url
        ? undefined
        : { url: proxy.url, noProxy: proxy.noProxy }
      : { url: config.proxyUrl, noProxy: config.noProxy };
  const agentOptions = { ...options, connect, requestTls: connect };
  if (named !== undefined)
    return new EnvHttpProxyAgent({
      ...agentOptions,
      ...(config.proxyConnectHeaders && { headers: config.proxyConnectHeaders }),
      httpProxy: named.url,
      httpsProxy: named.url,
      noProxy: named.noProxy ?? "",
    });
  if (config.proxyFromEnvironment === true || !isLoopback(url.hostname))
    return new EnvHttpProxyAgent(agentOptions);
  return new Agent({ ...options, connect });
}

/** The headers that the configuration adds to each request; token files are read anew. */
export async function configuredHeaders(config: HttpConfig): Promise<[string, string][]> {
  const headers: [string, string][] = [];
  for (const [name, values] of Object.entries(config.headers ?? {}))
    for (const value of values) headers.push([name, value]);
  for (const [name, files] of Object.entries(config.headerFiles ?? {}))
    for (const file of files) headers.push([name, await secretIn(file)]);
  if (config.basicAuth !== undefined) {
    const { usernameFile, password, passwordFile } = config.basicAuth;
    const username = usernameFile === undefined ? config.basicAuth.username : await secretIn(usernameFile);
    const secret = password ?? (passwordFile === undefined ? "" : await secretIn(passwordFile));
    headers.push(["authorization", `Basic ${Buffer.from(`${username}:${secret}`).toString("base64")}`]);
  }
  if (config.authorization !== undefined) {
    const { type, credentials, credentialsFile } = config.authorization;
    const secret = credentials ?? (credentialsFile === undefined ? "" : await secretIn(credentialsFile));
    headers.push(["authorization", `${type} ${secret}`]);
  }
  return headers;
}

/** The secret that a file holds; throws {@link HttpConfigFileError}. */
export async function secretIn(file: string): Promise<string> {
  return (await contents(file, "credentials file")).trim();
}

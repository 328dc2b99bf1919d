import { readFile } from "node:fs/promises";
import type { Dispatcher } from "undici";
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
    ...(tls.insecureSkipVerify ? { rejectUnauthorized: false } : {}),
  };
}

/** Connections of one backend: kept alive, few, and never waiting longer than the caller's own deadline. */
export async function createAgent(config: HttpConfig, connectTimeoutMs: number): Promise<Dispatcher> {
  const { Agent, EnvHttpProxyAgent, ProxyAgent } = await import("./undici.ts");
  const tls = config.tls === undefined ? {} : await tlsOptions(config.tls);
  const options = {
    connections: 8,
    keepAliveTimeout: 30_000,
    // Our own deadlines are tighter and know why; undici's would only hide them.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const connect = { ...tls, timeout: connectTimeoutMs };
  if (config.proxyUrl !== undefined)
    return new ProxyAgent({ ...options, uri: config.proxyUrl, requestTls: connect });
  if (config.proxyFromEnvironment === true)
    return new EnvHttpProxyAgent({ ...options, connect, requestTls: connect });
  return new Agent({ ...options, connect });
}

/** The headers that the configuration adds to each request; token files are read anew. */
export async function configuredHeaders(config: HttpConfig): Promise<[string, string][]> {
  const headers: [string, string][] = [];
  for (const [name, values] of Object.entries(config.headers ?? {}))
    for (const value of values) headers.push([name, value]);
  if (config.basicAuth !== undefined) {
    const { username, password, passwordFile } = config.basicAuth;
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

async function secretIn(file: string): Promise<string> {
  return (await contents(file, "credentials file")).trim();
}

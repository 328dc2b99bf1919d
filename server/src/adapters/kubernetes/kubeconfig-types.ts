import { dirname, isAbsolute, join, resolve, sep } from "node:path";
import { bytes, entryOf, type Fields, flag, Malformed, record, text, texts } from "./kubeconfig-fields.ts";

/** How a server is reached and known; empty texts are what is not set. Files are absolute paths. */
export interface KubeCluster {
  readonly server: string;
  readonly serverName: string;
  readonly insecure: boolean;
  readonly caFile: string;
  /** PEM; wins over the file. */
  readonly ca: string;
  readonly proxyUrl: string;
  readonly disableCompression: boolean;
  /** What the cluster's extension `client.authentication.k8s.io/exec` gives to login programs. */
  readonly execConfig: unknown;
}

/** A program that prints credentials (`client.authentication.k8s.io`). */
export interface ExecPlugin {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly (readonly [name: string, value: string])[];
  readonly apiVersion: string;
  readonly interactiveMode: string;
  readonly provideClusterInfo: boolean;
}

export interface Impersonation {
  readonly user: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: readonly (readonly [key: string, values: readonly string[]])[];
}

/** Who asks; empty texts are what is not set. */
export interface KubeUser {
  readonly certFile: string;
  readonly cert: string;
  readonly keyFile: string;
  readonly key: string;
  readonly token: string;
  readonly tokenFile: string;
  readonly username: string;
  readonly password: string;
  readonly impersonation: Impersonation;
  /** The name of an old, built-in way to log in; empty where there is none. */
  readonly authProvider: string;
  readonly exec: ExecPlugin | undefined;
}

export interface KubeContextEntry {
  readonly cluster: string;
  readonly user: string;
  readonly namespace: string;
  /** The file in which it stands. */
  readonly file: string;
}

/** `extensions` name where login programs find what is meant for them (`client_config.go`). */
const execExtension = "client.authentication.k8s.io/exec";

/**
 * An entry of `clusters`; paths in it count from the folder of its file. Throws {@link Malformed}, as those below.
 */
export function clusterOf(fields: Fields, file: string): KubeCluster {
  const extensions = entryOf(fields, "extensions") ?? [];
  if (!Array.isArray(extensions)) throw new Malformed("extensions is no list");
  const extension = extensions
    .map((item: unknown) => record(item, "an extension"))
    .find((item) => entryOf(item, "name") === execExtension);
  return {
    server: text(fields, "server"),
    serverName: text(fields, "tls-server-name"),
    insecure: flag(fields, "insecure-skip-tls-verify"),
    caFile: beside(file, text(fields, "certificate-authority")),
    ca: bytes(fields, "certificate-authority-data"),
    proxyUrl: text(fields, "proxy-url"),
    disableCompression: flag(fields, "disable-compression"),
    execConfig: extension === undefined ? undefined : entryOf(extension, "extension"),
  };
}

/** An entry of `users`. */
export function userOf(fields: Fields, file: string): KubeUser {
  const extra = Object.entries(record(entryOf(fields, "as-user-extra"), "as-user-extra"));
  const provider = entryOf(fields, "auth-provider");
  const exec = entryOf(fields, "exec");
  return {
    certFile: beside(file, text(fields, "client-certificate")),
    cert: bytes(fields, "client-certificate-data"),
    keyFile: beside(file, text(fields, "client-key")),
    key: bytes(fields, "client-key-data"),
    token: text(fields, "token"),
    tokenFile: beside(file, text(fields, "tokenFile")),
    username: text(fields, "username"),
    password: text(fields, "password"),
    impersonation: {
      user: text(fields, "as"),
      uid: text(fields, "as-uid"),
      groups: texts(fields, "as-groups"),
      extra: extra.map(([key]) => [key, texts(record(entryOf(fields, "as-user-extra"), key), key)]),
    },
    authProvider: provider === undefined ? "" : text(record(provider, "auth-provider"), "name") || "unnamed",
    exec: exec === undefined ? undefined : pluginOf(record(exec, "exec"), file),
  };
}

/** An entry of `contexts`. */
export function contextOf(fields: Fields, file: string): KubeContextEntry {
  return {
    cluster: text(fields, "cluster"),
    user: text(fields, "user"),
    namespace: text(fields, "namespace"),
    file,
  };
}

function pluginOf(fields: Fields, file: string): ExecPlugin {
  const env = entryOf(fields, "env") ?? [];
  if (!Array.isArray(env)) throw new Malformed("env is no list");
  const apiVersion = text(fields, "apiVersion");
  const command = text(fields, "command");
  const isOld = /^client\.authentication\.k8s\.io\/v1(alpha1|beta1)$/.test(apiVersion);
  return {
    // A bare name is looked up on PATH.
    command: command.includes(sep) ? beside(file, command) : command,
    args: texts(fields, "args"),
    env: env.map((item: unknown) => {
      const pair = record(item, "an entry of env");
      return [text(pair, "name"), text(pair, "value")];
    }),
    apiVersion,
    // `api/v1/defaults.go`: only the newest version must say it.
    interactiveMode: text(fields, "interactiveMode") || (isOld ? "IfAvailable" : ""),
    provideClusterInfo: flag(fields, "provideClusterInfo"),
  };
}

/** A path as its kubeconfig means it: relative ones start at the file's own folder (`loader.go`). */
function beside(file: string, path: string): string {
  return path === "" || isAbsolute(path) ? path : join(resolve(dirname(file)), path);
}

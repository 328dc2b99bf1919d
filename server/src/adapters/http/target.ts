import { homedir } from "node:os";
import { join } from "node:path";
import type { Target, TargetResult } from "./client.ts";
import { type HttpConfig, loadHttpConfig } from "./http-config.ts";

export interface Address {
  /** Host and port, for sentences. */
  readonly host: string;
  /** The URL without credentials, query and trailing slash. */
  readonly address: string;
  readonly url: URL;
  /** Credentials that stood in the URL. */
  readonly userinfo: HttpConfig["basicAuth"];
}

/** Takes the base URL of a backend apart; nothing where it is no http or https URL. */
export function parseAddress(text: string): Address | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol)) return undefined;
  let userinfo: HttpConfig["basicAuth"];
  if (url.username !== "")
    userinfo = { username: decoded(url.username), ...(url.password && { password: decoded(url.password) }) };
  url.username = "";
  url.password = "";
  url.search = "";
  url.hash = "";
  // People paste the address of the API as often as that of the server.
  url.pathname = url.pathname.replace(/\/+$/, "").replace(/\/api\/v1$/, "");
  return { host: url.host, address: url.href.replace(/\/$/, ""), url, userinfo };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A leading `~/` is the home folder, as in a shell. */
export function expandHome(path: string): string {
  return path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
}

/** The target behind a URL; `configFile` is read when the target is first needed, and after it has changed. */
export async function urlTarget(address: Address, configFile: string | undefined): Promise<TargetResult> {
  const base: HttpConfig = address.userinfo === undefined ? {} : { basicAuth: address.userinfo };
  const withConfig = (config: HttpConfig, files: readonly string[]): TargetResult => {
    const target: Target = { url: address.url, config: { ...base, ...config }, files };
    return { ok: true, target };
  };
  if (configFile === undefined) return withConfig({}, []);
  const file = expandHome(configFile);
  const loaded = await loadHttpConfig(file);
  return loaded.ok ? withConfig(loaded.config, [file]) : loaded;
}

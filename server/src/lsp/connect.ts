import { isAbsolute } from "node:path";
import { type CancellationToken, ErrorCodes, ResponseError } from "vscode-languageserver/node";
import type { ConnectParams, ConnectResult } from "../protocol.ts";
import { readCredentials } from "../world/credentials.ts";
import type { AccessSource } from "./access.ts";

const texts = ["kubeconfig", "context", "httpConfig", "clusterLabel"] as const;

/** `promscope.connect`: what answers at an address, and the environments that it makes. Changes nothing. */
export async function connectTo(
  argument: unknown,
  access: AccessSource,
  token: CancellationToken,
): Promise<ConnectResult> {
  const params = readParams(argument);
  // Loaded when somebody connects: most sessions never do.
  const { discover } = await import("../adapters/discovery/discover.ts");
  return await discover(params, { access: (address) => access.of(address, undefined) }, token);
}

function readParams(argument: unknown): ConnectParams {
  const fail = (message: string): never => {
    throw new ResponseError(ErrorCodes.InvalidParams, message);
  };
  if (typeof argument !== "object" || argument === null)
    return fail(
      "promscope.connect takes one argument: {address, context?, kubeconfig?, httpConfig?, clusterLabel?}.",
    );
  const params = argument as Readonly<Record<string, unknown>>;
  const { address, httpConfig } = params;
  if (typeof address !== "string")
    return fail("promscope.connect needs `address`, a URL or kubernetes:NAMESPACE/SERVICE:PORT.");
  for (const name of texts)
    if (params[name] !== undefined && typeof params[name] !== "string")
      return fail(`promscope.connect takes \`${name}\` as a text.`);
  if (typeof httpConfig === "string" && !isAbsolute(httpConfig) && !httpConfig.startsWith("~/"))
    return fail("promscope.connect takes `httpConfig` as an absolute path.");
  const given = Object.fromEntries(texts.map((name) => [name, params[name]]));
  return { ...given, address, credentials: readCredentials(params["credentials"]) };
}

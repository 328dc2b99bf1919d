import type { Credentials } from "../../world/credentials.ts";

/** The headers that credentials are sent as. */
export function credentialHeaders(
  credentials: Credentials | undefined,
): readonly (readonly [string, string])[] {
  if (credentials === undefined) return [];
  const { authorization, headers = {} } = credentials;
  const entries = Object.entries(headers);
  if (authorization === undefined) return entries;
  const value =
    authorization.type === "bearer"
      ? `Bearer ${authorization.token}`
      : `Basic ${Buffer.from(`${authorization.username}:${authorization.password}`).toString("base64")}`;
  return [["authorization", value], ...entries];
}

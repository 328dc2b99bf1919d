import { accessSync, constants } from "node:fs";
import type { KubeUser } from "./kubeconfig-types.ts";

/** What keeps a user from logging in (`validation.go`, `validateAuthInfo`), as the end of a sentence. */
export function userFault(user: KubeUser, isSecure: boolean): string | undefined {
  const { token, username, password, impersonation: as, authProvider } = user;
  if (token !== "" && username + password !== "") return "its user has both a token and a password; keep one";
  const certificate = certificateFault(user);
  if (certificate !== undefined) return certificate;
  const plugin = pluginFault(user);
  if (plugin !== undefined) return plugin;
  if (as.user === "" && (as.uid !== "" || as.groups.length > 0 || as.extra.length > 0))
    return "as-groups, as-uid and as-user-extra need `as`";
  // Without TLS nobody logs in, so nothing of it is read.
  if (!isSecure) return undefined;
  if (user.tokenFile !== "" && token === "" && !isReadable(user.tokenFile))
    return "its tokenFile cannot be read";
  if (authProvider !== "")
    return `auth-provider ${authProvider.slice(0, 20)} is not supported; use its exec plugin or a token`;
  return undefined;
}

function certificateFault({ cert, certFile, key, keyFile }: KubeUser): string | undefined {
  if (cert + certFile === "") return undefined;
  if (cert !== "" && certFile !== "") return "client-certificate and its -data are both set; keep one";
  if (key !== "" && keyFile !== "") return "client-key and its -data are both set; keep one";
  if (key + keyFile === "") return "its client certificate has no client-key";
  if (certFile !== "" && !isReadable(certFile)) return "its client-certificate cannot be read";
  if (keyFile !== "" && !isReadable(keyFile)) return "its client-key cannot be read";
  return undefined;
}

const modes = ["Never", "IfAvailable", "Always"];

function pluginFault({ exec, authProvider }: KubeUser): string | undefined {
  if (exec === undefined) return undefined;
  if (authProvider !== "") return "its user has both exec and auth-provider; keep one";
  if (exec.command === "") return "its login program (exec) has no command";
  if (exec.apiVersion === "") return "its login program (exec) has no apiVersion";
  if (exec.env.some(([name]) => name === "")) return "its login program (exec) has a variable without a name";
  if (exec.interactiveMode === "") return "its login program (exec) has no interactiveMode";
  if (!modes.includes(exec.interactiveMode)) return "its login program (exec) has an unknown interactiveMode";
  return undefined;
}

/** Whether this user may read the file. */
export function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

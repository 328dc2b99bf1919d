import { readFileSync } from "node:fs";
import { Credentials, type CredentialsOptions } from "./credentials.ts";
import { type KubeContext, type KubeconfigChoice, loadContext } from "./kubeconfig.ts";

/** What leads to the API server of a context. */
export interface Access {
  readonly context: KubeContext;
  /** The server's address with its scheme, without a slash at its end. */
  readonly server: string;
  readonly credentials: Credentials;
  /** PEM of whom to trust; empty where the system decides. Throws where its file cannot be read. */
  readonly authority: () => string;
}

/** Reads the kubeconfig; throws `KubeconfigError` where it is no use. Nothing is contacted, no program is run. */
export function openAccess(choice: KubeconfigChoice, options: CredentialsOptions = {}): Access {
  const context = loadContext(choice, options.variables ?? process.env);
  const { server, ca, caFile } = context.cluster;
  return {
    context,
    // Without a scheme it is plain HTTP, as client-go has it (`rest/url_utils.go`).
    server: (/^https?:\/\//i.test(server) ? server : `http://${server}`).replace(/\/+$/, ""),
    credentials: new Credentials(context, options),
    authority: () => ca || (caFile === "" ? "" : readFileSync(caFile, "utf8")),
  };
}

import { join } from "node:path";
import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { userCacheFolder } from "../adapters/catalog/cache-folder.ts";
import { CatalogFolder } from "../adapters/catalog/name-file.ts";
import { connectEnvironment } from "../adapters/connect.ts";
import { ClusterPool } from "../adapters/kubernetes/pool.ts";
import { startServer } from "./server.ts";

/** How long a text must stand before the index is asked about it, in milliseconds: letters that are typed come faster. */
const questionDelayMs = 400;

/** Starts the language server on the transport of the arguments (`--stdio`, `--node-ipc`, `--socket=N`). */
export function runLanguageServer(argv: readonly string[], version: string): void {
  // A word on standard output would break the protocol.
  console.log = console.error;
  console.info = console.error;
  if (argv.length === 0) process.argv.push("--stdio");
  const connection = createConnection(ProposedFeatures.all);
  // One forgotten promise must not end the server and with it the editor's findings.
  process.on("unhandledRejection", (reason) => {
    console.error("unhandled:", reason instanceof Error ? (reason.stack ?? reason.message) : reason);
  });
  const catalogs = new CatalogFolder(join(userCacheFolder(), "catalogs"));
  const clusters = new ClusterPool();
  startServer(connection, {
    connect: (environment, access) =>
      connectEnvironment(environment, access, catalogs, clusters, { delayMs: questionDelayMs }),
    version,
  });
  connection.listen();
}

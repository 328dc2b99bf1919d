import { join } from "node:path";
import {
  type Connection,
  createConnection,
  ProposedFeatures,
  StreamMessageReader,
} from "vscode-languageserver/node";
import { userCacheFolder } from "../adapters/catalog/cache-folder.ts";
import { CatalogFolder } from "../adapters/catalog/name-file.ts";
import { connectEnvironment } from "../adapters/connect.ts";
import { ClusterPool } from "../adapters/kubernetes/pool.ts";
import { startServer } from "./server.ts";
import { PipeWriter } from "./stdio.ts";

/** How long a text must stand before the index is asked about it, in milliseconds: letters that are typed come faster. */
const questionDelayMs = 400;

/** Starts the language server on the transport of the arguments (`--stdio`, `--node-ipc`, `--socket=N`). */
export function runLanguageServer(argv: readonly string[], version: string): void {
  // A word on standard output would break the protocol.
  console.log = console.error;
  console.info = console.error;
  const connection = connectionOf(argv);
  // One forgotten promise must not end the server and with it the editor's findings.
  process.on("unhandledRejection", (reason) => {
    console.error("unhandled:", reason instanceof Error ? (reason.stack ?? reason.message) : reason);
  });
  const catalogs = new CatalogFolder(join(userCacheFolder(), "catalogs"));
  const clusters = new ClusterPool();
  const server = startServer(connection, {
    connect: (environment, access, guard) =>
      connectEnvironment(environment, access, catalogs, clusters, { delayMs: questionDelayMs }, guard),
    version,
  });
  // A client that is gone cannot be answered any more.
  const leave = (): never => process.exit(server.hasShutDown ? 0 : 1);
  if (isStdio(argv)) process.stdin.on("end", leave).on("close", leave);
  connection.listen();
}

function isStdio(argv: readonly string[]): boolean {
  return argv.length === 0 || argv.includes("--stdio");
}

/** Standard input and output have a writer of their own; all other transports are those of the library. */
function connectionOf(argv: readonly string[]): Connection {
  if (!isStdio(argv)) return createConnection(ProposedFeatures.all);
  const reader = new StreamMessageReader(process.stdin);
  return createConnection(ProposedFeatures.all, reader, new PipeWriter(process.stdout));
}

import type { ExtensionContext, LogOutputChannel } from "vscode";
import {
  type ClientCapabilities,
  LanguageClient,
  RevealOutputChannelOn,
  type StaticFeature,
  TransportKind,
} from "vscode-languageclient/node";
import type { ClientExperimental } from "../../server/src/protocol.ts";

/** Schemes under which people edit files; the two sides of a diff or a chat's snippet are left alone. */
const schemes = ["file", "untitled", "vscode-vfs"];

/** Tells the server that this client shows results itself, so that its lenses name our command. */
const runsQueries: StaticFeature = {
  fillClientCapabilities(capabilities: ClientCapabilities) {
    const experimental: ClientExperimental = { promscope: { runCommand: "promscope.runQuery" } };
    capabilities.experimental = { ...capabilities.experimental, ...experimental };
  },
  initialize() {},
  getState: () => ({ kind: "static" }),
  clear() {},
};

/** A language client that starts `promscope lsp --stdio` on the extension host's own Node; not yet started. */
export function createClient(context: ExtensionContext, output: LogOutputChannel): LanguageClient {
  const server = {
    module: context.asAbsolutePath("server/bin/promscope.js"),
    transport: TransportKind.stdio,
    args: ["lsp"],
  };
  const client = new LanguageClient(
    "promscope",
    "Promscope",
    { run: server, debug: server },
    {
      documentSelector: schemes.flatMap((scheme) =>
        ["yaml", "promql"].map((language) => ({ scheme, language })),
      ),
      outputChannel: output,
      // A failure inside the server is the log's business; people see findings and the status item.
      revealOutputChannelOn: RevealOutputChannelOn.Never,
    },
  );
  client.registerFeature(runsQueries);
  return client;
}

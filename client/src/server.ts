import type { ExtensionContext, LogOutputChannel } from "vscode";
import {
  type ClientCapabilities,
  CloseAction,
  ErrorAction,
  type ErrorHandler,
  LanguageClient,
  RevealOutputChannelOn,
  State,
  type StaticFeature,
  TransportKind,
} from "vscode-languageclient/node";
import type { ClientExperimental } from "../../server/src/protocol.ts";
import { redactedChannel } from "./redacted-channel.ts";

/** Schemes under which people edit files; the two sides of a diff or a chat's snippet are left alone. */
const schemes = ["file", "untitled", "vscode-vfs"];

/** Tells the server that this client shows results, keeps credentials and asks people for consent. */
const ownWays: StaticFeature = {
  fillClientCapabilities(capabilities: ClientCapabilities) {
    const experimental: ClientExperimental = {
      promscope: {
        runCommand: "promscope.runQuery",
        testCommand: "promscope.runTests",
        access: true,
        consent: true,
      },
    };
    capabilities.experimental = { ...capabilities.experimental, ...experimental };
  },
  initialize() {},
  getState: () => ({ kind: "static" }),
  clear() {},
};

const mostRestarts = 4;
const restartWindowMs = 3 * 60_000;

/**
 * Starts a server that has ended again, up to four times in three minutes; one that ended while it started is not
 * tried again. Nothing pops up: the log has the reason, and the status item says that it stopped.
 */
function errorHandler(state: () => State): ErrorHandler {
  let ended: number[] = [];
  return {
    error: (_error, _message, count) => ({
      action: count !== undefined && count <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown,
      handled: true,
    }),
    closed() {
      const now = Date.now();
      ended = [...ended.filter((at) => now - at < restartWindowMs), now];
      if (state() === State.Starting || ended.length > mostRestarts)
        return {
          action: CloseAction.DoNotRestart,
          handled: true,
          message: "The language server has stopped.",
        };
      return { action: CloseAction.Restart, handled: true };
    },
  };
}

/** What goes wrong between client and server is the log's business: the library would open a notification for each. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/** `redact` makes credentials in a text unreadable. A language client that starts `promscope lsp --stdio` on the extension host's own Node; not yet started. */
export function createClient(
  context: ExtensionContext,
  output: LogOutputChannel,
  redact: (text: string) => string,
): LanguageClient {
  const server = {
    module: context.asAbsolutePath("server/bin/promscope.js"),
    transport: TransportKind.stdio,
    args: ["lsp"],
  };
  const client: LanguageClient = new QuietClient(
    "promscope",
    "Promscope",
    { run: server, debug: server },
    {
      documentSelector: schemes.flatMap((scheme) =>
        ["yaml", "promql"].map((language) => ({ scheme, language })),
      ),
      outputChannel: output,
      traceOutputChannel: redactedChannel(output, redact),
      // A failure inside the server is the log's business; people see findings and the status item.
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      errorHandler: errorHandler(() => client.state),
      initializationFailedHandler: () => false,
    },
  );
  client.registerFeature(ownWays);
  return client;
}

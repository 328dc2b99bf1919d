import type { Writable } from "node:stream";
import { AbstractMessageWriter, type Message, type MessageWriter } from "vscode-languageserver/node";
import { ToldReport } from "./told-report.ts";

/**
 * Writes messages to a stream, each with its head in one piece: a head alone would wake the client for nothing, which
 * takes as long as what a key costs. Answers that are text already are sent as they are.
 */
export class PipeWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #stream: Writable;
  #errors = 0;

  constructor(stream: Writable) {
    super();
    this.#stream = stream;
    stream.on("error", (error) => this.fireError(error));
    stream.on("close", () => this.fireClose());
  }

  write(message: Message): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        this.fireError(error, message, ++this.#errors);
        reject(error);
      };
      try {
        this.#stream.write(framed(textOf(message)), (error) => {
          if (error === null || error === undefined) resolve();
          else fail(error);
        });
      } catch (error) {
        fail(error);
      }
    });
  }

  end(): void {
    this.#stream.end();
  }
}

/** The bytes of a message with its head. */
function framed(text: string): Buffer {
  const length = Buffer.byteLength(text, "utf8");
  const head = `Content-Length: ${length}\r\n\r\n`;
  const bytes = Buffer.allocUnsafe(head.length + length);
  bytes.write(head, 0, "latin1");
  bytes.write(text, head.length, "utf8");
  return bytes;
}

function textOf(message: Message): string {
  const { id, result } = message as { readonly id?: unknown; readonly result?: unknown };
  if (!(result instanceof ToldReport)) return JSON.stringify(message);
  return `{"jsonrpc":${JSON.stringify(message.jsonrpc)},"id":${JSON.stringify(id)},"result":${result.json}}`;
}

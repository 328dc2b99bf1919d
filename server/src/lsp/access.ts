import type { Connection } from "vscode-languageserver/node";
import { type AccessParams, type AccessResult, requests } from "../protocol.ts";
import { type Access, readCredentials } from "../world/credentials.ts";

/** Asks the client, who keeps credentials, how to reach an address; remembers the answer until told to forget it. */
export class AccessSource {
  readonly #connection: Connection;
  readonly #supported: boolean;
  readonly #known = new Map<string, Promise<Access | undefined>>();

  constructor(connection: Connection, supported: boolean) {
    this.#connection = connection;
    this.#supported = supported;
  }

  /** Never rejects: without an answer the backend says itself what it wants. */
  of(address: string, environment: string | undefined): Promise<Access | undefined> {
    if (!this.#supported) return Promise.resolve(undefined);
    const key = JSON.stringify([address, environment]);
    const asked = this.#known.get(key) ?? this.#ask(address, environment);
    this.#known.set(key, asked);
    return asked;
  }

  forget(): void {
    this.#known.clear();
  }

  async #ask(address: string, environment: string | undefined): Promise<Access | undefined> {
    const params: AccessParams = { address, ...(environment === undefined ? {} : { environment }) };
    try {
      const answer = await this.#connection.sendRequest<AccessResult>(requests.access, params);
      return { credentials: readCredentials(answer?.credentials), proxy: answer?.proxy };
    } catch {
      // Not logged: the words of a client about credentials are not ours to show.
      return undefined;
    }
  }
}

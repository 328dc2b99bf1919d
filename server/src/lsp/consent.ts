import type { Connection } from "vscode-languageserver/node";
import { type ProposedEnvironment, requests } from "../protocol.ts";

const allow = { title: "Allow" };
const decline = { title: "Not Now" };

/**
 * What the user has accepted of `promscope.yaml` files. A client of ours is told the proposals and keeps the answers;
 * any other is asked with the question of LSP, once for each in a session.
 */
export class Consent {
  readonly #connection: Connection;
  readonly #supported: boolean;
  readonly #onChange: () => void;
  #accepted: ReadonlySet<string> = new Set();
  readonly #asked = new Set<string>();
  #sent = "[]";

  constructor(connection: Connection, supported: boolean, onChange: () => void) {
    this.#connection = connection;
    this.#supported = supported;
    this.#onChange = onChange;
  }

  has(key: string): boolean {
    return this.#accepted.has(key);
  }

  /** All keys that the client's user has accepted. */
  set(accepted: readonly string[]): void {
    this.#accepted = new Set(accepted);
    this.#onChange();
  }

  /** Everything that projects name now. */
  propose(proposals: readonly ProposedEnvironment[]): void {
    const text = JSON.stringify(proposals);
    if (text === this.#sent) return;
    this.#sent = text;
    if (this.#supported) void this.#connection.sendNotification(requests.proposals, { proposals });
    else void this.#ask(proposals.filter(({ key }) => !this.#asked.has(key)));
  }

  async #ask(proposals: readonly ProposedEnvironment[]): Promise<void> {
    if (proposals.length === 0) return;
    for (const { key } of proposals) this.#asked.add(key);
    const names = proposals.map(({ name }) => name).join(", ");
    const contacts = [...new Set(proposals.flatMap((one) => one.contacts))].join(", ");
    const message = `promscope.yaml names ${names}. Allow Promscope to use ${contacts}?`;
    try {
      const answer = await this.#connection.window.showInformationMessage(message, allow, decline);
      if (answer?.title === allow.title) this.set([...this.#accepted, ...proposals.map(({ key }) => key)]);
    } catch {
      // A client that cannot ask has not accepted.
    }
  }
}

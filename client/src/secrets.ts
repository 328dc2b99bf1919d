import { type Disposable, EventEmitter, type SecretStorage } from "vscode";
import type { Credentials } from "../../server/src/protocol.ts";

const prefix = "promscope.credentials ";

/** What is kept for one address. */
interface Kept {
  /** For every environment there. */
  readonly shared?: Credentials;
  /** Headers by environment: tenants differ where the address is the same. */
  readonly headers?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * Credentials in VS Code's secret storage, by the address that they are for: they never go to another one, whatever
 * an environment of the same name says later.
 */
export class Secrets {
  readonly #storage: SecretStorage;
  readonly #changed = new EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  /** Texts that no log may hold, of what was read or kept since the start. */
  readonly #words = new Set<string>();

  constructor(storage: SecretStorage) {
    this.#storage = storage;
  }

  /** Other windows share the storage. */
  follow(): Disposable {
    return this.#storage.onDidChange(({ key }) => {
      if (key.startsWith(prefix)) this.#changed.fire();
    });
  }

  async get(address: string, environment: string | undefined): Promise<Credentials | undefined> {
    const { shared, headers } = await this.#read(address);
    const own = environment === undefined ? undefined : headers?.[environment];
    if (shared === undefined && own === undefined) return undefined;
    const credentials: Credentials = { ...shared, headers: { ...shared?.headers, ...own } };
    this.#learn(credentials);
    return credentials;
  }

  /** Keeps credentials for an address; headers for these environments only, where some are named. */
  async keep(address: string, environments: readonly string[], credentials: Credentials): Promise<void> {
    this.#learn(credentials);
    const before = await this.#read(address);
    const { headers, ...rest } = credentials;
    const named = headers !== undefined && environments.length > 0;
    const kept: Kept = {
      shared: { ...before.shared, ...rest, ...(headers !== undefined && !named ? { headers } : {}) },
      headers: {
        ...before.headers,
        ...(named ? Object.fromEntries(environments.map((name) => [name, headers])) : {}),
      },
    };
    await this.#storage.store(prefix + address, JSON.stringify(kept));
  }

  /** Forgets everything that is kept for an address; tells whether there was something. */
  async forget(address: string): Promise<boolean> {
    const kept = await this.#storage.get(prefix + address);
    await this.#storage.delete(prefix + address);
    return kept !== undefined;
  }

  /** The text with every secret that is known in it made unreadable. */
  redact(text: string): string {
    let clean = text;
    for (const word of this.#words) clean = clean.replaceAll(word, "[secret]");
    return clean;
  }

  /** Credentials that somebody has typed, before they are kept. */
  learn(credentials: Credentials): void {
    this.#learn(credentials);
  }

  async #read(address: string): Promise<Kept> {
    try {
      return JSON.parse((await this.#storage.get(prefix + address)) ?? "{}") as Kept;
    } catch {
      return {};
    }
  }

  #learn({ authorization, headers = {} }: Credentials): void {
    const words = Object.values(headers);
    if (authorization?.type === "bearer") words.push(authorization.token);
    if (authorization?.type === "basic") words.push(authorization.password);
    for (const word of words) {
      if (word.trim() === "") continue;
      this.#words.add(word);
      // As it stands in JSON.
      this.#words.add(JSON.stringify(word).slice(1, -1));
    }
  }
}

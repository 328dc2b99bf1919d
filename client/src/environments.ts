import { EventEmitter, type Memento, type TextDocument } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import {
  type EnvironmentStatus,
  type EnvironmentsParams,
  type EnvironmentsResult,
  type RetryParams,
  requests,
  type StatusParams,
} from "../../server/src/protocol.ts";

const chosenKey = "promscope.chosenEnvironment";

/** What the server last said about the environments, and which one the user chose for queries. */
export class Environments {
  readonly #memento: Memento;
  readonly #changed = new EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  #all: readonly EnvironmentStatus[] = [];

  constructor(memento: Memento) {
    this.#memento = memento;
  }

  get all(): readonly EnvironmentStatus[] {
    return this.#all;
  }

  /** The user's choice; undefined where there is none or the settings no longer have it. */
  get chosen(): string | undefined {
    const name = this.#memento.get<string>(chosenKey);
    return this.find(name) === undefined ? undefined : name;
  }

  find(name: string | undefined): EnvironmentStatus | undefined {
    return this.#all.find((one) => one.name === name);
  }

  /** The user's choice where the file belongs to it, else the file's first; empty: the server decides. */
  pick(ofFile: readonly string[]): string {
    const { chosen } = this;
    if (chosen !== undefined && (ofFile.length === 0 || ofFile.includes(chosen))) return chosen;
    return ofFile[0] ?? this.#all[0]?.name ?? "";
  }

  async choose(name: string): Promise<void> {
    await this.#memento.update(chosenKey, name);
    this.#changed.fire();
  }

  /** Follows what the server tells; the registration lives as long as the client. */
  follow(client: LanguageClient): void {
    client.onNotification(requests.status, (params: StatusParams) => {
      this.#all = params.environments;
      this.#changed.fire();
    });
  }
}

/** Asks an environment again, or all of them; the status follows by itself. */
export async function retry(
  client: LanguageClient,
  environments: Environments,
  name: string | undefined,
): Promise<void> {
  if (!client.isRunning()) return;
  const names = name === undefined ? environments.all.map((one) => one.name) : [name];
  await Promise.all(
    names.map((environment) => client.sendRequest(requests.retry, { environment } satisfies RetryParams)),
  );
}

/** Which environments a document belongs to; null for a file that is none of ours, or while no server runs. */
export async function environmentsOf(
  client: LanguageClient,
  document: TextDocument,
): Promise<EnvironmentsResult> {
  if (!client.isRunning()) return null;
  const params: EnvironmentsParams = { uri: client.code2ProtocolConverter.asUri(document.uri) };
  try {
    return await client.sendRequest<EnvironmentsResult>(requests.environments, params);
  } catch (error) {
    client.debug(`${requests.environments}: ${String(error)}`);
    return null;
  }
}

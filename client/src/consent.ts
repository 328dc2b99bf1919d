import {
  commands,
  type Disposable,
  EventEmitter,
  type Memento,
  type QuickPickItem,
  Uri,
  window,
  workspace,
} from "vscode";
import { type LanguageClient, State } from "vscode-languageclient/node";
import { type ProposalsParams, type ProposedEnvironment, requests } from "../../server/src/protocol.ts";

const decisionsKey = "promscope.decisions";

type Decisions = Readonly<Record<string, boolean>>;

/**
 * Asks people whether to use what `promscope.yaml` files name, once for each host, context and program. Their answers
 * are kept for all workspaces; nothing counts while the workspace is not trusted.
 */
export class Consent {
  readonly #client: LanguageClient;
  readonly #memento: Memento;
  readonly #changed = new EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  #proposals: readonly ProposedEnvironment[] = [];
  readonly #shown = new Set<string>();

  constructor(client: LanguageClient, memento: Memento) {
    this.#client = client;
    this.#memento = memento;
  }

  /** What is neither accepted nor declined. */
  get waiting(): readonly ProposedEnvironment[] {
    const decisions = this.#decisions;
    return this.#proposals.filter(({ key }) => decisions[key] === undefined);
  }

  get all(): readonly ProposedEnvironment[] {
    return this.#proposals;
  }

  follow(): Disposable[] {
    this.#client.onNotification(requests.proposals, ({ proposals }: ProposalsParams) => {
      this.#proposals = proposals;
      this.#changed.fire();
      void this.#ask();
    });
    return [
      this.#client.onDidChangeState(({ newState }) => {
        if (newState === State.Running) this.#send();
      }),
      workspace.onDidGrantWorkspaceTrust(() => {
        this.#send();
        void this.#ask();
      }),
    ];
  }

  /** Shows everything that is proposed, and takes what is ticked as accepted and the rest as declined. */
  async review(): Promise<void> {
    if (!workspace.isTrusted) {
      await commands.executeCommand("workbench.trust.manage");
      return;
    }
    if (this.#proposals.length === 0) {
      void window.showInformationMessage(
        "No promscope.yaml of this workspace names an environment of its own.",
      );
      return;
    }
    const decisions = this.#decisions;
    const items = this.#proposals.map((proposal): QuickPickItem & { readonly key: string } => ({
      key: proposal.key,
      label: proposal.name,
      description: proposal.contacts.join(", "),
      detail: workspace.asRelativePath(Uri.parse(proposal.uri)),
      picked: decisions[proposal.key] === true,
    }));
    const picked = await window.showQuickPick(items, {
      title: "Promscope: Environments of promscope.yaml",
      placeHolder: "Tick what Promscope may contact and run",
      canPickMany: true,
      matchOnDescription: true,
    });
    if (picked === undefined) return;
    const keys = new Set(picked.map(({ key }) => key));
    await this.#decide(Object.fromEntries(items.map(({ key }) => [key, keys.has(key)])));
  }

  async #ask(): Promise<void> {
    if (!workspace.isTrusted) return;
    const open = this.waiting.filter(({ key }) => !this.#shown.has(key));
    if (open.length === 0) return;
    for (const { key } of open) this.#shown.add(key);
    const names = open.map(({ name }) => name).join(", ");
    const contacts = [...new Set(open.flatMap((one) => one.contacts))].join(", ");
    const allow = "Use";
    const decline = "Don't Use";
    const look = "Review…";
    const answer = await window.showInformationMessage(
      `promscope.yaml names ${open.length === 1 ? "the environment" : "the environments"} ${names}. May Promscope use ${contacts}?`,
      allow,
      decline,
      look,
    );
    if (answer === look) await this.review();
    else if (answer !== undefined)
      await this.#decide(Object.fromEntries(open.map(({ key }) => [key, answer === allow])));
  }

  async #decide(decisions: Decisions): Promise<void> {
    await this.#memento.update(decisionsKey, { ...this.#decisions, ...decisions });
    this.#send();
    this.#changed.fire();
  }

  get #decisions(): Decisions {
    return this.#memento.get<Decisions>(decisionsKey, {});
  }

  #send(): void {
    if (!this.#client.isRunning()) return;
    const accepted = workspace.isTrusted
      ? Object.entries(this.#decisions).flatMap(([key, yes]) => (yes ? [key] : []))
      : [];
    void this.#client.sendNotification(requests.consent, { accepted });
  }
}

import { EventEmitter, type Memento, type QuickPickItem, window } from "vscode";
import { describeTime, remembered, summaryOf } from "./history-entries.ts";
import { type HistoryEntry, type PanelQuery, type PanelResult, readQuery } from "./panel-messages.ts";

const historyKey = "promscope.queryHistory";

/** The last runs of this workspace, the newest first. */
export class QueryHistory {
  readonly #memento: Memento;
  readonly #changed = new EventEmitter<void>();
  readonly onDidChange = this.#changed.event;

  constructor(memento: Memento) {
    this.#memento = memento;
  }

  get entries(): readonly HistoryEntry[] {
    const kept = this.#memento.get<unknown>(historyKey);
    if (!Array.isArray(kept)) return [];
    return kept.flatMap((one: Partial<HistoryEntry> | null) =>
      typeof one?.at === "number"
        ? [{ query: readQuery(one.query), at: one.at, summary: String(one.summary ?? "") }]
        : [],
    );
  }

  async add(query: PanelQuery, results: readonly PanelResult[]): Promise<void> {
    const entry: HistoryEntry = { query, at: Date.now(), summary: summaryOf(results) };
    await this.#memento.update(historyKey, remembered(this.entries, entry));
    this.#changed.fire();
  }

  async forget(): Promise<void> {
    await this.#memento.update(historyKey, undefined);
    this.#changed.fire();
  }
}

interface Choice extends QuickPickItem {
  readonly entry: HistoryEntry;
}

/** Lets the user pick an earlier run; undefined if they leave or there is none. */
export async function askHistory(history: QueryHistory): Promise<PanelQuery | undefined> {
  const { entries } = history;
  if (entries.length === 0) {
    void window.showInformationMessage("No query was run in this workspace yet.");
    return undefined;
  }
  const choices = entries.map((entry): Choice => {
    const { query, at, summary } = entry;
    const environment = query.compare.length > 0 ? query.compare.join(", ") : query.environment;
    return {
      entry,
      label: query.expr.replaceAll(/\s+/g, " "),
      description: environment,
      detail: `${describeTime(at, Date.now())}, ${summary}`,
    };
  });
  const title = "Which query should run again?";
  const picked = await window.showQuickPick(choices, { title, matchOnDescription: true });
  return picked?.entry.query;
}

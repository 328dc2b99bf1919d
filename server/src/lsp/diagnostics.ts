import {
  type Connection,
  type Diagnostic,
  DiagnosticSeverity,
  type UnchangedDocumentDiagnosticReport,
} from "vscode-languageserver/node";
import { Breather } from "../adapters/breather.ts";
import { type CancellationToken, neverCancelled } from "../base/cancellation.ts";
import { Recall } from "../base/recall.ts";
import type { LineIndex } from "../base/text.ts";
import type { Finding, Severity } from "../checks/check.ts";
import { type Gravest, gravest, listed, type Told, toldFinding } from "../checks/gravest.ts";
import { allChecks } from "../checks/registry.ts";
import { runChecks } from "../checks/run.ts";
import { SlicedChecks } from "../checks/sliced/checks.ts";
import type { CheckLevels } from "../world/settings.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { toDiagnostic } from "./convert.ts";
import { shippedPage } from "./docs-url.ts";
import { ToldReport } from "./told-report.ts";

/** How long the typing must pause before a push, in milliseconds. */
const pushDelayMs = 200;

/** More findings than this in one file help nobody; the last one says that some were left out. */
const maxDiagnostics = 200;

export interface DiagnosticsHost {
  readonly connection: Connection;
  snapshot(uri: string): Snapshot | undefined;
  linesOf(uri: string): LineIndex | undefined;
  openUris(): readonly string[];
  /** Severities of single checks in a file, as the user and its project set them. */
  levels(uri: string): CheckLevels;
  log(message: string): void;
}

/** What the last version of a file gave: what its texts mean, and what its slices say. */
interface Memory {
  readonly recall: Recall;
  readonly sliced: SlicedChecks;
}

/** A finding as the editor was told it, in JSON. */
interface Shown {
  readonly version: number;
  readonly severity: Severity;
  readonly text: string;
}

/** Finds the problems of open files: at once for clients that pull, after a pause for those that do not. */
export class Diagnostics {
  readonly #host: DiagnosticsHost;
  readonly #pulls: boolean;
  readonly #refreshes: boolean;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #memories = new Map<string, Memory>();
  /** The last answer for each open file. */
  readonly #told = new Map<string, { readonly version: number; readonly report: ToldReport }>();
  /** Clients may remember the ids of a server that stopped. */
  #results = Date.now();

  constructor(host: DiagnosticsHost, client: { readonly pulls: boolean; readonly refreshes: boolean }) {
    this.#host = host;
    this.#pulls = client.pulls;
    this.#refreshes = client.refreshes;
  }

  /** What the current version of a file gives; empty for files that are not ours. */
  findings(snapshot: Snapshot): readonly Finding[] {
    return this.#gravest(snapshot, Number.POSITIVE_INFINITY).told.map(toldFinding);
  }

  #gravest(snapshot: Snapshot, limit: number): Gravest {
    const { uri, sliced } = snapshot.document;
    const problems: string[] = [];
    const memory = this.#memoryOf(uri);
    const assembled = sliced === undefined ? undefined : memory.sliced.run(sliced, snapshot, problems);
    const all = assembled ?? listed(runChecks(snapshot, problems, allChecks, memory.recall));
    for (const problem of problems) this.#host.log(problem);
    return gravest(all, this.#host.levels(uri), limit);
  }

  /**
   * Resolves when the current version of a file is checked but for what a key costs: long work gives way to requests,
   * and begins anew where the file changes meanwhile.
   */
  async prepared(uri: string, token: CancellationToken): Promise<void> {
    const breather = new Breather();
    for (let isDone = false; !isDone; ) {
      const snapshot = this.#host.snapshot(uri);
      if (snapshot?.document.sliced === undefined) return;
      const problems: string[] = [];
      const steps = this.#memoryOf(uri).sliced.prepare(snapshot.document.sliced, snapshot, problems);
      for (let step = steps.next(); ; step = steps.next()) {
        isDone = step.value === true;
        if (step.done === true) break;
        if (!breather.due) continue;
        await breather.rest();
        if (token.isCancellationRequested) return;
        if (this.#host.snapshot(uri)?.document !== snapshot.document) break;
      }
      for (const problem of problems) this.#host.log(problem);
    }
  }

  /**
   * The answer to a pull; to a client that has all of it already, no more than that: of the same version, for marks move
   * in an editor when their text does.
   */
  pull(uri: string, previous?: string): ToldReport | UnchangedDocumentDiagnosticReport {
    const snapshot = this.#host.snapshot(uri);
    const items: string[] = [];
    if (snapshot !== undefined) {
      const { told, total } = this.#gravest(snapshot, maxDiagnostics);
      for (const one of told) items.push(this.#text(one, snapshot));
      if (total > told.length) items.push(JSON.stringify(cutNote(told.length, total)));
    }
    const report = new ToldReport(String(++this.#results), items.join(","));
    if (snapshot === undefined) return report;
    const { version } = snapshot.document;
    const last = this.#told.get(uri);
    if (last?.version === version && last.report.resultId === previous && last.report.saysAs(report))
      return { kind: "unchanged", resultId: last.report.resultId };
    this.#told.set(uri, { version, report });
    return report;
  }

  /** As JSON; what stands on the line where it stood is told in the same words. */
  #text(told: Told, snapshot: Snapshot): string {
    const { of, severity } = told;
    const { version } = of;
    const before = of.kept as Shown | undefined;
    if (before?.version === version && before.severity === severity) return before.text;
    const finding = toldFinding(told);
    const text = JSON.stringify(this.#diagnostic(finding, snapshot));
    // Places in other files, and of other rules, move without this finding.
    const stays = finding.related?.every((related) => related.uri === undefined) !== false;
    of.kept = stays ? ({ version, severity, text } satisfies Shown) : undefined;
    return text;
  }

  #diagnostic(finding: Finding, { document: { uri, lines } }: Snapshot): Diagnostic {
    return toDiagnostic(finding, uri, lines, (target) => this.#host.linesOf(target), shippedPage);
  }

  /** A file changed. */
  changed(uri: string): void {
    if (this.#pulls) return;
    clearTimeout(this.#timers.get(uri));
    const timer = setTimeout(() => void this.#push(uri), pushDelayMs);
    this.#timers.set(uri, timer);
  }

  closed(uri: string): void {
    this.#memories.delete(uri);
    this.#told.delete(uri);
    clearTimeout(this.#timers.get(uri));
    this.#timers.delete(uri);
    if (!this.#pulls) void this.#host.connection.sendDiagnostics({ uri, diagnostics: [] });
  }

  /** Ports would answer differently now: what was kept of open files rests on what they said before. */
  factsChanged(): void {
    for (const { sliced } of this.#memories.values()) sliced.invalidate();
  }

  /** The index of a backend answers otherwise now. */
  liveChanged(): void {
    for (const { sliced } of this.#memories.values()) sliced.liveChanged();
  }

  /** Facts or settings changed: every open file may have other findings. */
  refresh(): void {
    if (!this.#pulls) for (const uri of this.#host.openUris()) this.changed(uri);
    // A client that refuses, or has left meanwhile, pulls again of itself.
    else if (this.#refreshes) this.#host.connection.languages.diagnostics.refresh().catch(() => undefined);
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #memoryOf(uri: string): Memory {
    let memory = this.#memories.get(uri);
    if (memory === undefined) {
      memory = { recall: new Recall(), sliced: new SlicedChecks(allChecks) };
      this.#memories.set(uri, memory);
    }
    return memory;
  }

  async #push(uri: string): Promise<void> {
    const timer = this.#timers.get(uri);
    await this.prepared(uri, neverCancelled);
    // The file has changed, and is told later.
    if (this.#timers.get(uri) !== timer) return;
    this.#timers.delete(uri);
    const snapshot = this.#host.snapshot(uri);
    if (snapshot === undefined) return;
    const { version } = snapshot.document;
    const { told, total } = this.#gravest(snapshot, maxDiagnostics);
    const diagnostics = told.map((one) => this.#diagnostic(toldFinding(one), snapshot));
    if (total > told.length) diagnostics.push(cutNote(told.length, total));
    void this.#host.connection.sendDiagnostics({ uri, version, diagnostics });
  }
}

/** Says that there is more than is shown. */
function cutNote(shown: number, total: number): Diagnostic {
  const start = { line: 0, character: 0 };
  return {
    range: { start, end: start },
    severity: DiagnosticSeverity.Information,
    source: "promscope",
    message: `Shown are the ${shown} gravest of ${total} findings; promscope check --min-severity hint tells all.`,
  };
}

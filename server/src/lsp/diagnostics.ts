import type { Connection, Diagnostic } from "vscode-languageserver/node";
import { Recall } from "../base/recall.ts";
import type { LineIndex } from "../base/text.ts";
import type { Finding } from "../checks/check.ts";
import { withLevels } from "../checks/levels.ts";
import { allChecks } from "../checks/registry.ts";
import { runChecks } from "../checks/run.ts";
import type { CheckLevels } from "../world/settings.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { toDiagnostic } from "./convert.ts";

/** How long the typing must pause before a push, in milliseconds. */
const pushDelayMs = 200;

/** More findings than this in one file help nobody; the last one says how many were left out. */
const maxDiagnostics = 500;

export interface DiagnosticsHost {
  readonly connection: Connection;
  snapshot(uri: string): Snapshot | undefined;
  linesOf(uri: string): LineIndex | undefined;
  openUris(): readonly string[];
  /** Severities of single checks in a file, as the user and its project set them. */
  levels(uri: string): CheckLevels;
  log(message: string): void;
}

/** The docs page of a check; headings of that page are the ids, and GitHub drops dots from anchors. */
export const docsUrl = (check: string): string =>
  `https://github.com/promscope/promscope/blob/main/docs/checks.md#${check.replaceAll(".", "")}`;

/** Finds the problems of open files: at once for clients that pull, after a pause for those that do not. */
export class Diagnostics {
  readonly #host: DiagnosticsHost;
  readonly #pulls: boolean;
  readonly #refreshes: boolean;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** What the last version of each file gave. */
  readonly #recalls = new Map<string, Recall>();
  #results = 0;

  constructor(host: DiagnosticsHost, client: { readonly pulls: boolean; readonly refreshes: boolean }) {
    this.#host = host;
    this.#pulls = client.pulls;
    this.#refreshes = client.refreshes;
  }

  /** What the current version of a file gives; empty for files that are not ours. */
  findings(snapshot: Snapshot): readonly Finding[] {
    const problems: string[] = [];
    const findings = withLevels(
      runChecks(snapshot, problems, allChecks, this.#recallOf(snapshot.document.uri)),
      this.#host.levels(snapshot.document.uri),
    );
    for (const problem of problems) this.#host.log(problem);
    return findings;
  }

  /** The answer to a pull. */
  pull(uri: string): { resultId: string; items: Diagnostic[] } {
    const snapshot = this.#host.snapshot(uri);
    return {
      resultId: String(++this.#results),
      items: snapshot === undefined ? [] : this.diagnostics(snapshot),
    };
  }

  diagnostics(snapshot: Snapshot): Diagnostic[] {
    const { uri, lines } = snapshot.document;
    const findings = this.findings(snapshot);
    return findings
      .slice(0, maxDiagnostics)
      .map((finding) => toDiagnostic(finding, uri, lines, (target) => this.#host.linesOf(target), docsUrl));
  }

  /** A file changed. */
  changed(uri: string): void {
    if (this.#pulls) return;
    clearTimeout(this.#timers.get(uri));
    const timer = setTimeout(() => this.#push(uri), pushDelayMs);
    this.#timers.set(uri, timer);
  }

  closed(uri: string): void {
    this.#recalls.delete(uri);
    clearTimeout(this.#timers.get(uri));
    this.#timers.delete(uri);
    if (!this.#pulls) void this.#host.connection.sendDiagnostics({ uri, diagnostics: [] });
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

  #recallOf(uri: string): Recall {
    let recall = this.#recalls.get(uri);
    if (recall === undefined) {
      recall = new Recall();
      this.#recalls.set(uri, recall);
    }
    return recall;
  }

  #push(uri: string): void {
    this.#timers.delete(uri);
    const snapshot = this.#host.snapshot(uri);
    if (snapshot === undefined) return;
    const { version } = snapshot.document;
    void this.#host.connection.sendDiagnostics({ uri, version, diagnostics: this.diagnostics(snapshot) });
  }
}

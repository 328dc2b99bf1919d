import type { Diagnostic, FullDocumentDiagnosticReport } from "vscode-languageserver/node";

/**
 * The answer to a pull, as the text that is sent: most of it was said of the version before in the same words, so that
 * to make it of objects each time would be most of what a key costs.
 */
export class ToldReport implements FullDocumentDiagnosticReport {
  readonly kind = "full";
  readonly resultId: string;
  readonly #items: string;

  /** `items` are diagnostics as JSON, with commas between them. */
  constructor(resultId: string, items: string) {
    this.resultId = resultId;
    this.#items = items;
  }

  /** Whether both say the same. */
  saysAs(other: ToldReport): boolean {
    return this.#items === other.#items;
  }

  get items(): Diagnostic[] {
    return JSON.parse(`[${this.#items}]`) as Diagnostic[];
  }

  /** What `JSON.stringify` would say of it. */
  get json(): string {
    return `{"kind":"full","resultId":${JSON.stringify(this.resultId)},"items":[${this.#items}]}`;
  }

  /** For transports that encode by themselves. */
  toJSON(): unknown {
    return { kind: this.kind, resultId: this.resultId, items: this.items };
  }
}

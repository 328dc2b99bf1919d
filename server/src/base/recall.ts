/**
 * Remembers from one run to the next what was made of texts. Each run keeps what it asked for and no more, so that a
 * file that is edited for hours holds no more than its last version.
 */
export class Recall {
  #before: ReadonlyMap<string, ReadonlyMap<string, unknown>> = new Map();
  #now = new Map<string, Map<string, unknown>>();
  readonly #limit: number;

  /** So many texts of one kind are remembered, then these are forgotten: for one run over a large file a few. */
  constructor(limit = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
  }

  /** A run begins: what the one before it did not ask for is forgotten. */
  begin(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }

  /**
   * What `make` makes of the text, from the run before where that had it. `kind` tells apart what is made, with
   * everything else that it depends on; what is made must not be changed by those who get it.
   */
  of<T>(kind: string, text: string, make: (text: string) => T): T {
    let now = this.#now.get(kind);
    if (now === undefined) {
      now = new Map();
      this.#now.set(kind, now);
    }
    const known = now.get(text);
    if (known !== undefined || now.has(text)) return known as T;
    const before = this.#before.get(kind);
    const value = before?.has(text) === true ? (before.get(text) as T) : make(text);
    if (now.size >= this.#limit) now.clear();
    // The key is the text of this run: one of an earlier run would keep that whole version of its file alive.
    now.set(text, value);
    return value;
  }
}

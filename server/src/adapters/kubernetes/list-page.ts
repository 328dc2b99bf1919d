/**
 * Takes a Kubernetes list apart while it arrives: each item is handed on by itself, so that nobody ever parses a page
 * of megabytes at once. What stands around the items is kept, up to a limit.
 */
export class ListPageReader {
  readonly #onItem: (item: unknown) => void;
  readonly #around: Buffer[] = [];
  #aroundBytes = 0;
  /** Pieces of the item under way, from earlier chunks. */
  #pieces: Buffer[] = [];
  #depth = 0;
  #inString = false;
  #escaped = false;
  #inItems = false;

  /** `onItem` may throw; `push` then does. */
  constructor(onItem: (item: unknown) => void) {
    this.#onItem = onItem;
  }

  /** Throws `SyntaxError` where an item is no JSON, or what is around the items grows without end. */
  push(chunk: Buffer): void {
    let depth = this.#depth;
    let inString = this.#inString;
    let escaped = this.#escaped;
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === 0x5c) escaped = true;
        else if (byte === 0x22) inString = false;
        continue;
      }
      if (byte === 0x22) inString = true;
      else if (byte === 0x7b || byte === 0x5b) {
        depth++;
        if (this.#inItems) {
          if (depth === 3) from = at;
        } else if (depth === 2 && byte === 0x5b && this.#isItemsKey(chunk.subarray(from, at))) {
          this.#keepAround(chunk.subarray(from, at + 1));
          this.#inItems = true;
          from = at + 1;
        }
      } else if (byte === 0x7d || byte === 0x5d) {
        depth--;
        if (!this.#inItems) continue;
        if (depth === 2) {
          this.#finishItem(chunk.subarray(from, at + 1));
          from = at + 1;
        } else if (depth === 1) {
          this.#inItems = false;
          from = at;
        }
      }
    }
    this.#depth = depth;
    this.#inString = inString;
    this.#escaped = escaped;
    const rest = chunk.subarray(from);
    if (!this.#inItems) this.#keepAround(rest);
    else if (depth > 2) this.#pieces.push(Buffer.from(rest));
  }

  /** What stands around the items, with `items` empty; throws `SyntaxError` where that is no whole JSON. */
  end(): unknown {
    return JSON.parse(Buffer.concat(this.#around).toString("utf8"));
  }

  /** The start of what came, for messages. */
  get start(): string {
    return Buffer.concat(this.#around).subarray(0, 4_000).toString("utf8");
  }

  #finishItem(last: Buffer): void {
    const whole = this.#pieces.length === 0 ? last : Buffer.concat([...this.#pieces, last]);
    this.#pieces = [];
    this.#onItem(JSON.parse(whole.toString("utf8")));
  }

  #isItemsKey(before: Buffer): boolean {
    // The key may have come with an earlier chunk.
    const text = Buffer.concat([...this.#around.slice(-2), before])
      .subarray(-40)
      .toString("latin1");
    return /"items"\s*:\s*$/.test(text);
  }

  #keepAround(bytes: Buffer): void {
    this.#aroundBytes += bytes.length;
    if (this.#aroundBytes > maxAround) throw new SyntaxError("This is no list");
    if (bytes.length > 0) this.#around.push(Buffer.from(bytes));
  }
}

const maxAround = 256_000;

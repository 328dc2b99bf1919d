/** Takes the names of a list one by one, as UTF-8 or as text. */
export interface NameSink {
  add(source: Uint8Array, start: number, end: number): void;
  addText(name: string): void;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openList = 0x5b;
const closeList = 0x5d;
const openMap = 0x7b;
const closeMap = 0x7d;
const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** What stands around the names, and elements that are no names, may be this long. */
const maxOuterBytes = 1_000_000;
const maxElementBytes = 65_536;

const decoder = new TextDecoder();

/**
 * Reads the JSON of a list of names (`{"status":"success","data":["a","b"],…}`) as it arrives, cut at any byte: the
 * names go to a sink one by one, and neither the body nor the list ever stands in one text. What JSON.parse refuses
 * is refused; elements of `data` that are no texts are left out.
 */
export class NameDecoder {
  readonly #sink: NameSink;
  /** Bytes outside of the list, which is empty among them. */
  #outer = new Growing(maxOuterBytes);
  #carry = new Growing(maxElementBytes * 6);
  #state: "outer" | "value" | "string" | "other" | "after" | "broken" = "outer";
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Where the last text at the first level began in `#outer`. */
  #keyStart = 0;
  #dataNext = false;
  #first = true;
  #hasEscapes = false;
  /** Names that were handed on. */
  count = 0;
  /** Whether there were elements that are no names: the list is then not known in whole. */
  skipped = false;

  constructor(sink: NameSink) {
    this.#sink = sink;
  }

  feed(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      switch (this.#state) {
        case "outer":
          at = this.#readOuter(bytes, at);
          break;
        case "string":
          at = this.#readString(bytes, at);
          break;
        case "other":
          at = this.#readOther(bytes, at);
          break;
        case "value":
        case "after":
          at = this.#readBetween(bytes, at);
          break;
        case "broken":
          return;
      }
    }
  }

  /** What stood around the names, as the text of an envelope with an empty list; no JSON where the body is none. */
  end(): string {
    if (this.#state === "broken" || this.#outer.overflowed) return "]";
    return decoder.decode(this.#outer.bytes());
  }

  #readOuter(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (this.#inString) {
        this.#outer.push(byte);
        if (this.#escaped) this.#escaped = false;
        else if (byte === backslash) this.#escaped = true;
        else if (byte === quote) this.#inString = false;
        continue;
      }
      const listFollows = this.#dataNext && byte === openList;
      if (!isBlank(byte)) this.#dataNext = false;
      if (byte === colon && this.#depth === 1) this.#dataNext = this.#keyIsData();
      if (byte === quote) {
        this.#inString = true;
        this.#keyStart = this.#outer.length;
      } else if (byte === openMap || byte === openList) this.#depth++;
      else if (byte === closeMap || byte === closeList) this.#depth--;
      this.#outer.push(byte);
      if (listFollows) {
        this.#state = "value";
        this.#first = true;
        return at + 1;
      }
    }
    return bytes.length;
  }

  #keyIsData(): boolean {
    const key = decoder.decode(this.#outer.bytes(this.#keyStart)).trimEnd();
    return key === '"data"';
  }

  /** Commas, the end of the list, and the beginning of an element. */
  #readBetween(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (isBlank(byte)) continue;
      if (byte === closeList && (this.#state === "after" || this.#first)) {
        this.#outer.push(byte);
        this.#depth--;
        this.#state = "outer";
        return at + 1;
      }
      if (this.#state === "after") {
        if (byte !== comma) this.#state = "broken";
        else this.#state = "value";
        return at + 1;
      }
      if (byte === comma || byte === closeList) {
        this.#state = "broken";
        return at;
      }
      this.#first = false;
      this.#carry.clear();
      this.#hasEscapes = false;
      this.#escaped = false;
      this.#inString = false;
      this.#state = byte === quote ? "string" : "other";
      return byte === quote ? at + 1 : at;
    }
    return bytes.length;
  }

  #readString(bytes: Uint8Array, from: number): number {
    let at = from;
    for (; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (this.#escaped) this.#escaped = false;
      else if (byte === quote) {
        this.#take(bytes, from, at);
        return at + 1;
      } else if (byte === backslash) {
        this.#escaped = true;
        this.#hasEscapes = true;
      }
      if (byte < 0x20) {
        this.#state = "broken";
        return at;
      }
    }
    this.#carry.append(bytes, from, at);
    return at;
  }

  #take(bytes: Uint8Array, from: number, to: number): void {
    this.#state = "after";
    if (!this.#hasEscapes && this.#carry.length === 0) {
      this.#sink.add(bytes, from, to);
      this.count++;
      return;
    }
    this.#carry.append(bytes, from, to);
    if (this.#carry.overflowed) {
      this.#state = "broken";
      return;
    }
    const raw = this.#carry.bytes();
    if (!this.#hasEscapes) this.#sink.add(raw, 0, raw.length);
    else {
      const text = parsed(`"${decoder.decode(raw)}"`);
      if (typeof text !== "string") {
        this.#state = "broken";
        return;
      }
      this.#sink.addText(text);
    }
    this.count++;
  }

  /** An element that is no text, up to the comma or bracket behind it. */
  #readOther(bytes: Uint8Array, from: number): number {
    const base = 2;
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === backslash) this.#escaped = true;
        else if (byte === quote) this.#inString = false;
      } else if (byte === quote) this.#inString = true;
      else if (this.#depth === base && (byte === comma || byte === closeList)) {
        const valid = !this.#carry.overflowed && parsed(decoder.decode(this.#carry.bytes())) !== undefined;
        this.#state = valid ? "after" : "broken";
        this.skipped = true;
        return at;
      } else if (byte === openMap || byte === openList) this.#depth++;
      else if (byte === closeMap || byte === closeList) this.#depth--;
      this.#carry.push(byte);
    }
    return bytes.length;
  }
}

/** The value of a text of JSON; nothing where it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Bytes that are gathered, up to a limit. */
class Growing {
  readonly #limit: number;
  #bytes = new Uint8Array(256);
  length = 0;
  overflowed = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(byte: number): void {
    if (!this.#reserve(1)) return;
    this.#bytes[this.length++] = byte;
  }

  append(source: Uint8Array, from: number, to: number): void {
    if (!this.#reserve(to - from)) return;
    this.#bytes.set(source.subarray(from, to), this.length);
    this.length += to - from;
  }

  bytes(from = 0): Uint8Array {
    return this.#bytes.subarray(from, this.length);
  }

  clear(): void {
    this.length = 0;
    this.overflowed = false;
  }

  #reserve(more: number): boolean {
    if (this.length + more > this.#limit) {
      this.overflowed = true;
      return false;
    }
    if (this.length + more > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + more));
      larger.set(this.#bytes.subarray(0, this.length));
      this.#bytes = larger;
    }
    return true;
  }
}

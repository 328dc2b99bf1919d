import type { YamlDocument, YamlNode, YamlPair, YamlScalar, YamlStream } from "../node.ts";
import { Scalar } from "../scalar.ts";
import { plainScalarType } from "../scalar-type.ts";
import { flowCollection } from "./flow.ts";
import {
  blockEnd,
  chars,
  emptyScalar,
  foldedEnd,
  isEmpty,
  longestKey,
  none,
  plainEnd,
  plainLineEnd,
  quotedEnd,
  quotedScalar,
  scalarAt,
  skipSpaces,
  startsPlain,
} from "./scan.ts";

const maxDepth = 100;
/** Most files are of nothing else: a class without exceptions is tested in a fraction of the time. */
const nonAscii = /[^\n\x20-\x7e]/;
/** Tabs, line breaks other than LF and CRLF, and what is no printable character. */
const unusual =
  /\t|\r(?!\n)|[^\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;

/**
 * Reads a file that is written in the plain subset of YAML, as nearly all are: block mappings and sequences, plain
 * scalars, quoted ones and flow collections of one line, block scalars, comments and `---`. Nothing for any other
 * file. What is read is exactly what the library reads, only several times faster; `test/fuzz/yaml-subset.test.ts`
 * holds the two together.
 */
export function parseSubset(text: string): YamlStream | undefined {
  if (nonAscii.test(text) && unusual.test(text)) return undefined;
  const documents = new SubsetParser(text).documents();
  return documents === undefined ? undefined : { text, documents, isPlain: true };
}

/**
 * Reads one item of a block sequence that stands alone, its dash in the column; nothing where it is not in the plain
 * subset, or is not one item from the first line to the last.
 */
export function parseSubsetItem(text: string, column: number): YamlNode | undefined {
  if (nonAscii.test(text) && unusual.test(text)) return undefined;
  return new SubsetParser(text).item(column);
}

class SubsetParser {
  readonly #text: string;
  /** The next content, and its column; `none` where the document ends. */
  #at = 0;
  #column = none;
  #depth = 0;
  #gaveUp = false;
  /** The last plain key that began with each letter: nearly all keys of a file are ones that it had before. */
  readonly #keys: string[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  documents(): readonly YamlDocument[] | undefined {
    const text = this.#text;
    const documents: { root: YamlNode | undefined; start: number }[] = [];
    this.#toContent(0);
    while (this.#at < text.length || documents.length === 0) {
      const start = this.#at;
      if (this.#column === none) this.#endLine(start + 3);
      if (this.#column > 0 || start === text.length) this.#giveUp();
      const root = this.#column === none ? undefined : this.#node(none);
      const isCollection = root?.kind !== "scalar" && root?.kind !== "alias" && root?.flow !== true;
      if (this.#column !== none || !isCollection) this.#giveUp();
      if (this.#gaveUp) return undefined;
      documents.push({ root, start });
    }
    return documents.map(({ root, start }, index) => ({
      root,
      span: { start, end: documents[index + 1]?.start ?? text.length },
      problems: [],
    }));
  }

  item(column: number): YamlNode | undefined {
    this.#toContent(0);
    if (this.#column !== column || !this.#isDash()) return undefined;
    const sequence = this.#sequence(column);
    const isWhole = this.#column === none && this.#at === this.#text.length && !this.#gaveUp;
    return isWhole && sequence.kind === "seq" && sequence.items.length === 1 ? sequence.items[0] : undefined;
  }

  /** What is not for us: everything ends here, and the library reads the file. */
  #giveUp(): YamlScalar {
    this.#gaveUp = true;
    this.#at = this.#text.length;
    this.#column = none;
    return emptyScalar(this.#text, this.#at);
  }

  /** Goes on to the next line with content; only blanks and a comment may follow on this one. */
  #endLine(from: number): void {
    const at = skipSpaces(this.#text, from);
    const code = this.#text.charCodeAt(at);
    if (code === chars.hash ? at === from : !isEmpty(code)) this.#giveUp();
    else this.#toContent(this.#text.indexOf("\n", at) + 1 || this.#text.length);
  }

  #toContent(from: number): void {
    const text = this.#text;
    let line = from;
    let at = skipSpaces(text, line);
    while (text.charCodeAt(at) === chars.hash || isEmpty(text.charCodeAt(at))) {
      const newline = text.indexOf("\n", at);
      line = newline < 0 ? text.length : newline + 1;
      at = skipSpaces(text, line);
      if (at === text.length) break;
    }
    this.#at = at;
    this.#column = at === text.length ? none : at - line;
    if (this.#column !== 0) return;
    if (text.startsWith("---", at) && isEmpty(text.charCodeAt(at + 3))) this.#column = none;
    else if (text.startsWith("...", at)) this.#giveUp();
  }

  #isDash(): boolean {
    return this.#text.charCodeAt(this.#at) === chars.dash && isEmpty(this.#text.charCodeAt(this.#at + 1));
  }

  /** A node that begins its line, or stands behind a dash; `parent` is the column of what holds it. */
  #node(parent: number): YamlNode {
    if (++this.#depth > maxDepth) return this.#giveUp();
    const column = this.#column;
    let node: YamlNode;
    if (this.#isDash()) node = this.#sequence(column);
    else {
      const key = this.#key();
      node = key === undefined ? this.#value(parent) : this.#mapping(column, key);
    }
    this.#depth--;
    return node;
  }

  #sequence(column: number): YamlNode {
    const start = this.#at;
    const items: YamlNode[] = [];
    let end = start;
    do {
      const at = skipSpaces(this.#text, this.#at + 1);
      let item: YamlNode;
      if (isEmpty(this.#text.charCodeAt(at)) || this.#text.charCodeAt(at) === chars.hash) {
        this.#endLine(this.#at + 1);
        item = this.#column > column ? this.#node(column) : emptyScalar(this.#text, at);
      } else {
        this.#column = column + at - this.#at;
        this.#at = at;
        item = this.#node(column);
      }
      // A line that is indented deeper than the dash, and fits nowhere below it.
      if (this.#column > column) return this.#giveUp();
      items.push(item);
      end = item.span.end;
    } while (this.#column === column && this.#isDash());
    return { kind: "seq", flow: false, items, span: { start, end } };
  }

  #mapping(column: number, first: YamlScalar): YamlNode {
    // A list that is made with what is in it has no room to spare: many mappings have but one pair.
    const pairs = [this.#pair(first, column)];
    while (this.#column === column) {
      const key = this.#key();
      if (key === undefined) return this.#giveUp();
      pairs.push(this.#pair(key, column));
    }
    if (this.#column > column) return this.#giveUp();
    const end = pairs[pairs.length - 1]?.span.end ?? first.span.end;
    return { kind: "map", flow: false, pairs, span: { start: first.span.start, end } };
  }

  #pair(key: YamlScalar, column: number): YamlPair {
    const value = this.#pairValue(key, column);
    const end = Math.max(key.span.end, value.span.end);
    return { key, value, span: { start: key.span.start, end } };
  }

  #pairValue(key: YamlScalar, column: number): YamlNode {
    const at = skipSpaces(this.#text, key.span.end + 1);
    const code = this.#text.charCodeAt(at);
    if (!isEmpty(code) && code !== chars.hash) {
      this.#at = at;
      return this.#value(column);
    }
    this.#endLine(key.span.end + 1);
    if (this.#column > column) return this.#node(column);
    return this.#column === column && this.#isDash() ? this.#sequence(column) : emptyScalar(this.#text, at);
  }

  /** The key that stands at the next content, if one does. */
  #key(): YamlScalar | undefined {
    const text = this.#text;
    const start = this.#at;
    const first = text.charCodeAt(start);
    const slot = (first ^ (text.charCodeAt(start + 1) << 2)) & 63;
    const known = this.#keys[slot];
    if (known !== undefined && text.startsWith(known, start) && isKeyEnd(text, start + known.length))
      return new Scalar(text, known, plainScalarType(known), "plain", { start, end: start + known.length });
    const isQuoted = first === chars.doubleQuote || first === chars.singleQuote;
    if (!isQuoted && !startsPlain(text, start, false)) return undefined;
    const end = isQuoted ? quotedEnd(text, start) : plainEnd(text, start, false);
    if (end === undefined || end - start > longestKey || !isKeyEnd(text, end)) return undefined;
    if (isQuoted) return quotedScalar(text, start, end);
    const key = scalarAt(text, "plain", start, end, false);
    this.#keys[slot] = key.value;
    return key;
  }

  /** A scalar or a flow collection; `parent` is the column of the mapping or the sequence that holds it. */
  #value(parent: number): YamlNode {
    const text = this.#text;
    const start = this.#at;
    const first = text[start];
    if (first === "|" || first === ">") {
      const end = blockEnd(text, start, parent + 1);
      if (end === undefined) return this.#giveUp();
      this.#toContent(end);
      return scalarAt(text, first === "|" ? "literal" : "folded", start, end, true);
    }
    let node: YamlNode | undefined;
    if (first === "{" || first === "[") node = flowCollection(text, start);
    else if (first === '"' || first === "'") {
      const end = quotedEnd(text, start);
      if (end !== undefined) node = quotedScalar(text, start, end);
    } else if (startsPlain(text, start, false)) {
      const line = plainLineEnd(text, start);
      const end = foldedEnd(text, line, parent + 1);
      node = scalarAt(text, "plain", start, end, end > line);
    }
    if (node === undefined) return this.#giveUp();
    this.#endLine(node.span.end);
    return node;
  }
}

/** Whether a colon stands there that ends a key. */
function isKeyEnd(text: string, at: number): boolean {
  return text.charCodeAt(at) === chars.colon && isEmpty(text.charCodeAt(at + 1));
}

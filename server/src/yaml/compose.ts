import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Scalar as LibraryScalar,
  type ParsedNode,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { Span } from "../base/text.ts";
import type { ScalarStyle, YamlMap, YamlNode, YamlPair, YamlProblem, YamlScalar, YamlSeq } from "./node.ts";
import { decodeScalar, Scalar } from "./scalar.ts";
import { plainScalarType, tagTypes } from "./scalar-type.ts";

const styles: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: "plain",
  QUOTE_SINGLE: "single",
  QUOTE_DOUBLE: "double",
  BLOCK_LITERAL: "literal",
  BLOCK_FOLDED: "folded",
};
/**
 * Turns one document of the library into our nodes. Aliases stand for the node of the latest anchor before
 * them and are never expanded, so a document costs what its text costs.
 */
export class Composer {
  readonly problems: YamlProblem[] = [];
  readonly #text: string;
  /** Quoted scalars whose line breaks the library did not see, by their start: they are decoded here. */
  readonly #masked: ReadonlySet<number>;
  /** Where the library's text begins in ours. */
  readonly #shift: number;
  readonly #anchors = new Map<string, YamlNode>();
  /** Collections that are being composed: an alias to one of them would contain itself. */
  readonly #open = new Set<YamlNode>();

  constructor(text: string, masked: ReadonlySet<number>, shift = 0) {
    this.#text = text;
    this.#masked = masked;
    this.#shift = shift;
  }

  /** The root, or nothing for an empty document. */
  root(document: Document.Parsed): YamlNode | undefined {
    const { contents } = document;
    if (contents === null) return undefined;
    const isEmpty = isScalar(contents) && contents.range[0] === contents.range[1];
    return isEmpty && contents.anchor === undefined && contents.tag === undefined
      ? undefined
      : this.#node(contents, contents.range[0] + this.#shift);
  }

  #node(node: ParsedNode | null | undefined, emptyAt: number): YamlNode {
    if (isMap(node)) return this.#map(node as YAMLMap.Parsed);
    if (isSeq(node)) return this.#seq(node as YAMLSeq.Parsed);
    if (isScalar(node)) return this.#scalar(node as LibraryScalar.Parsed);
    if (isAlias(node)) {
      const { range } = node;
      return this.#alias(node.source, range ? this.#span(range) : { start: emptyAt, end: emptyAt });
    }
    return this.#empty(emptyAt);
  }

  /** A range of the library; in broken texts those can reach past the end. */
  #span(range: readonly [number, number, ...unknown[]]): { start: number; end: number } {
    const start = Math.min(range[0] + this.#shift, this.#text.length);
    return { start, end: Math.max(start, Math.min(range[1] + this.#shift, this.#text.length)) };
  }

  #empty(offset: number): YamlScalar {
    const at = Math.min(offset, this.#text.length);
    return new Scalar(this.#text, "", "null", "plain", { start: at, end: at });
  }

  #scalar(node: LibraryScalar.Parsed): YamlScalar {
    const span = this.#span(node.range);
    const style = styles[node.type ?? "PLAIN"] ?? "plain";
    const { anchor, tag } = node;
    const decoded = typeof node.value === "string" ? node.value : (node.source ?? "");
    const value = this.#masked.has(span.start - this.#shift)
      ? decodeScalar(this.#text, style, span, decoded).value
      : decoded;
    const type =
      (tag === undefined ? undefined : tagTypes[tag]) ??
      (style === "plain" && tag === undefined ? plainScalarType(value) : "string");
    const scalar = Scalar.with({ anchor, tag }, this.#text, value, type, style, span);
    if (anchor !== undefined) this.#anchors.set(anchor, scalar);
    return scalar;
  }

  #map(node: YAMLMap.Parsed): YamlMap {
    const pairs: YamlPair[] = [];
    const span = this.#span(node.range);
    const flow = node.flow === true;
    const map: YamlMap = { kind: "map", flow, pairs, span, ...propertiesOf(node) };
    this.#begin(map);
    for (const pair of node.items) {
      const key = this.#node(pair.key, pairs.at(-1)?.span.end ?? span.start);
      const value = this.#node(pair.value, key.span.end);
      const pairSpan = { start: key.span.start, end: Math.max(key.span.end, value.span.end) };
      pairs.push({ key, value, span: pairSpan });
    }
    this.#open.delete(map);
    // The library's range goes on to the next token: ours ends with the last value.
    if (!flow) span.end = pairs.at(-1)?.span.end ?? span.start;
    return map;
  }

  #seq(node: YAMLSeq.Parsed): YamlSeq {
    const items: YamlNode[] = [];
    const span = this.#span(node.range);
    const flow = node.flow === true;
    const seq: YamlSeq = { kind: "seq", flow, items, span, ...propertiesOf(node) };
    this.#begin(seq);
    for (const item of node.items) {
      const pair = item as unknown as { key?: ParsedNode; value?: ParsedNode | null };
      const keyStart = pair.key === undefined ? undefined : pair.key.range[0] + this.#shift;
      items.push(this.#node(item as ParsedNode, keyStart ?? items.at(-1)?.span.end ?? span.start));
    }
    this.#open.delete(seq);
    if (!flow) span.end = Math.max(Math.min(span.start + 1, span.end), items.at(-1)?.span.end ?? 0);
    return seq;
  }

  #begin(node: YamlMap | YamlSeq): void {
    this.#open.add(node);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
  }

  #alias(name: string, span: Span): YamlNode {
    const target = this.#anchors.get(name);
    if (target === undefined) this.#problem(`unknown anchor '${name}' referenced`, span);
    else if (this.#open.has(target)) this.#problem(`anchor '${name}' value contains itself`, span);
    else return { kind: "alias", name, target, span };
    return { kind: "alias", name, target: undefined, span };
  }

  #problem(message: string, span: Span): void {
    this.problems.push({ message, span, fatal: true });
  }
}

function propertiesOf(node: { anchor?: string; tag?: string }): { anchor?: string; tag?: string } {
  return {
    ...(node.anchor === undefined ? {} : { anchor: node.anchor }),
    ...(node.tag === undefined ? {} : { tag: node.tag }),
  };
}

import type { Span } from "../../base/text.ts";
import type { YamlMap, YamlNode, YamlPair, YamlScalar, YamlSeq } from "../node.ts";
import { Scalar } from "../scalar.ts";
import { plainScalarType, tagTypes } from "../scalar-type.ts";
import type { Event } from "./event.ts";
import { Parser } from "./parser.ts";
import { GoYamlError, type Mark } from "./reader.ts";
import { binaryText } from "./resolve.ts";

/** A document as go-yaml composes it, or what keeps it from it. */
export interface GoDocument {
  readonly root: YamlNode | undefined;
  /** From the first token to behind the last. */
  readonly span: Span;
  readonly error: GoYamlError | undefined;
  /** Whether the error stands before the document has begun. */
  readonly isUnbegun: boolean;
  /** Where nodes go deeper than we follow. */
  readonly tooDeep: Span | undefined;
  /** Where that begins which was perhaps not closed: a flow collection around the error, a text before it. */
  readonly suspect: number | undefined;
}

/** Reads documents up to the first error or the end (`decode.go`, parser). */
export function* goDocuments(text: string, maxDepth: number): Iterable<GoDocument> {
  const parser = new Parser(text);
  let isFirst = true;
  for (;;) {
    let start: Event | undefined;
    const composer = new Composer(text, maxDepth);
    try {
      do start = parser.next();
      while (start.type === "stream-start");
      if (start.type === "stream-end") return;
      const { root, end } = composer.document(parser);
      const span = { start: lineStart(text, start.start.offset), end };
      yield {
        root,
        span,
        error: composer.late,
        isUnbegun: false,
        tooDeep: composer.tooDeep,
        suspect: undefined,
      };
      isFirst = false;
    } catch (error) {
      if (!(error instanceof GoYamlError)) throw error;
      const isUnbegun = start === undefined || start.type === "stream-start";
      // Before the first event the reader may stumble over what stands further down.
      const unstarted = isFirst ? Math.max(text.search(/\S/), 0) : error.at.offset;
      const from = lineStart(text, Math.min(start?.start.offset ?? unstarted, text.length));
      const span = { start: from, end: text.length };
      yield { root: undefined, span, error, isUnbegun, tooDeep: undefined, suspect: composer.suspect };
      return;
    }
  }
}

interface Open {
  readonly add: (node: YamlNode) => void;
  readonly close: (end: Mark) => void;
}

class Composer {
  tooDeep: Span | undefined;
  /** What go-yaml finds out when it decodes, so that errors further down come first. */
  late: GoYamlError | undefined;
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #anchors = new Map<string, YamlNode>();
  /** Collections that are being composed: an alias to one of them would contain itself. */
  readonly #unfinished = new Set<YamlNode>();
  /** The last node, where it is a quoted scalar. */
  #lastQuoted: { readonly start: Mark; readonly end: Mark } | undefined;

  constructor(text: string, maxDepth: number) {
    this.#text = text;
    this.#maxDepth = maxDepth;
  }

  /** Where the outermost flow collection starts that has not ended, or a quoted text of several lines before the error. */
  get suspect(): number | undefined {
    for (const node of this.#unfinished)
      if (node.kind !== "scalar" && node.kind !== "alias" && node.flow) return node.span.start;
    const last = this.#lastQuoted;
    return last !== undefined && last.start.line < last.end.line ? last.start.offset : undefined;
  }

  /** The events up to the end of the document, which begins with the next. */
  document(parser: Parser): { readonly root: YamlNode | undefined; readonly end: number } {
    let root: YamlNode | undefined;
    const open: Open[] = [];
    for (;;) {
      const event = parser.next();
      if (event.type === "document-end") return { root, end: event.end.offset };
      if (event.type === "end") {
        open.pop()?.close(event.end);
        continue;
      }
      const isQuoted = event.type === "scalar" && (event.style === "single" || event.style === "double");
      this.#lastQuoted = isQuoted ? event : undefined;
      const node = this.#node(event);
      if (node === undefined) continue;
      if (event.type === "scalar" || event.type === "alias" || open.length < this.#maxDepth)
        open.at(-1)?.add(node);
      else this.tooDeep ??= node.span;
      if (open.length === 0) root = isNothing(node) ? undefined : node;
      if (event.type === "sequence" && node.kind === "seq") open.push(this.#openSeq(node));
      if (event.type === "mapping" && node.kind === "map") open.push(this.#openMap(node));
    }
  }

  #node(event: Event): YamlNode | undefined {
    switch (event.type) {
      case "alias":
        return this.#alias(event.anchor, event.start, event.end);
      case "scalar": {
        const { anchor, tag, value, style } = event;
        const span = this.#scalarSpan(event.content.offset, event.end.offset, style);
        const type =
          (tag === undefined ? undefined : tagTypes[tag]) ??
          (style === "plain" && (tag === undefined || tag === "!") ? plainScalarType(value) : "string");
        const binary = tag === "tag:yaml.org,2002:binary" ? binaryText(value) : undefined;
        const written = binary === undefined ? undefined : value;
        return this.#anchored(
          Scalar.with({ anchor, tag, written }, this.#text, binary ?? value, type, style, span),
        );
      }
      case "sequence":
      case "mapping": {
        const { flow, anchor, tag } = event;
        const span = { start: event.content.offset, end: event.end.offset };
        const properties = {
          ...(anchor === undefined ? {} : { anchor }),
          ...(tag === undefined ? {} : { tag }),
        };
        return this.#anchored(
          event.type === "sequence"
            ? { kind: "seq", flow, items: [], span, ...properties }
            : { kind: "map", flow, pairs: [], span, ...properties },
        );
      }
      default:
        return undefined;
    }
  }

  /** What is not there stands behind the blanks that follow. */
  #scalarSpan(start: number, end: number, style: YamlScalar["style"]): Span {
    if (style !== "plain" || start !== end) return { start, end };
    let at = start;
    while (this.#text[at] === " " || this.#text[at] === "\t") at++;
    return { start: at, end: at };
  }

  #anchored<T extends YamlNode>(node: T): T {
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    return node;
  }

  #openSeq(seq: YamlSeq): Open {
    const items = seq.items as YamlNode[];
    const span = seq.span as { start: number; end: number };
    this.#unfinished.add(seq);
    return {
      add: (node) => void items.push(node),
      close: (end) => {
        this.#unfinished.delete(seq);
        span.end = seq.flow ? end.offset : (items.at(-1)?.span.end ?? span.end);
      },
    };
  }

  #openMap(map: YamlMap): Open {
    const pairs = map.pairs as YamlPair[];
    const span = map.span as { start: number; end: number };
    let key: YamlNode | undefined;
    this.#unfinished.add(map);
    return {
      add: (node) => {
        if (key === undefined) key = node;
        else {
          pairs.push({ key, value: node, span: { start: key.span.start, end: 0 } });
          key = undefined;
        }
      },
      close: (end) => {
        this.#unfinished.delete(map);
        // Only now do all nodes below have their ends.
        for (const { key: name, value, span: pairSpan } of pairs)
          (pairSpan as { end: number }).end = this.#isBelow(name.span.end, value.span)
            ? name.span.end
            : Math.max(name.span.end, value.span.end);
        span.end = map.flow && end.offset > span.end ? end.offset : (pairs.at(-1)?.span.end ?? span.end);
      },
    };
  }

  /** Whether what is not there stands, for go-yaml, where the next thing begins: behind a key without a colon. */
  #isBelow(from: number, { start, end }: Span): boolean {
    if (start !== end || start <= from) return false;
    const between = this.#text.slice(from, start);
    return between.includes("\n") && !between.includes(":");
  }

  #alias(name: string, start: Mark, end: Mark): YamlNode {
    const target = this.#anchors.get(name);
    const span = { start: start.offset, end: end.offset };
    if (target === undefined) throw new GoYamlError("composer", `unknown anchor '${name}' referenced`, start);
    if (!this.#unfinished.has(target)) return { kind: "alias", name, target, span };
    this.late ??= new GoYamlError("composer", `anchor '${name}' value contains itself`, start);
    return { kind: "alias", name, target: undefined, span };
  }
}

/** What stands for an empty document. */
function isNothing(node: YamlNode): boolean {
  return (
    node.kind === "scalar" &&
    node.span.start === node.span.end &&
    node.anchor === undefined &&
    node.tag === undefined
  );
}

function lineStart(text: string, offset: number): number {
  const start = offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
  return start === 0 && text.startsWith("\ufeff") ? 1 : start;
}

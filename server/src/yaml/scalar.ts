import type { Span } from "../base/text.ts";
import { decodeBlock } from "./block-scalars.ts";
import { decodeDoubleQuoted, decodePlain, decodeSingleQuoted } from "./flow-scalars.ts";
import type { OffsetMap, ScalarStyle, ScalarType, YamlScalar } from "./node.ts";
import { identityMap, RunBuilder } from "./offset-map.ts";

/** A scalar whose map is made on first use: most scalars of a file are never asked for theirs. */
export class Scalar implements YamlScalar {
  readonly kind = "scalar";
  readonly value: string;
  readonly written: string | undefined;
  readonly type: ScalarType;
  readonly style: ScalarStyle;
  readonly span: Span;
  readonly anchor: string | undefined;
  readonly tag: string | undefined;
  readonly #text: string;
  #map: OffsetMap | undefined;

  constructor(text: string, scalar: Omit<YamlScalar, "kind" | "map">) {
    this.#text = text;
    this.value = scalar.value;
    this.written = scalar.written;
    this.type = scalar.type;
    this.style = scalar.style;
    this.span = scalar.span;
    this.anchor = scalar.anchor;
    this.tag = scalar.tag;
  }

  get map(): OffsetMap {
    this.#map ??= scalarMap(this.#text, this);
    return this.#map;
  }
}

/** Decodes a scalar from its source; `value` is only used for block scalars (see `decodeBlock`). */
export function decodeScalar(text: string, style: ScalarStyle, at: Span, value: string): RunBuilder {
  switch (style) {
    case "plain":
      return decodePlain(text, at);
    case "single":
      return decodeSingleQuoted(text, at);
    case "double":
      return decodeDoubleQuoted(text, at);
    default:
      return decodeBlock(text, at, value);
  }
}

function scalarMap(text: string, scalar: YamlScalar): OffsetMap {
  const { span, style, value } = scalar;
  if (style === "plain" && span.end - span.start === value.length && !value.includes("\n"))
    return identityMap(span.start, value.length);
  const quoted = style === "single" || style === "double";
  const emptyAt = quoted ? span.start + 1 : span.end;
  const decoded = decodeScalar(text, style, span, value);
  return (decoded.value === value ? decoded : aligned(text, span, value)).build(span, emptyAt);
}

/** Where go-yaml's value is none that we can decode (its line breaks are more than ours), it is laid beside its source. */
function aligned(text: string, span: Span, value: string): RunBuilder {
  const runs = new RunBuilder();
  let at = span.start;
  for (let i = 0; i < value.length; i++) {
    const char = value[i] ?? "";
    const found = char === "\n" || char === " " ? at : text.indexOf(char, at);
    const source = Math.max(span.start, found < 0 || found >= span.end ? Math.min(at, span.end - 1) : found);
    runs.made(char, source, 1);
    at = Math.min(source + 1, span.end);
  }
  return runs;
}

import type { Span } from "../base/text.ts";
import { decodeBlock } from "./block-scalars.ts";
import { decodeDoubleQuoted, decodePlain, decodeSingleQuoted } from "./flow-scalars.ts";
import type { OffsetMap, ScalarStyle, ScalarType, YamlScalar } from "./node.ts";
import { identityMap, RunBuilder } from "./offset-map.ts";

/**
 * A scalar whose map is made on first use: most scalars of a file are never asked for theirs. They are most of what is
 * kept of a file, so what nearly all of them lack is no property of theirs.
 */
export class Scalar implements YamlScalar {
  readonly kind = "scalar";
  readonly value: string;
  readonly type: ScalarType;
  readonly style: ScalarStyle;
  readonly span: Span;
  declare readonly written?: string;
  declare readonly anchor?: string;
  declare readonly tag?: string;
  /** Until somebody asks for the map, the text of its file. */
  #map: OffsetMap | string;

  constructor(text: string, value: string, type: ScalarType, style: ScalarStyle, span: Span) {
    this.value = value;
    this.type = type;
    this.style = style;
    this.span = span;
    this.#map = text;
  }

  /** A scalar with what few have: an anchor, a tag, or a value that is not what is written. */
  static with(
    { anchor, tag, written }: Pick<YamlScalar, "anchor" | "tag" | "written">,
    ...scalar: ConstructorParameters<typeof Scalar>
  ): YamlScalar {
    const made = new Scalar(...scalar);
    if (anchor !== undefined) Object.assign(made, { anchor });
    if (tag !== undefined) Object.assign(made, { tag });
    if (written !== undefined) Object.assign(made, { written });
    return made;
  }

  get map(): OffsetMap {
    if (typeof this.#map === "string") this.#map = scalarMap(this.#map, this);
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

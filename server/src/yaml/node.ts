import type { Span } from "../base/text.ts";

/**
 * Maps offsets of a scalar's decoded value to offsets of the file and back, for every scalar style.
 * Offsets are UTF-16 units; the end of the value maps to the end of its last character's source.
 */
export interface OffsetMap {
  /** The file offset of the value offset; values past the end are cut to the end. */
  toSource(valueOffset: number): number;
  /** The value offset nearest to a file offset inside the scalar, or nothing outside of it. */
  toValue(sourceOffset: number): number | undefined;
  /** The file span of a value span. */
  spanToSource(value: Span): Span;
}

export type ScalarStyle = "plain" | "single" | "double" | "literal" | "folded";

/** The type that go-yaml would give an untagged scalar where a Go `interface{}` receives it. */
export type ScalarType = "string" | "null" | "bool" | "int" | "float";

interface NodeBase {
  /** Source of the node without its anchor and tag; for block scalars from the `|` or `>` on. */
  readonly span: Span;
  readonly anchor?: string | undefined;
  readonly tag?: string | undefined;
}

export interface YamlScalar extends NodeBase {
  readonly kind: "scalar";
  /** The decoded text; for types other than string the source text (`1e3`, `~`, `yes`). */
  readonly value: string;
  /** What is written where the tag makes another value of it: base64 with `!!binary`. */
  readonly written?: string | undefined;
  readonly type: ScalarType;
  readonly style: ScalarStyle;
  /** Made on first use, then kept. */
  readonly map: OffsetMap;
}

export interface YamlPair {
  readonly key: YamlNode;
  /** A key without a value has a null scalar of zero width behind its colon. */
  readonly value: YamlNode;
  /** From the start of the key to the end of the value. */
  readonly span: Span;
}

export interface YamlMap extends NodeBase {
  readonly kind: "map";
  readonly flow: boolean;
  /** In source order; duplicate keys all appear. */
  readonly pairs: readonly YamlPair[];
}

export interface YamlSeq extends NodeBase {
  readonly kind: "seq";
  readonly flow: boolean;
  /** An item without a value is a null scalar of zero width behind its dash. */
  readonly items: readonly YamlNode[];
}

export interface YamlAlias extends NodeBase {
  readonly kind: "alias";
  readonly name: string;
  /** What the alias stands for, or nothing where no anchor of that name came before. */
  readonly target: YamlNode | undefined;
}

export type YamlNode = YamlScalar | YamlMap | YamlSeq | YamlAlias;

export interface YamlProblem {
  /** One plain sentence. */
  readonly message: string;
  readonly span: Span;
  /** False where only YAML 1.2 objects and go-yaml loads the text. */
  readonly fatal: boolean;
  /** The span is a value that single quotes around it would mend. */
  readonly quotable?: true;
}

export interface YamlDocument {
  /** Nothing for an empty document. */
  readonly root: YamlNode | undefined;
  readonly span: Span;
  readonly problems: readonly YamlProblem[];
}

/** One file: its documents in order. Parsing never fails; what is wrong stands in `problems`. */
export interface YamlStream {
  readonly text: string;
  readonly documents: readonly YamlDocument[];
  /** Without anchors, aliases and tags, and without keys that are collections. */
  readonly isPlain?: true;
}

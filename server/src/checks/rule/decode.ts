import { isNull, keyOf, resolved } from "../../yaml/access.ts";
import { goTag, unresolved } from "../../yaml/go/resolve.ts";
import { isMerge } from "../../yaml/merge.ts";
import type { YamlMap, YamlNode, YamlPair, YamlScalar } from "../../yaml/node.ts";
import type { Shape, StructShape } from "./shape.ts";

/** Where a node stands; kept as steps, for most paths are never written out. */
export interface Path {
  readonly parent: Path | undefined;
  readonly step: string | number;
}

/** What a walk tells: what is wrong before anyone asks what it means, and every scalar that fills a field. */
export interface DecodeVisitor {
  /** Whether an item of a list is passed over: it is walked on its own. */
  skips?(item: YamlNode): boolean;
  unknownField?(field: UnknownField): void;
  wrongType?(node: YamlNode, written: YamlNode, go: string, path: Path | undefined): void;
  badMerge?(pair: YamlPair): void;
  /** A scalar that its tag does not fit, with go-yaml's words. */
  badTag?(words: string, written: YamlNode): void;
  /** A null in a list, which go-yaml passes over. */
  nullItem?(written: YamlNode, path: Path | undefined): void;
  /** `written` is the alias where the value is one. */
  scalar?(scalar: YamlScalar, written: YamlNode, shape: ScalarShape, path: Path | undefined): void;
}

export type ScalarShape =
  | "string"
  | "expression"
  | "duration"
  | "integer"
  | "float"
  | "boolean"
  | "timestamp";

export interface UnknownField {
  readonly pair: YamlPair;
  readonly name: string;
  readonly struct: StructShape;
  readonly map: YamlMap;
  readonly path: Path;
}

const goTypes = {
  string: "string",
  duration: "string",
  expression: "string",
  integer: "int",
  float: "float64",
  boolean: "bool",
  timestamp: "string",
} as const;

/**
 * Walks a tree as go-yaml decodes it into a shape: through aliases and merges, past nulls (`decode.go`).
 */
export function decode(
  node: YamlNode,
  shape: Shape,
  visitor: DecodeVisitor,
  path: Path | undefined = undefined,
): void {
  const target = resolved(node);
  if (target === undefined || isUnread(target, node, visitor)) return;
  switch (shape.kind) {
    case "struct":
      if (target.kind === "map") decodeMap(target, shape, visitor, path);
      else visitor.wrongType?.(target, node, shape.go, path);
      return;
    case "list":
      if (target.kind === "seq") {
        for (const [index, item] of target.items.entries()) {
          if (visitor.skips?.(item) === true) continue;
          const inner = { parent: path, step: index };
          if (isNull(item)) visitor.nullItem?.(item, inner);
          decode(item, shape.item, visitor, inner);
        }
      } else visitor.wrongType?.(target, node, shape.go, path);
      return;
    case "strings":
      if (target.kind === "map") decodeMap(target, undefined, visitor, path);
      else visitor.wrongType?.(target, node, "map[string]string", path);
      return;
    default:
      if (target.kind === "scalar") visitor.scalar?.(target, node, shape.kind, path);
      else visitor.wrongType?.(target, node, goTypes[shape.kind], path);
  }
}

/** Null fills nothing, and neither does what its tag does not fit. */
function isUnread(target: YamlNode, written: YamlNode, visitor: DecodeVisitor): boolean {
  if (target.kind !== "scalar") return false;
  const words = target.tag === undefined ? undefined : unresolved(target);
  if (words !== undefined) visitor.badTag?.(words, written);
  return words !== undefined || target.type === "null";
}

/** What a mapping and those that it merges have filled already: there the first wins. */
interface Merging {
  readonly seen: Set<YamlMap>;
  readonly names: Set<string>;
}

/** A struct with its fields, or without one a mapping of texts; its own keys come before those that it merges. */
function decodeMap(
  map: YamlMap,
  struct: StructShape | undefined,
  visitor: DecodeVisitor,
  path: Path | undefined,
  merging?: Merging,
): void {
  if (merging?.seen.has(map) === true) return;
  merging?.seen.add(map);
  let merge: YamlPair | undefined;
  for (const pair of map.pairs) {
    if (isMerge(pair)) {
      merge = pair;
      continue;
    }
    const key = resolved(pair.key);
    if (key === undefined || isUnread(key, pair.key, visitor)) continue;
    if (key.kind !== "scalar") {
      visitor.wrongType?.(key, pair.key, "string", path);
      continue;
    }
    const name = key.value;
    if (merging?.names.has(name) === true) continue;
    merging?.names.add(name);
    const inner = { parent: path, step: name };
    const field = struct === undefined ? text : struct.fields.get(name);
    if (field !== undefined) decode(pair.value, field, visitor, inner);
    else if (struct !== undefined) visitor.unknownField?.({ pair, name, struct, map, path: inner });
  }
  if (merge === undefined) return;
  // Nearly all mappings merge nothing, and need no sets.
  const inner = merging ?? {
    seen: new Set([map]),
    names: new Set(map.pairs.map((pair) => keyOf(pair) ?? "")),
  };
  for (const merged of mergeTargets(merge)) {
    if (merged === undefined) visitor.badMerge?.(merge);
    else decodeMap(merged, struct, visitor, path, inner);
  }
}

const text: Shape = { kind: "string" };

/** The mappings that a merge names; nothing in the place of what is no mapping. */
function mergeTargets(pair: YamlPair): readonly (YamlMap | undefined)[] {
  const target = resolved(pair.value);
  if (target?.kind === "map") return [target];
  if (pair.value.kind !== "seq") return [undefined];
  return pair.value.items.map((item) => {
    const merged = resolved(item);
    return merged?.kind === "map" ? merged : undefined;
  });
}

/** Kubernetes' way of writing a path: `spec.groups[0].rules[2].for`. */
export function pathText(path: Path | undefined, root: string): string {
  if (path === undefined) return root;
  const before = pathText(path.parent, root);
  if (typeof path.step === "number") return `${before}[${path.step}]`;
  return before === "" ? path.step : `${before}.${path.step}`;
}

/** How go-yaml names a node in `cannot unmarshal …` (`decode.go`, terror). */
export function goNameOf(node: YamlNode): string {
  const tag = goTag(node);
  const value = node.kind === "scalar" ? (node.written ?? node.value) : "";
  if (tag === "!!seq" || tag === "!!map") return tag + value;
  return `${tag} \`${cutBytes(value)}\``;
}

/** More than ten bytes are cut to seven, and be it in the middle of a character. */
function cutBytes(text: string): string {
  let bytes = 0;
  let cut = "";
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const width = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (bytes + width <= 7) cut += char;
    else if (bytes < 7) cut += "\ufffd".repeat(7 - bytes);
    bytes += width;
  }
  return bytes > 10 ? `${cut}...` : text;
}

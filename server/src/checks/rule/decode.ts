import { keyOf, resolved } from "../../yaml/access.ts";
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
  unknownField?(field: UnknownField): void;
  wrongType?(node: YamlNode, written: YamlNode, go: string, path: Path | undefined): void;
  badMerge?(pair: YamlPair): void;
  /** `written` is the alias where the value is one. */
  scalar?(scalar: YamlScalar, written: YamlNode, shape: ScalarShape, path: Path | undefined): void;
}

export type ScalarShape = "string" | "expression" | "duration" | "integer";

export interface UnknownField {
  readonly pair: YamlPair;
  readonly name: string;
  readonly struct: StructShape;
  readonly map: YamlMap;
  readonly path: Path;
}

const goTypes = { string: "string", duration: "string", expression: "string", integer: "int" } as const;

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
  if (target === undefined || (target.kind === "scalar" && target.type === "null")) return;
  switch (shape.kind) {
    case "struct":
      if (target.kind === "map") decodeMap(target, shape, visitor, path, undefined);
      else visitor.wrongType?.(target, node, shape.go, path);
      return;
    case "list":
      if (target.kind === "seq")
        for (const [index, item] of target.items.entries())
          decode(item, shape.item, visitor, { parent: path, step: index });
      else visitor.wrongType?.(target, node, shape.go, path);
      return;
    case "strings":
      if (target.kind === "map") decodeMap(target, undefined, visitor, path, undefined);
      else visitor.wrongType?.(target, node, "map[string]string", path);
      return;
    default:
      if (target.kind === "scalar") visitor.scalar?.(target, node, shape.kind, path);
      else visitor.wrongType?.(target, node, goTypes[shape.kind], path);
  }
}

/** A struct with its fields, or without one a mapping of texts. */
function decodeMap(
  map: YamlMap,
  struct: StructShape | undefined,
  visitor: DecodeVisitor,
  path: Path | undefined,
  merging: Set<YamlMap> | undefined,
): void {
  if (merging?.has(map) === true) return;
  // Made where something is merged: nearly all mappings merge nothing.
  let seen = merging?.add(map);
  for (const pair of map.pairs) {
    if (isMerge(pair)) {
      seen ??= new Set([map]);
      for (const merged of mergeTargets(pair)) {
        if (merged === undefined) visitor.badMerge?.(pair);
        else decodeMap(merged, struct, visitor, path, seen);
      }
      continue;
    }
    const key = resolved(pair.key);
    if (key === undefined || (key.kind === "scalar" && key.type === "null")) continue;
    if (key.kind !== "scalar") {
      visitor.wrongType?.(key, pair.key, "string", path);
      continue;
    }
    const name = keyOf(pair) ?? "";
    const inner = { parent: path, step: name };
    const field = struct === undefined ? text : struct.fields.get(name);
    if (field !== undefined) decode(pair.value, field, visitor, inner);
    else if (struct !== undefined) visitor.unknownField?.({ pair, name, struct, map, path: inner });
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
  if (node.kind === "map" || node.kind === "seq") return node.tag ?? `!!${node.kind}`;
  if (node.kind === "alias") return "!!alias";
  const tag = { string: "!!str", null: "!!null", bool: "!!bool", int: "!!int", float: "!!float" }[node.type];
  const cut = node.value.length > 10 ? `${node.value.slice(0, 7)}...` : node.value;
  return `${tag} \`${cut}\``;
}

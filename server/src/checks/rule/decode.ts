import { keyOf, resolved } from "../../yaml/access.ts";
import { isMerge } from "../../yaml/merge.ts";
import type { YamlMap, YamlNode, YamlPair, YamlScalar } from "../../yaml/node.ts";
import type { Shape, StructShape } from "./shape.ts";

/** Where a node stands, in Kubernetes' way of writing: `spec.groups[0].rules[2].for`. */
type Path = string;

/** What is wrong with a node before anyone asks what it means. */
export type DecodeProblem =
  | {
      readonly kind: "unknown-field";
      readonly pair: YamlPair;
      readonly name: string;
      readonly struct: StructShape;
      readonly map: YamlMap;
      readonly path: Path;
    }
  | {
      readonly kind: "wrong-type";
      readonly node: YamlNode;
      readonly written: YamlNode;
      readonly go: string;
      readonly path: Path;
    }
  | {
      readonly kind: "duration" | "integer";
      readonly scalar: YamlScalar;
      readonly written: YamlNode;
      readonly path: Path;
    }
  | {
      readonly kind: "text";
      readonly scalar: YamlScalar;
      readonly written: YamlNode;
      readonly shape: Shape["kind"];
      readonly path: Path;
    }
  | { readonly kind: "bad-merge"; readonly pair: YamlPair };

const goTypes = {
  string: "string",
  duration: "string",
  expression: "string",
  integer: "int",
  strings: "map[string]string",
};

/**
 * Walks a tree as go-yaml decodes it into a shape: through aliases and merges, past nulls. Every scalar that
 * fills a string, a duration or a number is handed out too, for those have rules of their own.
 */
export function* decode(node: YamlNode, shape: Shape, path: Path): Iterable<DecodeProblem> {
  const target = resolved(node);
  if (target === undefined || (target.kind === "scalar" && target.type === "null")) return;
  switch (shape.kind) {
    case "struct":
      if (target.kind !== "map") yield wrongType(target, node, shape.go, path);
      else yield* decodeStruct(target, shape, path, new Set());
      return;
    case "list":
      if (target.kind !== "seq") yield wrongType(target, node, shape.go, path);
      else
        for (const [index, item] of target.items.entries())
          yield* decode(item, shape.item, `${path}[${index}]`);
      return;
    case "strings":
      if (target.kind !== "map") yield wrongType(target, node, goTypes.strings, path);
      else yield* decodeStrings(target, path, new Set());
      return;
    case "string":
    case "expression":
      if (target.kind !== "scalar") yield wrongType(target, node, goTypes[shape.kind], path);
      else yield { kind: "text", scalar: target, written: node, shape: shape.kind, path };
      return;
    default:
      if (target.kind !== "scalar") yield wrongType(target, node, goTypes[shape.kind], path);
      else yield { kind: shape.kind, scalar: target, written: node, path };
  }
}

function* decodeStruct(
  map: YamlMap,
  shape: StructShape,
  path: Path,
  seen: Set<YamlMap>,
): Iterable<DecodeProblem> {
  if (seen.has(map)) return;
  seen.add(map);
  for (const pair of map.pairs) {
    if (isMerge(pair)) {
      for (const merged of mergeTargets(pair)) {
        if (merged === undefined) yield { kind: "bad-merge", pair };
        else yield* decodeStruct(merged, shape, path, seen);
      }
      continue;
    }
    const key = resolved(pair.key);
    if (key?.kind !== "scalar") {
      if (key !== undefined) yield wrongType(key, pair.key, "string", path);
      continue;
    }
    if (key.type === "null") continue;
    const name = keyOf(pair) ?? "";
    const field = shape.fields.get(name);
    const inner = path === "" ? name : `${path}.${name}`;
    if (field === undefined) yield { kind: "unknown-field", pair, name, struct: shape, map, path: inner };
    else yield* decode(pair.value, field, inner);
  }
}

function* decodeStrings(map: YamlMap, path: Path, seen: Set<YamlMap>): Iterable<DecodeProblem> {
  if (seen.has(map)) return;
  seen.add(map);
  for (const pair of map.pairs) {
    if (isMerge(pair)) {
      for (const merged of mergeTargets(pair)) {
        if (merged === undefined) yield { kind: "bad-merge", pair };
        else yield* decodeStrings(merged, path, seen);
      }
      continue;
    }
    const key = resolved(pair.key);
    if (key !== undefined && key.kind !== "scalar") yield wrongType(key, pair.key, "string", path);
    yield* decode(pair.value, { kind: "string" }, `${path}.${keyOf(pair) ?? ""}`);
  }
}

/** The mappings that a merge names; nothing in the place of what is no mapping. */
function mergeTargets(pair: YamlPair): readonly (YamlMap | undefined)[] {
  const target = resolved(pair.value);
  if (target?.kind === "map") return [target];
  const isList = pair.value.kind === "seq";
  if (!isList || target?.kind !== "seq") return [undefined];
  return target.items.map((item) => {
    const merged = resolved(item);
    return merged?.kind === "map" ? merged : undefined;
  });
}

function wrongType(node: YamlNode, written: YamlNode, go: string, path: Path): DecodeProblem {
  return { kind: "wrong-type", node, written, go, path };
}

/** How go-yaml names a node in `cannot unmarshal …` (`decode.go`, terror). */
export function goNameOf(node: YamlNode): string {
  if (node.kind === "map" || node.kind === "seq") return node.tag ?? `!!${node.kind}`;
  if (node.kind === "alias") return "!!alias";
  const tag = { string: "!!str", null: "!!null", bool: "!!bool", int: "!!int", float: "!!float" }[node.type];
  const cut = node.value.length > 10 ? `${node.value.slice(0, 7)}...` : node.value;
  return `${tag} \`${cut}\``;
}

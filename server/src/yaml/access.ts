import { touches } from "../base/text.ts";
import { effectivePairs, withMerged } from "./merge.ts";
import type { YamlMap, YamlNode, YamlPair, YamlScalar, YamlSeq } from "./node.ts";

/** How many aliases in a row are followed before a chain counts as endless. */
const maxAliasDepth = 20;

/** The node itself, or what an alias stands for. */
export function resolved(node: YamlNode | undefined): Exclude<YamlNode, { kind: "alias" }> | undefined {
  if (node?.kind !== "alias") return node;
  let at: YamlNode | undefined = node;
  for (let depth = 0; at?.kind === "alias"; depth++) {
    if (depth > maxAliasDepth) return undefined;
    at = at.target;
  }
  return at;
}

/** The mapping that a node is, or that its alias stands for. */
export function asMap(node: YamlNode | undefined): YamlMap | undefined {
  const target = resolved(node);
  return target?.kind === "map" ? target : undefined;
}

/** The sequence that a node is, or that its alias stands for. */
export function asSeq(node: YamlNode | undefined): YamlSeq | undefined {
  const target = resolved(node);
  return target?.kind === "seq" ? target : undefined;
}

/** The scalar that a node is, or that its alias stands for. */
export function asScalar(node: YamlNode | undefined): YamlScalar | undefined {
  const target = resolved(node);
  return target?.kind === "scalar" ? target : undefined;
}

/** Whether there is no node, or a null. */
export function isNull(node: YamlNode | undefined): boolean {
  const target = resolved(node);
  return target === undefined || (target.kind === "scalar" && target.type === "null");
}

/** The key as text; keys that are not scalars have none. */
export function keyOf({ key }: YamlPair): string | undefined {
  return key.kind === "scalar" ? key.value : asScalar(key)?.value;
}

/** The first pair with that key, of the mapping itself or of one that it merges with `<<`. */
export function pairOf(node: YamlNode | undefined, key: string): YamlPair | undefined {
  const map = asMap(node);
  if (map === undefined) return undefined;
  const { pairs } = map;
  let mayMerge = false;
  // Nothing is asked more often, so without an iterator.
  for (let index = 0; index < pairs.length; index++) {
    const pair = pairs[index];
    if (pair === undefined) continue;
    const name = pair.key.kind === "scalar" ? pair.key.value : keyOf(pair);
    if (name === key) return pair;
    mayMerge ||= name === "<<";
  }
  return mayMerge ? mergedPair(map, key) : undefined;
}

function mergedPair(map: YamlMap, key: string): YamlPair | undefined {
  for (const source of withMerged(map)) {
    const found = source.pairs.find((pair) => keyOf(pair) === key);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The value under a chain of keys, through aliases; nothing where a key is absent. */
export function valueAt(
  node: YamlNode | undefined,
  first: string,
  second?: string,
  third?: string,
  fourth?: string,
): YamlNode | undefined {
  const value = pairOf(node, first)?.value;
  return second === undefined ? value : valueAt(value, second, third, fourth);
}

/** The text of a scalar that is not null. */
export function textOf(node: YamlNode | undefined): string | undefined {
  const scalar = asScalar(node);
  return scalar === undefined || scalar.type === "null" ? undefined : scalar.value;
}

const none: ReadonlyMap<string, string> = new Map();

/** A mapping of scalars as key → text, e.g. labels; values that are not scalars are left out. */
export function stringMap(node: YamlNode | undefined): ReadonlyMap<string, string> {
  const map = asMap(node);
  if (map === undefined) return none;
  const result = new Map<string, string>();
  const pairs = effectivePairs(map);
  for (let index = 0; index < pairs.length; index++) {
    const pair = pairs[index];
    const key = pair === undefined ? undefined : keyOf(pair);
    const value = textOf(pair?.value);
    if (key !== undefined && value !== undefined) result.set(key, value);
  }
  return result;
}

/** One step on the way to a node. */
export type PathStep =
  | {
      readonly kind: "key";
      readonly map: YamlMap;
      readonly pair: YamlPair;
      readonly name: string | undefined;
    }
  | { readonly kind: "item"; readonly seq: YamlSeq; readonly index: number };

export interface NodePath {
  readonly steps: readonly PathStep[];
  readonly node: YamlNode;
  /** Whether the offset lies on the key of the last step and not on its value. */
  readonly onKey: boolean;
}

/** The way to the innermost node whose span touches `offset`; aliases are not followed. */
export function pathAt(root: YamlNode | undefined, offset: number): NodePath | undefined {
  if (root === undefined || !touches(root.span, offset)) return undefined;
  const steps: PathStep[] = [];
  let node = root;
  for (;;) {
    if (node.kind === "map") {
      const map = node;
      const pair = last(map.pairs, (p) => touches(p.span, offset));
      if (pair === undefined) return { steps, node, onKey: false };
      steps.push({ kind: "key", map, pair, name: keyOf(pair) });
      if (touches(pair.key.span, offset)) return { steps, node: pair.key, onKey: true };
      if (!touches(pair.value.span, offset)) return { steps, node: pair.value, onKey: false };
      node = pair.value;
    } else if (node.kind === "seq") {
      const seq = node;
      const index = seq.items.findLastIndex((item) => touches(item.span, offset));
      const item = seq.items[index];
      if (item === undefined) return { steps, node, onKey: false };
      steps.push({ kind: "item", seq, index });
      node = item;
    } else {
      return { steps, node, onKey: false };
    }
  }
}

/** The names and indexes of a path, e.g. `["spec", "endpoints", 0, "port"]`. */
export function pathNames(path: NodePath): readonly (string | number)[] {
  return path.steps.map((step) => (step.kind === "item" ? step.index : (step.name ?? "")));
}

/** Every scalar of a tree in source order; aliases are not followed, so the walk is bounded by the file. */
export function* scalars(root: YamlNode | undefined): Iterable<YamlScalar> {
  const stack: YamlNode[] = root === undefined ? [] : [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.kind === "scalar") yield node;
    else if (node.kind === "seq") for (const item of node.items.toReversed()) stack.push(item);
    else if (node.kind === "map")
      for (const pair of node.pairs.toReversed()) stack.push(pair.value, pair.key);
  }
}

function last<T>(items: readonly T[], test: (item: T) => boolean): T | undefined {
  return items[items.findLastIndex(test)];
}

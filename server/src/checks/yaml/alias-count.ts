import { keyOf } from "../../yaml/access.ts";
import { goTag, unresolved } from "../../yaml/go/resolve.ts";
import { isMerge } from "../../yaml/merge.ts";
import type { YamlAlias, YamlMap, YamlNode, YamlPair, YamlScalar } from "../../yaml/node.ts";
import { parseDuration } from "../rule/duration.ts";
import type { Shape } from "../rule/shape.ts";

/** A key, or a value without a type of its own: it takes everything. */
type Target = Shape | { readonly kind: "any" };

/** Another fault ends the decoding first. */
class Ended extends Error {}

const text: Shape = { kind: "string" };
const smallest = 400_000;
const greatest = 4_000_000;

/** Which part of the work may come from aliases (`decode.go`, allowedAliasRatio). */
function allowedRatio(decoded: number): number {
  if (decoded <= smallest) return 0.99;
  if (decoded >= greatest) return 0.1;
  return 0.99 - 0.89 * ((decoded - smallest) / (greatest - smallest));
}

/**
 * The alias at which go-yaml refuses a document for all that its aliases make it decode; nothing where it does not.
 * Counts each node as often as go-yaml decodes it into the shape, so the work is bounded as its own is.
 */
export function excessiveAlias(root: YamlNode, shape: Shape): YamlAlias | undefined {
  const count = new AliasCount();
  try {
    count.document(root, shape);
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
  }
  return count.excessive;
}

class AliasCount {
  excessive: YamlAlias | undefined;
  #decoded = 0;
  #aliased = 0;
  #depth = 0;
  #outermost: YamlAlias | undefined;
  readonly #open = new Set<YamlAlias>();
  #merged: Set<string> | undefined;

  document(root: YamlNode, shape: Shape): void {
    this.#count();
    this.#unmarshal(root, shape);
  }

  #count(): void {
    this.#decoded++;
    if (this.#depth > 0) this.#aliased++;
    const [decoded, aliased] = [this.#decoded, this.#aliased];
    if (aliased <= 100 || decoded <= 1000 || aliased / decoded <= allowedRatio(decoded)) return;
    this.excessive = this.#outermost;
    throw new Ended();
  }

  /** Whether the value was taken. */
  #unmarshal(node: YamlNode, shape: Target): boolean {
    this.#count();
    if (node.kind === "alias") return this.#alias(node, shape);
    if (shape.kind === "duration" && goTag(node) !== "!!null") return this.#duration(node);
    if (node.kind === "scalar") return this.#scalar(node, shape);
    if (node.kind === "seq") {
      if (shape.kind !== "list" && shape.kind !== "any") return false;
      const item: Target = shape.kind === "list" ? shape.item : shape;
      for (const each of node.items) this.#unmarshal(each, item);
      return true;
    }
    return this.#mapping(node, shape);
  }

  #alias(alias: YamlAlias, shape: Target): boolean {
    if (alias.target === undefined || this.#open.has(alias)) throw new Ended();
    this.#open.add(alias);
    if (this.#depth++ === 0) this.#outermost = alias;
    const good = this.#unmarshal(alias.target, shape);
    this.#depth--;
    this.#open.delete(alias);
    return good;
  }

  /** The type reads a text, and reads that itself. */
  #duration(node: YamlNode): boolean {
    const good = this.#unmarshal(node, text);
    if (good && node.kind === "scalar" && !parseDuration(node.value).ok) throw new Ended();
    return good;
  }

  #scalar(scalar: YamlScalar, shape: Target): boolean {
    if (unresolved(scalar) !== undefined) throw new Ended();
    const { kind } = shape;
    if (scalar.type === "null") return kind === "any" || kind === "list" || kind === "strings";
    if (kind === "integer") return scalar.type === "int" || scalar.type === "float";
    return kind !== "struct" && kind !== "list" && kind !== "strings";
  }

  #mapping(map: YamlMap, shape: Target): boolean {
    if (hasTwins(map.pairs)) return false;
    const { kind } = shape;
    if (kind !== "struct" && kind !== "strings" && kind !== "any") return false;
    const around = this.#merged;
    this.#merged = undefined;
    let merge: YamlPair | undefined;
    for (const pair of map.pairs) {
      if (isMerge(pair)) {
        merge = pair;
        continue;
      }
      if (!this.#unmarshal(pair.key, kind === "any" ? shape : text)) continue;
      const name = keyOf(pair) ?? "";
      if (around?.has(name) === true) continue;
      around?.add(name);
      const field = kind === "struct" ? shape.fields.get(name) : kind === "strings" ? text : shape;
      if (field !== undefined) this.#unmarshal(pair.value, field);
    }
    this.#merged = around;
    if (merge !== undefined) this.#merge(map, merge.value, shape);
    return true;
  }

  #merge(parent: YamlMap, merge: YamlNode, shape: Target): void {
    const around = this.#merged;
    if (around === undefined) {
      const names = new Set<string>();
      this.#merged = names;
      for (const pair of parent.pairs)
        if (this.#unmarshal(pair.key, { kind: "any" })) names.add(keyOf(pair) ?? "");
    }
    for (const each of merge.kind === "seq" ? merge.items : [merge]) {
      const target = each.kind === "alias" ? each.target : each;
      if (target?.kind !== "map") throw new Ended();
      this.#unmarshal(each, shape);
    }
    this.#merged = around;
  }
}

/** Whether a key stands twice, for which go-yaml leaves the mapping alone. */
function hasTwins(pairs: readonly YamlPair[]): boolean {
  const seen = new Set<string>();
  for (const { key } of pairs) {
    const name = `${key.kind}:${key.kind === "scalar" ? (key.written ?? key.value) : key.kind === "alias" ? key.name : ""}`;
    if (seen.has(name)) return true;
    seen.add(name);
  }
  return false;
}

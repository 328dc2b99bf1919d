import type { Span } from "../base/text.ts";
import { isNull, keyOf, pairOf } from "../yaml/access.ts";
import type { YamlMap, YamlNode, YamlPair, YamlSeq } from "../yaml/node.ts";
import type { ObjectSchema, Schema } from "./schema.ts";

/** A mapping or list of the object that the author meant. */
export interface Scope {
  readonly schema: Schema;
  /** The entry whose value it is; nothing for the root. */
  readonly head: Entry | undefined;
  /** Its source; a null scalar where its children have lost their indentation. */
  readonly node: YamlNode;
  /** What belongs in it, in source order. */
  readonly children: Entry[];
  readonly keys: Set<string>;
  /** The fault by which it lost children. */
  lost: LayoutFault | undefined;
}

/** A key with its value, or an item of a list. */
export interface Entry {
  readonly key: string;
  /** Nothing for an item of a list. */
  readonly pair: YamlPair | undefined;
  readonly value: YamlNode;
  readonly span: Span;
  /** Where the indentation puts it. */
  readonly natural: Scope;
  /** Where the grammar says that it belongs. */
  target: Scope;
  scope: Scope | undefined;
  fault: LayoutFault | undefined;
  /** Set where new indentation is not enough and its lines have to go elsewhere. */
  moved: boolean;
}

/** Entries that stand at the wrong level for one reason; they are repaired together. */
export interface LayoutFault {
  /** `lost`: the children of `head` stand beside it. `misplaced`: `head` stands at the wrong level. */
  readonly kind: "lost" | "misplaced";
  readonly head: Entry;
  readonly entries: Entry[];
  /** Whether no other reading of the text is as good. */
  sure: boolean;
}

/** What the author meant, as far as the grammar can tell; without faults it is what is written. */
export interface Layout {
  readonly root: Scope;
  readonly faults: readonly LayoutFault[];
}

/** Keys of other programs (Kustomize's patches, Chainsaw's assertions) of which the grammar says nothing. */
export function isForeignKey(key: string): boolean {
  return key === "$patch" || key === "$retainKeys" || /[~(]/.test(key);
}

/**
 * Finds keys that stand at the wrong level for the grammar: children that have lost their indentation and
 * keys that slipped into or out of a neighbour. A key that its level knows is never taken for misplaced.
 */
export function layoutOf(root: YamlMap, schema: ObjectSchema): Layout {
  const scope = newScope(schema, undefined, root);
  const walk = new LayoutWalk(scope);
  walk.visitMap(root, scope);
  return { root: scope, faults: walk.faults };
}

function newScope(schema: Schema, head: Entry | undefined, node: YamlNode): Scope {
  return { schema, head, node, children: [], keys: new Set(), lost: undefined };
}

/** Follows the text and keeps the way from the root to what was read last: only that can take what comes next. */
class LayoutWalk {
  readonly faults: LayoutFault[] = [];
  #path: Scope[];
  /** Where the way was left for an outer scope; taken up again when the text goes on there. */
  #cuts: { readonly path: readonly Scope[]; readonly head: Entry }[] = [];
  #last: Entry | undefined;

  constructor(root: Scope) {
    this.#path = [root];
  }

  visitMap(map: YamlMap, scope: Scope): void {
    const strays: Entry[] = [];
    const lastOf = new Map(map.pairs.map((pair, index) => [keyOf(pair), index]));
    map.pairs.forEach((pair, index) => {
      const key = keyOf(pair);
      const choice =
        key === undefined || isForeignKey(key) || !isOpen(scope)
          ? { target: scope, sure: true, known: true }
          : this.#choose(key, pair.value, scope, (lastOf.get(key) ?? index) > index);
      const entry = newEntry(key ?? "", pair, pair.value, pair.span, scope, choice.target);
      this.#place(entry, choice.sure);
      if (!choice.known) strays.push(entry);
    });
    for (const stray of strays) this.#adoptStray(stray);
  }

  #visitSeq(seq: YamlSeq, scope: Scope): void {
    seq.items.forEach((item, index) => {
      const target = seq.flow ? scope : this.#chooseList(item, scope);
      this.#place(newEntry(String(index), undefined, item, item.span, scope, target), true);
    });
  }

  #place(entry: Entry, sure: boolean): void {
    const { target, natural, value } = entry;
    const outward = target !== natural && ancestors(natural).includes(target);
    const onPath = this.#path.includes(target);
    const before = this.#path.includes(natural) ? this.#path : this.#cuts.at(-1)?.path;
    if (!onPath) this.#takeUp(target);
    if (outward && before !== undefined)
      this.#cuts.push({ path: before.slice(0, before.indexOf(natural) + 1), head: entry });
    this.#path = this.#path.slice(0, this.#path.indexOf(target) + 1);
    target.children.push(entry);
    target.keys.add(entry.key);
    if (target !== natural) this.#blame(entry, outward, sure);
    this.#last = entry;
    const schema = childSchema(target.schema, entry.key);
    if (value.kind === "map" || value.kind === "seq") {
      entry.scope = newScope(schema, entry, value);
      this.#path.push(entry.scope);
      if (value.kind === "map") this.visitMap(value, entry.scope);
      else this.#visitSeq(value, entry.scope);
    } else if (isNull(value) && value.kind !== "alias" && isCollection(schema)) {
      entry.scope = newScope(schema, entry, value);
      this.#path.push(entry.scope);
    }
  }

  /** The text goes on in a scope that was left for an outer one: what was read in between has to move away. */
  #takeUp(scope: Scope): void {
    const first = this.#cuts.findIndex((cut) => cut.path.includes(scope));
    const cuts = first < 0 ? [] : this.#cuts.splice(first);
    for (const cut of cuts) if (cut.path.includes(scope)) cut.head.moved = true;
    const path = cuts[0]?.path;
    if (path !== undefined) this.#path = path.slice(0, path.indexOf(scope) + 1);
    else this.#path = [...ancestors(scope).toReversed(), scope];
  }

  #choose(key: string, value: YamlNode, natural: Scope, comesAgain: boolean): Choice {
    const outer = ancestors(natural);
    const deeper = this.#path.filter((scope) => scope !== natural && !outer.includes(scope)).toReversed();
    const free =
      value.kind === "scalar" && !isNull(value)
        ? deeper.find((scope) => scope.schema.type === "map" && isNull(scope.node))
        : undefined;
    // A label called `name`: the same key comes again, and only one of the two can be the object's own.
    const again = comesAgain ? free : undefined;
    if (accepts(natural, key, value)) {
      if (again !== undefined) return { target: again, sure: true, known: true };
      const home = comesAgain ? undefined : swallowedFrom(natural, key, value);
      if (home !== undefined) return { target: home, sure: false, known: true };
      this.#doubt(key, value, natural);
      return { target: natural, sure: true, known: true };
    }
    const inward = deeper.filter((scope) => isOpen(scope) && knows(scope, key, value));
    const outward = outer.filter((scope) => isOpen(scope) && knows(scope, key, value));
    const [best] = inward.length > 0 ? inward : outward;
    if (best !== undefined) {
      if (again !== undefined && ancestors(again).includes(best))
        return { target: again, sure: true, known: true };
      const others = isNull(best.node)
        ? inward.filter((scope) => isNull(scope.node))
        : [...inward, ...outward];
      return { target: best, sure: others.length <= 1, known: true };
    }
    if (free !== undefined) return { target: free, sure: true, known: true };
    // No field has such a name, but labels have: the one behind the labels was one of them, most likely.
    const labels = deeper.find(({ schema }) => schema.type === "map");
    if (
      labels !== undefined &&
      isOpen(labels) &&
      /[./-]/.test(key) &&
      accepts(labels, key, value) &&
      !labels.keys.has(key)
    )
      return { target: labels, sure: false, known: true };
    const running = deeper.find((scope) => scope.schema.type === "object" && faultOf(scope) !== undefined);
    if (running !== undefined && !knowsName(natural, key))
      return { target: running, sure: false, known: true };
    return { target: natural, sure: true, known: knowsName(natural, key) };
  }

  /** A key that its level knows ends a run of lost children; where they know it too, the run's end is a guess. */
  #doubt(key: string, value: YamlNode, natural: Scope): void {
    for (const scope of this.#path.slice(this.#path.indexOf(natural) + 1))
      if (scope.lost !== undefined && isNull(scope.node) && knows(scope, key, value)) scope.lost.sure = false;
  }

  /** An item that its own list cannot hold, while a list within the item before it, or around it, can. */
  #chooseList(item: YamlNode, natural: Scope): Scope {
    if (natural.schema.type !== "array" || item.kind === "seq" || isNull(item)) return natural;
    if (holds(natural.schema, item, (keys, known) => keys.some((key) => known.has(key)))) return natural;
    const outer = ancestors(natural);
    const deeper = this.#path.filter((scope) => scope !== natural && !outer.includes(scope)).toReversed();
    const all = (keys: readonly string[], known: ReadonlyMap<string, Schema>): boolean =>
      keys.every((key) => known.has(key));
    return [...deeper, ...outer].find((scope) => holds(scope.schema, item, all)) ?? natural;
  }

  /** A key that only a neighbour beside it knows, such as a `namespace` that stands beside `metadata`. */
  #adoptStray(stray: Entry): void {
    const { natural, value, key } = stray;
    if (stray.target !== natural || isNull(value)) return;
    const homes = natural.children.flatMap(({ scope }) => {
      const only =
        scope?.schema.type === "array" && scope.children.length === 1 ? scope.children[0]?.scope : scope;
      return only !== undefined && isOpen(only) && knows(only, key, value) ? [only] : [];
    });
    const [home] = homes;
    if (home === undefined || homes.length > 1) return;
    natural.children.splice(natural.children.indexOf(stray), 1);
    stray.target = home;
    stray.moved = true;
    stray.scope = undefined;
    home.children.push(stray);
    home.keys.add(key);
    this.#blame(stray, true, true);
  }

  #blame(entry: Entry, outward: boolean, sure: boolean): void {
    const { target, natural } = entry;
    const last = this.#last?.natural === natural ? this.#last.fault : undefined;
    const enclosing = enclosingFault(natural);
    const own = outward ? target.lost : faultOf(target);
    let fault = enclosing ?? own ?? (outward ? last : undefined);
    if (fault === undefined) {
      const lost = !outward && isNull(target.node) && target.head !== undefined;
      fault = {
        kind: lost ? "lost" : "misplaced",
        head: lost ? target.head : entry,
        entries: [],
        sure: true,
      };
      this.faults.push(fault);
    } else if (own !== undefined && own !== fault) own.sure = fault.sure = false;
    if (!outward) target.lost ??= fault;
    if (!sure) fault.sure = false;
    fault.entries.push(entry);
    entry.fault = fault;
  }
}

interface Choice {
  readonly target: Scope;
  readonly sure: boolean;
  /** Whether the grammar knows the key there, or it may not be taken elsewhere. */
  readonly known: boolean;
}

function newEntry(
  key: string,
  pair: YamlPair | undefined,
  value: YamlNode,
  span: Span,
  natural: Scope,
  target: Scope,
): Entry {
  return { key, pair, value, span, natural, target, scope: undefined, fault: undefined, moved: false };
}

/** The scopes around one, the nearest first. */
export function ancestors(scope: Scope): readonly Scope[] {
  const result: Scope[] = [];
  for (let at = scope.head?.target; at !== undefined; at = at.head?.target) result.push(at);
  return result;
}

function faultOf(scope: Scope): LayoutFault | undefined {
  for (const at of [scope, ...ancestors(scope)]) {
    const fault = at.lost ?? at.head?.fault;
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/**
 * Labels at the wrong level may have swallowed what follows them: the object's own name, which no other line gives.
 */
function swallowedFrom(labels: Scope, key: string, value: YamlNode): Scope | undefined {
  if (labels.schema.type !== "map" || enclosingFault(labels) === undefined) return undefined;
  const home = ancestors(labels).find((scope) => isOpen(scope) && knows(scope, key, value));
  const around = [labels.head?.natural.node, home?.node];
  return around.some((node) => pairOf(node, key) !== undefined) ? undefined : home;
}

/** The fault whose lines hold this scope's lines. */
function enclosingFault(scope: Scope): LayoutFault | undefined {
  for (let at = scope.head; at !== undefined; at = at.natural.head)
    if (at.fault !== undefined) return at.fault;
  return undefined;
}

/** Whether lines can be put into it: a block mapping, or nothing yet. */
function isOpen(scope: Scope): boolean {
  return scope.node.kind === "map" ? !scope.node.flow : isNull(scope.node);
}

function knowsName(scope: Scope, key: string): boolean {
  return scope.schema.type !== "object" || scope.schema.properties.has(key);
}

/** Whether the scope has that key, lacks it so far, and the value is of the right kind for it. */
function knows({ schema, keys }: Scope, key: string, value: YamlNode): boolean {
  if (schema.type !== "object" || keys.has(key)) return false;
  const child = schema.properties.get(key);
  return child !== undefined && fits(child, value);
}

function accepts(scope: Scope, key: string, value: YamlNode): boolean {
  const { schema } = scope;
  if (schema.type === "object") return knows(scope, key, value);
  return schema.type !== "map" || fits(schema.values, value);
}

function fits(schema: Schema, value: YamlNode): boolean {
  if (schema.type === "any" || value.kind === "alias" || isNull(value)) return true;
  if (value.kind === "map") return schema.type === "object" || schema.type === "map";
  if (value.kind === "seq") return schema.type === "array";
  return schema.type !== "object" && schema.type !== "map" && schema.type !== "array";
}

function childSchema(schema: Schema, key: string): Schema {
  if (schema.type === "object") return schema.properties.get(key) ?? { type: "any" };
  if (schema.type === "map") return schema.values;
  return schema.type === "array" ? schema.items : { type: "any" };
}

function isCollection(schema: Schema): boolean {
  return schema.type === "object" || schema.type === "map" || schema.type === "array";
}

/** Whether a list can hold an item: by its kind, and for mappings by what `test` says of their keys. */
function holds(
  list: Schema,
  item: YamlNode,
  test: (keys: readonly string[], known: ReadonlyMap<string, Schema>) => boolean,
): boolean {
  if (list.type !== "array" || !fits(list.items, item)) return false;
  if (item.kind !== "map" || list.items.type !== "object" || item.pairs.length === 0) return true;
  return test(
    item.pairs.flatMap((pair) => keyOf(pair) ?? []),
    list.items.properties,
  );
}

import { keyOf } from "../yaml/access.ts";
import type { YamlMap, YamlNode, YamlPair } from "../yaml/node.ts";
import type { Layout, Scope } from "./layout.ts";

/** The object that the author meant: the nodes of the source under their right parents. */
export function repairedRoot(layout: Layout, root: YamlMap): YamlMap {
  if (layout.faults.length === 0) return root;
  const repaired = repairedNode(layout.root);
  return repaired.kind === "map" ? repaired : root;
}

function repairedNode(scope: Scope): YamlNode {
  const values = scope.children.map(({ scope: child, value }) =>
    child === undefined ? value : repairedNode(child),
  );
  const { node } = scope;
  if (node.kind === "seq") return { ...node, items: values };
  const [item] = values;
  if (scope.schema.type === "array" && item !== undefined)
    return {
      kind: "seq",
      flow: false,
      items: values,
      span: { start: item.span.start, end: (values.at(-1) ?? item).span.end },
    };
  const pairs: YamlPair[] = scope.children.flatMap(({ pair }, index) => {
    const value = values[index];
    if (pair === undefined || value === undefined) return [];
    return [{ key: pair.key, value, span: { start: pair.key.span.start, end: endOf(pair, value) } }];
  });
  const [first] = pairs;
  if (node.kind === "map") return { ...node, pairs };
  if (first === undefined) return node;
  const end = Math.max(...pairs.map((pair) => pair.span.end));
  return { kind: "map", flow: false, pairs, span: { start: first.span.start, end } };
}

function endOf(pair: YamlPair, value: YamlNode): number {
  return Math.max(pair.span.end, value.span.end);
}

/** The data of a tree as text: equal for trees that differ only in layout, comments and the order of keys. */
export function fingerprint(node: YamlNode): string {
  switch (node.kind) {
    case "scalar":
      return `${node.tag ?? node.type}${JSON.stringify(node.value)}`;
    case "alias":
      return `*${node.name}`;
    case "seq":
      return `[${node.items.map(fingerprint).join()}]`;
    case "map":
      return `{${node.pairs
        .map((pair) => `${JSON.stringify(keyOf(pair) ?? "")}:${fingerprint(pair.value)}`)
        .sort()
        .join()}}`;
  }
}

import { type Document, isMap, isScalar, isSeq } from "yaml";

const maxDepth = 64;

/**
 * The plain values of a small YAML file of settings. Aliases are left out (as `undefined`): settings need none,
 * and expanding them is how a tiny file becomes a huge one. Keys that are not texts are written as texts.
 */
export function plainValue(document: Document): unknown {
  return plain(document.contents, 0);
}

function plain(node: unknown, depth: number): unknown {
  if (depth > maxDepth) return undefined;
  if (isScalar(node)) return node.value;
  if (isSeq(node)) return node.items.map((item) => plain(item, depth + 1));
  if (!isMap(node)) return undefined;
  const entries = node.items.map(({ key, value }): [string, unknown] => [
    String(isScalar(key) ? key.value : ""),
    plain(value, depth + 1),
  ]);
  return Object.fromEntries(entries);
}

import type { Span } from "../../base/text.ts";
import type { ConfigPath } from "../../world/config/schema.ts";
import { keyOf } from "../../yaml/access.ts";
import type { YamlNode, YamlPair, YamlScalar } from "../../yaml/node.ts";

const maxDepth = 64;

/** The plain value of a node; `undefined` for aliases, which settings do not read. */
export function plainOf(node: YamlNode | undefined, depth = 0): unknown {
  if (node === undefined) return null;
  if (depth > maxDepth || node.kind === "alias") return undefined;
  if (node.kind === "seq") return node.items.map((item) => plainOf(item, depth + 1));
  if (node.kind === "map")
    return Object.fromEntries(node.pairs.map((pair) => [keyOf(pair) ?? "", plainOf(pair.value, depth + 1)]));
  return scalarValue(node);
}

function scalarValue({ type, value, style }: YamlScalar): unknown {
  if (type === "null") return null;
  if (type === "bool") return value.toLowerCase() === "true";
  if ((type === "int" || type === "float") && style === "plain") {
    const number = Number(value);
    return Number.isFinite(number) ? number : value;
  }
  return value;
}

/** Where a place of the plain value stands. */
export interface Found {
  readonly span: Span;
  /** The text there, where it is a key or scalar. */
  readonly scalar: YamlScalar | undefined;
}

/** The place of a path; where nothing is written there, the nearest above it. */
export function placeOf(root: YamlNode, path: ConfigPath, onKey: boolean): Found {
  let node = root;
  let pair: YamlPair | undefined;
  for (const step of path) {
    if (node.kind === "map") {
      pair = node.pairs.findLast((each) => keyOf(each) === step);
      if (pair === undefined) break;
      node = pair.value;
    } else if (node.kind === "seq" && typeof step === "number") {
      const item = node.items[step];
      if (item === undefined) break;
      pair = undefined;
      node = item;
    } else break;
  }
  if (pair !== undefined && (onKey || node.kind === "map" || node.kind === "seq" || isEmpty(node)))
    return { span: pair.key.span, scalar: pair.key.kind === "scalar" ? pair.key : undefined };
  if (node.kind === "scalar") return { span: node.span, scalar: node };
  const first = node.kind === "map" ? node.pairs[0]?.key : node.kind === "seq" ? node.items[0] : undefined;
  return { span: first?.span ?? node.span, scalar: undefined };
}

function isEmpty({ span }: YamlNode): boolean {
  return span.start === span.end;
}

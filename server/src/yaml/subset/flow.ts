import type { YamlMap, YamlNode, YamlPair, YamlScalar, YamlSeq } from "../node.ts";
import {
  chars,
  longestKey,
  plainEnd,
  quotedEnd,
  quotedScalar,
  scalarAt,
  skipSpaces,
  startsPlain,
} from "./scan.ts";

const maxDepth = 20;

/**
 * Reads a flow collection of one line that has nothing unusual: nodes between commas, and in mappings pairs with a
 * space behind the colon. Nothing for any other.
 */
export function flowCollection(text: string, at: number, depth = 0): YamlMap | YamlSeq | undefined {
  const node = text[at] === "{" ? flowMap(text, at, depth) : flowSeq(text, at, depth);
  return node === undefined || node.span.end - at > longestKey ? undefined : node;
}

function flowSeq(text: string, start: number, depth: number): YamlSeq | undefined {
  const items: YamlNode[] = [];
  let at = skipSpaces(text, start + 1);
  if (text[at] !== "]")
    for (;;) {
      const item = flowNode(text, at, depth);
      if (item === undefined) return undefined;
      items.push(item);
      const next = skipSpaces(text, item.span.end);
      at = next;
      if (text[at] === "]") break;
      if (text[at] !== ",") return undefined;
      at = skipSpaces(text, at + 1);
    }
  return { kind: "seq", flow: true, items, span: { start, end: at + 1 } };
}

function flowMap(text: string, start: number, depth: number): YamlMap | undefined {
  const pairs: YamlPair[] = [];
  let at = skipSpaces(text, start + 1);
  if (text[at] !== "}")
    for (;;) {
      const key = flowScalar(text, at);
      if (key === undefined || text[key.span.end] !== ":" || text[key.span.end + 1] !== " ") return undefined;
      const value = flowNode(text, skipSpaces(text, key.span.end + 1), depth);
      if (value === undefined) return undefined;
      pairs.push({ key, value, span: { start: key.span.start, end: value.span.end } });
      at = skipSpaces(text, value.span.end);
      if (text[at] === "}") break;
      if (text[at] !== ",") return undefined;
      at = skipSpaces(text, at + 1);
    }
  return { kind: "map", flow: true, pairs, span: { start, end: at + 1 } };
}

function flowNode(text: string, at: number, depth: number): YamlNode | undefined {
  if (text[at] !== "{" && text[at] !== "[") return flowScalar(text, at);
  return depth > maxDepth ? undefined : flowCollection(text, at, depth + 1);
}

function flowScalar(text: string, at: number): YamlScalar | undefined {
  if (text[at] === '"' || text[at] === "'") {
    const end = quotedEnd(text, at);
    return end === undefined ? undefined : quotedScalar(text, at, end);
  }
  if (!startsPlain(text, at, true)) return undefined;
  const end = plainEnd(text, at, true);
  // A comment would hide the rest of the collection.
  return text.charCodeAt(skipSpaces(text, end)) === chars.hash
    ? undefined
    : scalarAt(text, "plain", at, end, false);
}

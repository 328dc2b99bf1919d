import type { LineIndex } from "../../base/text.ts";
import type { YamlMap, YamlPair } from "../../yaml/node.ts";
import type { Fix } from "../check.ts";

/** Removes the lines of a pair; only where it has them to itself. */
export function removal(
  map: YamlMap,
  pair: YamlPair,
  name: string,
  lines: LineIndex,
): readonly Fix[] | undefined {
  const line = lines.positionAt(pair.key.span.start).line;
  const start = lines.lineStart(line);
  const isAlone = /^[ \t]*$/.test(lines.text.slice(start, pair.key.span.start));
  const last =
    pair.value.kind === "scalar" &&
    pair.value.span.end === lines.lineStart(lines.positionAt(pair.value.span.end).line);
  const endLine = lines.positionAt(pair.span.end).line + (last ? 0 : 1);
  const end = lines.lineStart(endLine);
  const rest = last ? "" : lines.text.slice(pair.span.end, end);
  if (map.flow || !map.pairs.includes(pair) || !isAlone || !/^[ \t]*(?:#.*)?(?:\r\n|\r|\n)?$/.test(rest))
    return undefined;
  return [{ title: `Remove ${name}`, safe: false, edits: [{ span: { start, end }, newText: "" }] }];
}

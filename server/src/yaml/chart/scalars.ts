import { opaqueCharacter } from "../../base/opaque.ts";
import type { Span } from "../../base/text.ts";
import type { OffsetMap, YamlNode, YamlPair, YamlScalar } from "../node.ts";
import { RunBuilder } from "../offset-map.ts";
import { fillCharacter } from "./mask.ts";
import type { SpanSet } from "./span-set.ts";

const marks = new RegExp(`[${fillCharacter}${opaqueCharacter}]`);

/** What a text stands for in which some characters are marks. */
export interface Shown {
  readonly text: string;
  readonly map: OffsetMap;
}

/**
 * The tree of a masked text as Helm renders it, as far as that is known. Values of which actions decide what is in
 * them are left out with their keys. `deciding` is where such actions stand; offsets stay those of the file.
 */
export function renderedTree(node: YamlNode, deciding: SpanSet): YamlNode | undefined {
  switch (node.kind) {
    case "scalar":
      return renderedScalar(node, deciding);
    case "seq":
      return { ...node, items: node.items.flatMap((item) => renderedTree(item, deciding) ?? []) };
    case "map":
      return { ...node, pairs: node.pairs.flatMap((pair) => renderedPair(pair, deciding) ?? []) };
    case "alias":
      return node;
  }
}

function renderedPair(pair: YamlPair, deciding: SpanSet): YamlPair | undefined {
  const key = renderedTree(pair.key, deciding);
  const value = renderedTree(pair.value, deciding);
  return key === undefined || value === undefined ? undefined : { key, value, span: pair.span };
}

function renderedScalar(scalar: YamlScalar, deciding: SpanSet): YamlScalar | undefined {
  const { value } = scalar;
  if (isDecided(scalar, deciding)) return undefined;
  if (!marks.test(value)) return scalar;
  const shown = rewritten(scalar, (run) => (run.startsWith(fillCharacter) ? "" : opaqueCharacter));
  // Of an alert's own template Helm may write any part.
  if (opaqueAction.test(shown.text)) return undefined;
  return { ...scalar, value: shown.text, map: shown.map };
}

const opaqueAction = new RegExp(`\\{\\{[^}]*${opaqueCharacter}`);

/** Whether an action that decides what is there stands between the first and the last character of a value. */
function isDecided({ value, map }: YamlScalar, deciding: SpanSet): boolean {
  if (value === "") return false;
  return deciding.meets(map.spanToSource({ start: 0, end: value.trimEnd().length }));
}

/** The text with other texts in the place of its runs of marks, and where each character of it is written. */
export function rewritten(
  { value, map }: Pick<YamlScalar, "value" | "map">,
  replacement: (run: string, at: Span) => string,
): Shown {
  const builder = new RunBuilder();
  let last = 0;
  for (const found of value.matchAll(runs)) {
    const [run] = found;
    builder.verbatim(value.slice(last, found.index), last);
    last = found.index + run.length;
    const text = replacement(run, { start: found.index, end: last });
    builder.made(text, found.index, run.length);
  }
  builder.verbatim(value.slice(last), last);
  return { text: builder.value, map: composed(builder.build({ start: 0, end: value.length }, 0), map) };
}

const runs = new RegExp(`${fillCharacter}+|${opaqueCharacter}+`, "g");

function composed(inner: OffsetMap, outer: OffsetMap): OffsetMap {
  return {
    toSource: (offset) => outer.toSource(inner.toSource(offset)),
    toValue(source) {
      const at = outer.toValue(source);
      return at === undefined ? undefined : inner.toValue(at);
    },
    spanToSource: (span) => outer.spanToSource(inner.spanToSource(span)),
  };
}

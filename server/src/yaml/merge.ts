import { asMap, asSeq, keyOf, resolved } from "./access.ts";
import type { YamlMap, YamlPair } from "./node.ts";

/** Whether the pair is a merge (`<<: *defaults`) and no key of its own (`decode.go`, isMerge). */
export function isMerge({ key }: YamlPair): boolean {
  return (
    key.kind === "scalar" &&
    key.value === "<<" &&
    key.style === "plain" &&
    (key.tag === undefined || key.tag === "!" || key.tag === "tag:yaml.org,2002:merge")
  );
}

/** The mappings that a mapping merges, those that win first; of two merges only the last counts. */
function mergedMaps(map: YamlMap): readonly YamlMap[] {
  const target = resolved(map.pairs.findLast(isMerge)?.value);
  if (target?.kind === "map") return [target];
  const maps: YamlMap[] = [];
  for (const item of asSeq(target)?.items ?? []) {
    const merged = asMap(item);
    if (merged !== undefined) maps.push(merged);
  }
  return maps;
}

/**
 * The mapping and all that it merges, however deep, in the order in which their keys win. Each stands once,
 * so merges of merges cost no more than the file is long.
 */
export function* withMerged(map: YamlMap): Iterable<YamlMap> {
  const seen = new Set<YamlMap>();
  const stack: YamlMap[] = [map];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    yield at;
    stack.push(...mergedMaps(at).toReversed());
  }
}

function merges({ pairs }: YamlMap): boolean {
  for (let index = 0; index < pairs.length; index++) {
    const pair = pairs[index];
    if (pair !== undefined && isMerge(pair)) return true;
  }
  return false;
}

/** The pairs of a mapping as a decoder sees them: its own, then merged ones that it does not override. */
export function effectivePairs(map: YamlMap): readonly YamlPair[] {
  if (!merges(map)) return map.pairs;
  const pairs: YamlPair[] = [];
  const names = new Set<string | undefined>();
  for (const source of withMerged(map)) {
    const fresh = source.pairs.filter((pair) => !isMerge(pair) && !names.has(keyOf(pair)));
    for (const pair of fresh) names.add(keyOf(pair));
    pairs.push(...fresh);
  }
  return pairs;
}

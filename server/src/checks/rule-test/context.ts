import type { Span } from "../../base/text.ts";
import type { RuleTestsModel } from "../../model/rule-tests.ts";
import { keyOf } from "../../yaml/access.ts";
import type { YamlMap } from "../../yaml/node.ts";
import type { CheckContext, DocumentCheck } from "../check.ts";

/** What the checks of rule unit tests have in common. */
export const testCheck = { unit: "document", kinds: ["rule-tests"] } as const satisfies Pick<
  DocumentCheck,
  "unit" | "kinds"
>;

/** The tests of a part; nothing for parts of other kinds, and for documents behind the first, which promtool ignores. */
export function testsOf({ part, snapshot }: CheckContext): RuleTestsModel | undefined {
  if (part.model.kind !== "rule-tests") return undefined;
  return snapshot.document.stream?.documents[0] === part.yaml ? part.model.tests : undefined;
}

/** Where to show that something of a mapping is missing: on the first of the keys that is there, else on the first key. */
export function keyIn(map: YamlMap, ...names: readonly string[]): Span {
  for (const name of names) {
    const pair = map.pairs.find((candidate) => keyOf(candidate) === name);
    if (pair !== undefined) return pair.key.span;
  }
  return map.pairs[0]?.key.span ?? map.span;
}

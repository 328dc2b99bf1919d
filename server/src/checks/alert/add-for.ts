import { pairOf } from "../../yaml/access.ts";
import type { Fix, RuleContext } from "../check.ts";
import { insertedField } from "../policy/insert.ts";

/** The fix that makes an alert wait; nothing where the layout of the rule leaves no safe place for it. */
export function addFor(context: RuleContext, duration: string): readonly Fix[] | undefined {
  const { node } = context.rule;
  const pair = pairOf(node, "for");
  const line = `for: ${duration}`;
  // What is merged or empty has no text of its own that could be replaced.
  const isOwn =
    pair !== undefined && node.pairs.includes(pair) && pair.value.span.start < pair.value.span.end;
  if (pair !== undefined && !isOwn) return undefined;
  const edit =
    pair === undefined
      ? insertedField(context, "for", () => line, line)
      : { span: pair.value.span, newText: duration };
  return edit === undefined ? undefined : [{ title: `Wait for ${duration}`, safe: false, edits: [edit] }];
}

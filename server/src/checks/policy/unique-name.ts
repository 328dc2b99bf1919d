import { namedRule, placeWords, relatedTo, together } from "../names/related.ts";
import { policyCheck } from "./asked.ts";

/** Alerts of one name where a policy wants each to be known by its name alone. */
export const uniqueName = policyCheck(
  "policy.unique-name",
  "Two alerts have the same name, and a policy wants each to have its own.",
  function* ({ context, head }, demands) {
    const own = demands.uniqueName && context.rule.kind === "alert" ? namedRule(context) : undefined;
    if (own === undefined) return;
    const other = context.names
      ?.alerts(own.name)
      .find((rule) => rule !== own && together(context.facts, own.path, rule) !== "never");
    if (other !== undefined)
      yield {
        words: `An alert ${placeWords(other, own.path)} has the same name: rename one.`,
        span: head,
        related: [relatedTo(other, "the other alert")],
      };
  },
  ["decoded"],
  undefined,
  true,
);

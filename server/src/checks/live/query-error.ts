import type { Span } from "../../base/text.ts";
import type { RuleCheck } from "../check.ts";
import type { Analysed } from "../flow/analysis.ts";
import { flowKinds } from "../flow/kinds.ts";
import { sentence, short } from "../monitor/words.ts";
import { failureOf } from "./failures.ts";

/** A server does not evaluate the expression at all: a limit, an argument, results that cannot be told apart. */
export const queryError: RuleCheck = {
  unit: "rule",
  id: "live.query-error",
  severity: "error",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["environment", "expression"],
  beyondFile: true,
  summary: "A server gave up the expression when it was run: it fails at each evaluation of the rule.",
  *run(context) {
    const failure = failureOf(context);
    if (failure === undefined) return;
    const { found, source, error, words } = failure;
    const { name } = source;
    const own = short(words.replace(/^.*parse error: /s, ""), 70);
    switch (error.kind) {
      case "not-unique":
      case "not-explicit":
        // `live.many-to-many` says more of them.
        return;
      case "not-grouped":
        yield said(
          `${name}: two results of this get the same labels: name in group_left() what tells them apart.`,
          operatorWith(found, ["many-to-one", "one-to-many"]),
        );
        return;
      case "same-labels":
        yield said(
          `${name}: two results of this have the same labels; aggregate them, or keep what tells them apart.`,
          found.at(found.expr.span),
        );
        return;
      case "limit":
        yield said(
          `${name} gives this up, for it reads more than is allowed there: narrow its selectors or its range.`,
          found.at(found.expr.span),
        );
        return;
      case "refused":
        yield said(`${name} refuses this: ${own}.`, argumentOf(found, words));
    }
  },
};

function said(message: string, span: Span) {
  return { check: queryError.id, severity: "error", message: sentence(message), span } as const;
}

/** The only operator that matches so; else all of the expression. */
function operatorWith(found: Analysed, cardinalities: readonly string[]): Span {
  const nodes = found.nodes.filter(
    (node) => node.kind === "binary" && cardinalities.includes(node.matching?.cardinality ?? ""),
  );
  const [first] = nodes;
  const only = nodes.length === 1 && first?.kind === "binary" ? first.operatorSpan : found.expr.span;
  return found.at(only);
}

/** The argument that the words quote, where it is written once. */
function argumentOf(found: Analysed, words: string): Span {
  const quoted = found.nodes.filter(
    (node) => node.kind === "string" && node.value !== "" && words.endsWith(`: ${node.value}`),
  );
  return found.at((quoted.length === 1 ? quoted[0]?.span : undefined) ?? found.expr.span);
}

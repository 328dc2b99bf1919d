import type { Expr } from "../../promql/ast.ts";
import { render } from "../../promql/print.ts";
import type { NamedRule } from "../../world/names/rule.ts";
import type { RuleCheck } from "../check.ts";
import { analysed } from "../flow/analysis.ts";
import { ruleKinds } from "../rule/context.ts";
import { namedRule, relatedTo, together } from "./related.ts";

/** What is recorded already need not be calculated again. */
export const useRecording: RuleCheck = {
  unit: "rule",
  id: "rule.use-recording",
  severity: "info",
  kinds: ruleKinds,
  needs: ["promql", "decoded"],
  beyondFile: true,
  summary: "A part of an expression is what a recording rule records.",
  *run(context) {
    const { names } = context;
    const own = names === undefined ? undefined : namedRule(context);
    const found = own === undefined ? undefined : analysed(context);
    if (names === undefined || own === undefined || found === undefined) return;
    const texts = new Map<string, NamedRule>();
    for (const node of found.nodes)
      if (node.kind === "selector" && node.name !== undefined)
        for (const rule of names.recordsWith(node.name))
          if (rule !== own && rule.labels.size === 0 && isHere(rule))
            if (rule.tree !== undefined && isWorth(rule.tree) && !texts.has(rule.printed))
              texts.set(rule.printed, rule);
    if (texts.size === 0) return;
    const { text, starts, ends } = render(found.expr, {});
    let done = -1;
    for (const node of found.nodes) {
      if (!isWorth(node) || node.span.start < done) continue;
      const rule = texts.get(text.slice(starts.get(node), ends.get(node)));
      // The whole of another recording rule is the same twice, which is told elsewhere.
      if (rule === undefined || (node === found.expr && own.kind === "record")) continue;
      done = node.span.end;
      const span = found.at(node.span);
      yield {
        check: useRecording.id,
        severity: "info",
        message:
          rule.name.length > 70
            ? "A recording rule records this already: read its metric instead."
            : `${rule.name} records this already: read that instead.`,
        span,
        related: [relatedTo(rule, "recorded here")],
        fixes: /\n/.test(context.lines.slice(span.start, span.end))
          ? undefined
          : [{ title: `Use ${rule.name}`, safe: false, edits: [{ span, newText: rule.name }] }],
      };
    }

    function isHere(rule: NamedRule): boolean {
      return (
        names?.records(rule.name).length === 1 && together(context.facts, context.path, rule) === "surely"
      );
    }
  },
};

/** What costs something to calculate, and has no name of its own. */
function isWorth(expr: Expr): boolean {
  return (
    expr.kind === "aggregate" || (expr.kind === "call" && expr.args.length > 0 && expr.type === "vector")
  );
}

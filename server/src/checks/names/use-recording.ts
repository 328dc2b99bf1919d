import type { Expr } from "../../promql/ast.ts";
import { render } from "../../promql/print.ts";
import type { NamedRule } from "../../world/names/rule.ts";
import type { RuleCheck, RuleContext } from "../check.ts";
import { analysed } from "../flow/analysis.ts";
import { ruleKinds } from "../rule/context.ts";
import { namedRule, relatedTo, together } from "./related.ts";

/** More rules that record the same are not looked at. */
const mostAlike = 50;

/** What is recorded already need not be calculated again. */
export const useRecording: RuleCheck = {
  unit: "rule",
  id: "rule.use-recording",
  severity: "info",
  kinds: ruleKinds,
  needs: ["promql", "decoded"],
  wants: ["records", "expression"],
  beyondFile: true,
  summary: "A part of an expression is what a recording rule records.",
  *run(context) {
    const { names } = context;
    if (names === undefined || !names.hasRecords) return;
    const found = analysed(context);
    if (found === undefined || !found.nodes.some(isWorth)) return;
    const { text, starts, ends } = render(found.expr, {});
    let done = -1;
    for (const node of found.nodes) {
      // The whole of another recording rule is the same twice, which is told elsewhere.
      if (!isWorth(node) || node.span.start < done || (node === found.expr && context.rule.kind === "record"))
        continue;
      // One of many is enough, and each rule would go through all of them.
      const recorded = names.recordsPrinted(text.slice(starts.get(node), ends.get(node))).slice(0, mostAlike);
      const rule = recorded.find((each) => together(context.facts, context.path, each) === "surely");
      if (rule === undefined || names.records(rule.name).length > 1) continue;
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
        fixes:
          /\n/.test(context.lines.slice(span.start, span.end)) || isRecordedLater(context, rule)
            ? undefined
            : [{ title: `Use ${rule.name}`, safe: false, edits: [{ span, newText: rule.name }] }],
      };
    }
  },
};

/** Whether the group records it only after this rule has read it, so that the rules would have to change places. */
function isRecordedLater(context: RuleContext, { uri, group, at }: NamedRule): boolean {
  const own = namedRule(context);
  return own !== undefined && own.uri === uri && own.group === group && own.at < at;
}

/** What costs something to calculate, and has no name of its own. */
function isWorth(expr: Expr): boolean {
  return (
    expr.kind === "aggregate" || (expr.kind === "call" && expr.args.length > 0 && expr.type === "vector")
  );
}

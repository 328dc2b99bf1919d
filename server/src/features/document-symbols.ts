import type { RuleGroupModel, RuleModel } from "../model/rules.ts";
import type { Snapshot } from "../world/snapshot.ts";
import type { DocumentSymbol } from "./types.ts";

/** Groups with their rules, for the outline; the detail of a rule is its expression in one line. */
export function documentSymbols({ document }: Snapshot): readonly DocumentSymbol[] {
  return document.parts.flatMap(({ model }) =>
    model.kind === "rules" || model.kind === "PrometheusRule" ? model.rules.groups.flatMap(symbolsOf) : [],
  );
}

/** Rules that stand in no group are shown without one. */
function symbolsOf(group: RuleGroupModel): readonly DocumentSymbol[] {
  return group.implied === true ? group.rules.map(ruleSymbol) : [groupSymbol(group)];
}

function groupSymbol(group: RuleGroupModel): DocumentSymbol {
  return {
    name: group.name?.value ?? "",
    detail: group.rules.length === 1 ? "1 rule" : `${group.rules.length} rules`,
    kind: "group",
    span: group.node.span,
    nameSpan: group.name?.span ?? { start: group.node.span.start, end: group.node.span.start },
    children: group.rules.map(ruleSymbol),
  };
}

function ruleSymbol(rule: RuleModel): DocumentSymbol {
  return {
    name: rule.name?.value ?? "",
    detail: (rule.expr?.text ?? "").replace(/\s+/g, " ").trim().slice(0, 120),
    kind: rule.kind === "record" ? "record" : "alert",
    span: rule.node.span,
    nameSpan: rule.name?.span ?? { start: rule.node.span.start, end: rule.node.span.start },
    children: [],
  };
}

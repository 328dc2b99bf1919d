import type { Span } from "../base/text.ts";
import type { TestGroup } from "../model/rule-tests.ts";
import type { RuleGroupModel, RuleModel } from "../model/rules.ts";
import type { Snapshot } from "../world/snapshot.ts";
import type { YamlMap } from "../yaml/node.ts";
import { testName, testSpan } from "./tests/outcome.ts";
import type { DocumentSymbol } from "./types.ts";

/**
 * Groups with their rules, for the outline; the detail of a rule is its expression in one line. Of a file of rule unit
 * tests its tests, with what they ask for.
 */
export function documentSymbols({ document }: Snapshot): readonly DocumentSymbol[] {
  return document.parts.flatMap(({ model }) => {
    if (model.kind === "rules" || model.kind === "PrometheusRule")
      return model.rules.groups.flatMap(symbolsOf);
    return model.kind === "rule-tests" ? model.tests.tests.map(testSymbol) : [];
  });
}

function testSymbol(test: TestGroup): DocumentSymbol {
  const asked = [
    ...test.alerts.map(({ node, alertname, evalTime }) =>
      symbol("alert", alertname?.value ?? "", evalTime?.value ?? "", node, alertname?.span),
    ),
    ...test.exprs.map(({ node, expr, evalTime }) =>
      symbol("record", oneLine(expr?.text ?? ""), evalTime?.value ?? "", node, expr?.scalar?.span),
    ),
  ];
  const count = asked.length === 1 ? "1 question" : `${asked.length} questions`;
  return {
    ...symbol("group", testName(test), count, test.node, testSpan(test)),
    children: asked.sort((a, b) => a.span.start - b.span.start),
  };
}

function symbol(
  kind: DocumentSymbol["kind"],
  name: string,
  detail: string,
  { span }: YamlMap,
  nameSpan: Span | undefined,
): DocumentSymbol {
  // What an alias brings stands outside of it.
  const isWithin = nameSpan !== undefined && span.start <= nameSpan.start && nameSpan.end <= span.end;
  const at = isWithin ? nameSpan : { start: span.start, end: span.start };
  return { name: name === "" ? "(unnamed)" : name, detail, kind, span, nameSpan: at, children: [] };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim().slice(0, 120);
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
    detail: oneLine(rule.expr?.text ?? ""),
    kind: rule.kind === "record" ? "record" : "alert",
    span: rule.node.span,
    nameSpan: rule.name?.span ?? { start: rule.node.span.start, end: rule.node.span.start },
    children: [],
  };
}

import type { RuleGroupModel, RuleModel } from "../../model/rules.ts";
import type { Expr } from "../../promql/ast.ts";
import { parseExpr } from "../../promql/parse.ts";
import { selectors } from "../../promql/walk.ts";
import { stringMap } from "../../yaml/access.ts";

/** A rule that takes part in a test, with its expression. */
export interface FeedingRule {
  readonly rule: RuleModel;
  readonly group: RuleGroupModel;
  readonly expr: Expr;
}

/** What is evaluated where a rule is tested. */
export interface Feeding {
  /** The rule, those whose results it reads, down to the metrics, and the alerts of its name. */
  readonly rules: readonly FeedingRule[];
  /** Their groups, those that are read before those that read them. */
  readonly order: readonly RuleGroupModel[];
  /** The rules by what they write: a metric, or `ALERTS` of a name as `ALERTS NAME`. */
  readonly writers: ReadonlyMap<string, readonly FeedingRule[]>;
}

/** More rules than this are not followed. */
const maxRules = 200;

/** What an expression reads, in the words of `Feeding.writers`. */
function readsOf(expr: Expr): readonly string[] {
  return selectors(expr).flatMap(({ name, matchers }) => {
    if (name === undefined) return [];
    if (name !== "ALERTS" && name !== "ALERTS_FOR_STATE") return [name];
    return matchers.flatMap((matcher) =>
      matcher.name === "alertname" && matcher.operator === "=" ? [`ALERTS ${matcher.value}`] : [],
    );
  });
}

function writtenBy({ kind, name }: RuleModel): string {
  return kind === "alert" ? `ALERTS ${name?.value}` : (name?.value ?? "");
}

/** Whether the labels that two rules set keep their series apart. */
function differInLabels(one: RuleModel, other: RuleModel): boolean {
  const labels = stringMap(other.labels);
  return [...stringMap(one.labels)].some(([name, value]) => (labels.get(name) ?? value) !== value);
}

/** What takes part where a rule is tested; nothing where its expression cannot be read. */
export function feedingOf(rule: RuleModel, groups: readonly RuleGroupModel[]): Feeding | undefined {
  const writers = new Map<string, FeedingRule[]>();
  const all = new Map<RuleModel, FeedingRule>();
  for (const group of groups)
    for (const one of group.rules) {
      const { expr } = parseExpr(one.expr?.text ?? "", { experimentalFunctions: true });
      if (expr === undefined || one.name === undefined) continue;
      const feeding = { rule: one, group, expr };
      all.set(one, feeding);
      const writes = writtenBy(one);
      writers.set(writes, [...(writers.get(writes) ?? []), feeding]);
    }
  const start = all.get(rule);
  if (start === undefined) return undefined;
  const found = new Set<FeedingRule>();
  // promtool compares the alerts of all rules of a name at once, and a query finds the series of all of them.
  const waiting = [...(writers.get(writtenBy(rule)) ?? [])].filter(
    (one) => one === start || rule.kind === "alert" || !differInLabels(one.rule, rule),
  );
  for (let at = waiting.pop(); at !== undefined && found.size < maxRules; at = waiting.pop()) {
    if (found.has(at)) continue;
    found.add(at);
    for (const name of readsOf(at.expr)) waiting.push(...(writers.get(name) ?? []));
  }
  return { rules: [...found], order: orderOf([...found], writers), writers };
}

/** The groups so that what writes comes before what reads; in the order of the file where nothing says otherwise. */
function orderOf(rules: readonly FeedingRule[], writers: Feeding["writers"]): readonly RuleGroupModel[] {
  const ordered = new Set<RuleGroupModel>();
  const visiting = new Set<RuleGroupModel>();
  const visit = (group: RuleGroupModel): void => {
    if (visiting.has(group)) return;
    visiting.add(group);
    for (const { expr } of rules.filter((one) => one.group === group))
      for (const name of readsOf(expr))
        for (const writer of writers.get(name) ?? []) if (writer.group !== group) visit(writer.group);
    ordered.add(group);
  };
  for (const { group } of [...rules].sort((a, b) => a.group.index - b.group.index)) visit(group);
  return [...ordered];
}

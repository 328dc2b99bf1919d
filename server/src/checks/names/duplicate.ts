import { analyseLabels } from "../../promql/labels/analyse.ts";
import { parseExpr } from "../../promql/parse.ts";
import { selectors } from "../../promql/walk.ts";
import type { NamedRule } from "../../world/names/rule.ts";
import type { Fix, RawFinding, RuleCheck, RuleContext, Severity } from "../check.ts";
import { ruleKinds } from "../rule/context.ts";
import { folderOf, namedRule, placeWords, relatedTo, type Together, together } from "./related.ts";

/** So many rules of the same name and labels are compared with each other. */
const maxTwins = 50;

type Likeness = "identical" | "overlapping" | "other";

interface Twin {
  readonly rule: NamedRule;
  readonly likeness: Likeness;
  readonly together: Together;
}

/** The rule that this one repeats most clearly. */
function twinOf(context: RuleContext): { readonly own: NamedRule; readonly twin: Twin } | undefined {
  const own = namedRule(context);
  const twins = own === undefined ? [] : (context.names?.twins(own) ?? []);
  if (own === undefined || twins.length < 2) return undefined;
  let best: Twin | undefined;
  for (const rule of twins.slice(0, maxTwins)) {
    if (rule === own) continue;
    const where = together(context.facts, own.path, rule);
    // Files of other folders are as a rule for other servers, or versions of each other.
    if (where === "never" || (where === "perhaps" && folderOf(rule.path) !== folderOf(own.path))) continue;
    const likeness = likenessOf(own, rule);
    if (
      likeness === undefined ||
      (best !== undefined && rankOf(best) <= rankOf({ rule, likeness, together: where }))
    )
      continue;
    best = { rule, likeness, together: where };
  }
  return best === undefined ? undefined : { own, twin: best };
}

function rankOf({ likeness, together: where }: Twin): number {
  return ["identical", "overlapping", "other"].indexOf(likeness) + (where === "surely" ? 0 : 3);
}

/** Nothing where the results can never have the same labels. */
function likenessOf(a: NamedRule, b: NamedRule): Likeness | undefined {
  if (a.compact === b.compact) return a.timing === b.timing ? "identical" : "other";
  if (a.tree === undefined || b.tree === undefined || areApart(a, b)) return undefined;
  const [first, second] = [selectors(a.tree), selectors(b.tree)];
  const isSingle =
    first.length === 1 &&
    second.length === 1 &&
    first[0]?.name === second[0]?.name &&
    first[0]?.name !== undefined;
  if (a.kind !== "alert") return "other";
  if (isSingle) return "overlapping";
  // Alerts on different metrics that share a name are told apart by what they say.
  const metrics = new Set(first.map(({ name }) => name));
  return second.some(({ name }) => name !== undefined && metrics.has(name)) ? "other" : undefined;
}

/** Whether a label tells the results of both rules apart that neither of them sets itself. */
function areApart(a: NamedRule, b: NamedRule): boolean {
  const { expr, errors } = parseExpr(`(${a.expr?.text ?? ""}\n) and (${b.expr?.text ?? ""}\n)`);
  if (expr?.kind !== "binary" || errors.length > 0) return false;
  const facts = analyseLabels(expr).join(expr);
  const label = facts?.noMatch?.label;
  return label !== undefined && !a.labels.has(label);
}

/** The same rule twice is evaluated twice, and tells or writes nothing more. */
export const duplicateIdentical: RuleCheck = {
  unit: "rule",
  id: "rule.duplicate-identical",
  severity: "error",
  kinds: ruleKinds,
  needs: ["promql", "decoded"],
  wants: ["twin"],
  beyondFile: true,
  summary: "A rule stands twice: the same name, labels and expression.",
  *run(context) {
    const found = context.once(twinOf);
    if (found?.twin.likeness !== "identical") return;
    const { own, twin } = found;
    // Of two files one keeps the rule: both are mended at once.
    const isLater = twin.rule.uri === own.uri ? twin.rule.at < own.at : twin.rule.uri < own.uri;
    const severity: Severity = twin.together === "surely" ? "error" : "hint";
    yield {
      ...told(
        context,
        duplicateIdentical.id,
        severity,
        found,
        `The same rule stands ${placeWords(twin.rule, own.path)}: delete one.`,
      ),
      fixes: isLater && twin.together === "surely" ? deletion(context, own) : undefined,
    };
  },
};

/** Two rules write series of the same name and labels; of two samples for one series one is dropped. */
export const duplicateNameLabels: RuleCheck = {
  unit: "rule",
  id: "rule.duplicate-name-labels",
  severity: "info",
  kinds: ruleKinds,
  needs: ["promql", "decoded"],
  wants: ["twin"],
  beyondFile: true,
  summary: "Two rules have the same name and labels, so that results with the same labels collide.",
  *run(context) {
    const found = context.once(twinOf);
    if (found?.twin.likeness !== "other") return;
    const { own, twin } = found;
    // Alerts on other things of one name are common, each in the file of its service; promtool looks at one file.
    if (own.kind === "alert" && twin.rule.uri !== own.uri) return;
    const where = placeWords(twin.rule, own.path);
    const message =
      own.kind === "record"
        ? `A rule ${where} records the same name: samples of equal labels are dropped. Add a label to one.`
        : `An alert ${where} has the same name and labels: add a label, so that both can be told apart.`;
    yield told(context, duplicateNameLabels.id, twin.together === "surely" ? "info" : "hint", found, message);
  },
};

/** Two alerts of the same name and labels look at series that both can select: one event fires both. */
export const duplicateOverlap: RuleCheck = {
  unit: "rule",
  id: "rule.duplicate-overlap",
  severity: "info",
  kinds: ruleKinds,
  needs: ["promql", "decoded"],
  wants: ["twin"],
  beyondFile: true,
  summary: "Two alerts of the same name and labels look at series that both can select.",
  *run(context) {
    const found = context.once(twinOf);
    if (found?.twin.likeness !== "overlapping") return;
    const { own, twin } = found;
    const message = `An alert ${placeWords(twin.rule, own.path)} of the same name and labels can fire for the same series.`;
    yield told(context, duplicateOverlap.id, twin.together === "surely" ? "info" : "hint", found, message);
  },
};

/** Alerts of other names on the same condition, whose severities are no ladder. */
export const duplicateExpression: RuleCheck = {
  unit: "rule",
  id: "rule.duplicate-expression",
  severity: "hint",
  kinds: ruleKinds,
  needs: ["promql", "decoded"],
  wants: ["names", "alert"],
  beyondFile: true,
  summary: "Two alerts of different names have the same expression.",
  run(context) {
    const findings: RawFinding[] = [];
    const own = context.rule.kind === "alert" ? namedRule(context) : undefined;
    if (own === undefined || own.compact.length < 8) return findings;
    const alike = context.names?.alike(own) ?? [];
    for (const rule of alike.length < 2 ? [] : alike.slice(0, maxTwins)) {
      if (rule.name === own.name || rule.timing !== own.timing) continue;
      if (together(context.facts, own.path, rule) !== "surely") continue;
      findings.push({
        check: duplicateExpression.id,
        severity: "hint",
        message: "Another alert has the same expression: one of them may be left over.",
        span: context.rule.name?.span ?? own.nameScalar.span,
        related: [relatedTo(rule, rule.name)],
      });
      return findings;
    }
    return findings;
  },
};

function told(
  { rule }: RuleContext,
  check: string,
  severity: Severity,
  { own, twin }: { readonly own: NamedRule; readonly twin: Twin },
  message: string,
): RawFinding {
  const short =
    message.length > 120
      ? `Another file has this ${own.kind === "alert" ? "alert" : "recording rule"} as well: see the related place.`
      : message;
  return {
    check,
    severity,
    message: short,
    span: rule.name?.span ?? own.nameScalar.span,
    related: [relatedTo(twin.rule, "the other rule")],
  };
}

/** The lines of the rule, where it has lines of its own. */
function deletion({ rule, lines }: RuleContext, own: NamedRule): readonly Fix[] | undefined {
  const { start, end } = rule.node.span;
  const from = lines.lineStart(lines.positionAt(start).line);
  const last = lines.positionAt(end).line;
  const to = lines.lineStart(last + 1);
  const isAlone =
    /^[ \t]*-[ \t]+$/.test(lines.slice(from, start)) &&
    /^[ \t]*(?:#[^\n]*)?\r?\n?$/.test(lines.slice(end, to));
  if (!isAlone || rule.node.flow) return undefined;
  return [
    {
      title: `Delete this ${own.kind === "alert" ? "alert" : "rule"}`,
      // Annotations may differ, which nobody but its author can weigh.
      safe: own.kind === "record",
      edits: [{ span: { start: from, end: to }, newText: "" }],
    },
  ];
}

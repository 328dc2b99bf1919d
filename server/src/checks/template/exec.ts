import type { TemplateTree } from "../../template/ast.ts";
import { expandTemplate } from "../../template/evaluate.ts";
import type { LabelMap } from "../../template/values.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { ruleKinds } from "../rule/context.ts";
import { templatesIn } from "./each.ts";

/** Labels as an alert may have them: none, numbers, words. Who fails with all of these fails always. */
const alerts = ["", "1", "text"].flatMap((label) =>
  [0, 1.5].map((value) => {
    const labels: LabelMap = { kind: "labels", of: () => label, entries: undefined };
    return { labels, externalLabels: labels, externalUrl: "http://localhost", value, now: 1_750_000_000 };
  }),
);

/** The loader only parses templates; what they do wrong is found when the alert fires (`template/template.go`, Expand). */
export const templateExec: RuleCheck = {
  unit: "rule",
  id: "template.exec",
  severity: "error",
  kinds: ruleKinds,
  needs: ["promql", "decoded"],
  wants: ["templates"],
  summary:
    "A template parses and fails whenever it is expanded, so that the alert shows an error instead of a text.",
  run(context) {
    const findings: RawFinding[] = [];
    // vmalert has functions and templates of its own.
    if (context.ruler === "vmalert") return findings;
    for (const { scalar, tree } of templatesIn(context)) {
      const failing = context.recall("where a template fails", scalar.value, (text) =>
        isHarmless(text) ? undefined : failureOf(tree),
      );
      if (failing === undefined) continue;
      findings.push({
        check: templateExec.id,
        severity: "error",
        message: "This fails whenever the alert fires, and the alert shows an error in place of this text.",
        span: failing.span === undefined ? scalar.span : scalar.map.spanToSource(failing.span),
      });
    }
    return findings;
  },
};

/** Most templates do no more than to print labels and the value, which cannot fail for every alert. */
function isHarmless(text: string): boolean {
  return !text.replaceAll(simple, "").includes("{{");
}

const simple =
  /\{\{-?[ \t]*(?:(?:\$labels|\.Labels|\$externalLabels)\.\w+|\$value|\.Value)(?:[ \t]*\|[ \t]*humanize\w*)?[ \t]*-?\}\}/g;

/** Where a template fails, whatever the alert is. */
function failureOf(tree: TemplateTree): (ReturnType<typeof expandTemplate> & { kind: "fails" }) | undefined {
  let first: (ReturnType<typeof expandTemplate> & { kind: "fails" }) | undefined;
  for (const alert of alerts) {
    const result = expandTemplate(tree, alert);
    if (result.kind !== "fails") return undefined;
    first ??= result;
  }
  return first;
}

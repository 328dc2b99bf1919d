import type { Span } from "../../base/text.ts";
import type { Operand, TemplateTree } from "../../template/ast.ts";
import { pipelines } from "./each.ts";

/** A label of the alert that a template reads, at its name. */
export interface LabelUse {
  readonly name: string;
  /** In the text of the template. */
  readonly span: Span;
}

/**
 * The labels of the alert that a template reads: `$labels.x`, `.Labels.x`, `index $labels "x"`. Where the dot has
 * another meaning, inside of `range` and `with`, only `$labels` is read.
 */
export function labelsUsed(tree: TemplateTree): readonly LabelUse[] {
  const found: LabelUse[] = [];
  for (const { pipe, isRoot } of pipelines(tree))
    for (const { operands } of pipe.commands) {
      const [first, second, third] = operands;
      if (first?.kind === "identifier" && first.name === "index" && third?.kind === "string")
        if (second !== undefined && restOf(second, isRoot)?.length === 0)
          found.push({ name: third.value, span: third.span });
      for (const operand of operands) {
        const label = restOf(operand, isRoot)?.[0];
        if (label !== undefined) found.push(label);
      }
    }
  return found;
}

/** What stands behind the labels of the alert; nothing for what is not these. */
function restOf(operand: Operand, isRoot: boolean): readonly LabelUse[] | undefined {
  if (operand.kind === "variable") {
    if (operand.name === "$labels") return operand.fields;
    return operand.name === "$" && operand.fields[0]?.name === "Labels" ? operand.fields.slice(1) : undefined;
  }
  if (operand.kind !== "field" || !isRoot || operand.fields[0]?.name !== "Labels") return undefined;
  return operand.fields.slice(1);
}

/** The external labels that a template reads: `$externalLabels.x`, `.ExternalLabels.x`. */
export function externalLabelsUsed(tree: TemplateTree): readonly LabelUse[] {
  const found: LabelUse[] = [];
  for (const { pipe, isRoot } of pipelines(tree))
    for (const { operands } of pipe.commands)
      for (const operand of operands) {
        if (operand.kind === "variable" && operand.name === "$externalLabels")
          found.push(...operand.fields.slice(0, 1));
        if (operand.kind === "field" && isRoot && operand.fields[0]?.name === "ExternalLabels")
          found.push(...operand.fields.slice(1, 2));
      }
  return found;
}

/** Whether a template itself asks whether the alert has a label, with `if` or `with`. */
export function isAskedFor(text: string, label: string): boolean {
  for (const [action] of text.matchAll(/\{\{-?\s*(?:else\s+)?(?:if|with)\b[^}]*\}\}/g))
    if (action.includes(label)) return true;
  return false;
}

import type { Span } from "../../base/text.ts";
import type { Command, Operand, Pipeline, TemplateList, TemplateTree } from "../../template/ast.ts";

/** A label of the alert that a template reads, at its name. */
export interface LabelUse {
  readonly name: string;
  /** In the text of the template. */
  readonly span: Span;
}

/**
 * The labels of the alert that a template reads: `$labels.x`, `.Labels.x`, `index $labels "x"`. Where the dot or a
 * variable has another meaning, inside of `range`, `with` and definitions, only `$labels` is read.
 */
export function labelsUsed({ root }: TemplateTree): readonly LabelUse[] {
  const found: LabelUse[] = [];
  inList(root, true, found);
  return found;
}

function inList({ nodes }: TemplateList, isRoot: boolean, found: LabelUse[]): void {
  for (const node of nodes) {
    switch (node.kind) {
      case "action":
        inPipeline(node.pipe, isRoot, found);
        break;
      case "if":
      case "with":
      case "range":
        inPipeline(node.pipe, isRoot, found);
        inList(node.body, isRoot && node.kind === "if", found);
        if (node.otherwise !== undefined) inList(node.otherwise, isRoot, found);
        break;
      case "template":
      case "block":
        if (node.pipe !== undefined) inPipeline(node.pipe, isRoot, found);
        break;
    }
  }
}

function inPipeline({ commands }: Pipeline, isRoot: boolean, found: LabelUse[]): void {
  for (const command of commands) inCommand(command, isRoot, found);
}

function inCommand({ operands }: Command, isRoot: boolean, found: LabelUse[]): void {
  const [first, second, third] = operands;
  if (
    first?.kind === "identifier" &&
    first.name === "index" &&
    third?.kind === "string" &&
    isLabels(second, isRoot)
  )
    found.push({ name: third.value, span: third.span });
  for (const operand of operands) inOperand(operand, isRoot, found);
}

function inOperand(operand: Operand, isRoot: boolean, found: LabelUse[]): void {
  switch (operand.kind) {
    case "variable": {
      const fields =
        operand.name === "$" && operand.fields[0]?.name === "Labels"
          ? operand.fields.slice(1)
          : operand.fields;
      const [label] = operand.name === "$labels" || fields !== operand.fields ? fields : [];
      if (label !== undefined) found.push({ name: label.name, span: label.span });
      break;
    }
    case "field": {
      const [root, label] = operand.fields;
      if (isRoot && root?.name === "Labels" && label !== undefined)
        found.push({ name: label.name, span: label.span });
      break;
    }
    case "pipeline":
      inPipeline(operand, isRoot, found);
      break;
    case "chain":
      if (operand.of.kind === "pipeline") inPipeline(operand.of, isRoot, found);
      break;
  }
}

function isLabels(operand: Operand | undefined, isRoot: boolean): boolean {
  if (operand?.kind === "variable")
    return (
      (operand.name === "$labels" && operand.fields.length === 0) ||
      (operand.name === "$" && operand.fields.length === 1 && operand.fields[0]?.name === "Labels")
    );
  return (
    isRoot && operand?.kind === "field" && operand.fields.length === 1 && operand.fields[0]?.name === "Labels"
  );
}

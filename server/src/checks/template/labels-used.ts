import type { Span } from "../../base/text.ts";
import type { Operand, Pipeline, TemplateTree } from "../../template/ast.ts";
import { pipelines } from "./each.ts";

/** A label of the alert that a template reads, at its name. */
export interface LabelUse {
  readonly name: string;
  /** In the text of the template. */
  readonly span: Span;
}

/**
 * The labels of the alert that a template reads: `$labels.x`, `.Labels.x`, `index $labels "x"`, also by a variable that
 * was given the labels. Where the dot has another meaning, inside of `range` and `with`, only `$labels` is read.
 */
export function labelsUsed(tree: TemplateTree): readonly LabelUse[] {
  return usesOf(tree, "Labels");
}

/** The external labels that a template reads: `$externalLabels.x`, `.ExternalLabels.x`. */
export function externalLabelsUsed(tree: TemplateTree): readonly LabelUse[] {
  return usesOf(tree, "ExternalLabels");
}

/** What Prometheus puts before each template (`rules/alerting.go`), as paths of what it hands over. */
const given: readonly (readonly [variable: string, path: readonly string[]])[] = [
  ["$", []],
  ["$labels", ["Labels"]],
  ["$externalLabels", ["ExternalLabels"]],
  ["$value", ["Value"]],
];

function usesOf(tree: TemplateTree, map: "Labels" | "ExternalLabels"): readonly LabelUse[] {
  const found: LabelUse[] = [];
  const variables = new Map(given);
  for (const { pipe, isRoot } of pipelines(tree)) {
    for (const { operands } of pipe.commands) {
      const [first, second, third] = operands;
      if (first?.kind === "identifier" && first.name === "index" && third?.kind === "string")
        if (second !== undefined && labelIn(second, isRoot, variables, map) === "all")
          found.push({ name: third.value, span: third.span });
      for (const operand of operands) {
        const label = labelIn(operand, isRoot, variables, map);
        if (label !== undefined && label !== "all") found.push(label);
      }
    }
    declare(pipe, isRoot, variables);
  }
  return found;
}

/** Takes up the name that a pipeline gives to something of the alert. */
function declare(
  { declarations, commands }: Pipeline,
  isRoot: boolean,
  variables: Map<string, readonly string[]>,
): void {
  const [only] = commands;
  const value = commands.length === 1 && only?.operands.length === 1 ? only.operands[0] : undefined;
  const path = value === undefined ? undefined : pathOf(value, isRoot, variables)?.map(({ name }) => name);
  for (const { name } of declarations)
    if (declarations.length > 1 || path === undefined) variables.delete(name);
    else variables.set(name, path);
}

/** The label of the map that an operand reads; `all` where it is the map itself. */
function labelIn(
  operand: Operand,
  isRoot: boolean,
  variables: ReadonlyMap<string, readonly string[]>,
  map: string,
): LabelUse | "all" | undefined {
  const [first, label] = pathOf(operand, isRoot, variables) ?? [];
  if (first?.name !== map) return undefined;
  if (label === undefined) return "all";
  // A variable that already is the label has no name of one.
  return label.span === undefined ? undefined : { name: label.name, span: label.span };
}

interface Step {
  readonly name: string;
  readonly span?: Span;
}

/** What an operand is of what Prometheus hands over to the template; nothing for anything else. */
function pathOf(
  operand: Operand,
  isRoot: boolean,
  variables: ReadonlyMap<string, readonly string[]>,
): readonly Step[] | undefined {
  if (operand.kind === "field") return isRoot ? operand.fields : undefined;
  if (operand.kind !== "variable") return undefined;
  const path = variables.get(operand.name);
  return path === undefined ? undefined : [...path.map((name) => ({ name })), ...operand.fields];
}

/** Whether a template itself asks whether the alert has a label, with `if` or `with`. */
export function isAskedFor(text: string, label: string): boolean {
  for (const [action] of text.matchAll(/\{\{-?\s*(?:else\s+)?(?:if|with)\b[^}]*\}\}/g))
    if (action.includes(label)) return true;
  return false;
}

import type { Command, Operand, Pipeline, TemplateList, TemplateTree } from "../../template/ast.ts";
import { parseAlertTemplate } from "../../template/prometheus.ts";
import type { YamlScalar } from "../../yaml/node.ts";
import type { RuleContext } from "../check.ts";
import { fieldText } from "../rule/context.ts";
import { templatesOf } from "./texts.ts";

/** A template of an alert that Prometheus accepts. */
export interface TemplatePlace {
  /** `label` or `annotation` */
  readonly what: string;
  readonly name: string;
  readonly scalar: YamlScalar;
  readonly tree: TemplateTree;
}

/** The templates of an alert that have actions and parse; parsed once for all checks. */
export function templatesIn(context: RuleContext): readonly TemplatePlace[] {
  return context.once(readTemplates);
}

function readTemplates({ rule }: RuleContext): readonly TemplatePlace[] {
  const alert = fieldText(rule, "alert");
  if (alert === undefined || alert === "") return [];
  const found: TemplatePlace[] = [];
  for (const place of templatesOf(rule)) {
    if (!place.scalar.value.includes("{{")) continue;
    const { tree, problems } = parseAlertTemplate(place.scalar.value, alert);
    if (tree !== undefined && problems.length === 0) found.push({ ...place, tree });
  }
  return found;
}

/** A pipeline of a template, and whether its value is printed as it is. */
export interface PipelinePlace {
  readonly pipe: Pipeline;
  readonly printed: boolean;
  /** Whether the dot still is what the alert hands over: not within `range`, `with` or a definition. */
  readonly isRoot: boolean;
}

/** Every pipeline of a template in source order, those in parentheses included. */
export function* pipelines(list: TemplateList, isRoot = true): Iterable<PipelinePlace> {
  for (const node of list.nodes) {
    switch (node.kind) {
      case "action":
        yield* nested(node.pipe, node.pipe.declarations.length === 0, isRoot);
        break;
      case "if":
      case "with":
      case "range":
        yield* nested(node.pipe, false, isRoot);
        yield* pipelines(node.body, isRoot && node.kind === "if");
        if (node.otherwise !== undefined) yield* pipelines(node.otherwise, isRoot);
        break;
      case "template":
      case "block":
        if (node.pipe !== undefined) yield* nested(node.pipe, false, isRoot);
        break;
    }
  }
}

function* nested(pipe: Pipeline, printed: boolean, isRoot: boolean): Iterable<PipelinePlace> {
  yield { pipe, printed, isRoot };
  for (const command of pipe.commands)
    for (const inner of inParentheses(command)) yield* nested(inner, false, isRoot);
}

function inParentheses({ operands }: Command): readonly Pipeline[] {
  return operands.flatMap((operand: Operand) => {
    if (operand.kind === "pipeline") return [operand];
    return operand.kind === "chain" && operand.of.kind === "pipeline" ? [operand.of] : [];
  });
}

/** Whether an operand is the value of the alert: `$value`, `.Value`, `$.Value`. */
export function isValue(operand: Operand | undefined, isRoot: boolean): boolean {
  if (operand?.kind === "variable")
    return operand.name === "$value" || (operand.name === "$" && operand.fields[0]?.name === "Value");
  return isRoot && operand?.kind === "field" && operand.fields[0]?.name === "Value";
}

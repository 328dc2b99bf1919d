import type { Command, Operand, Pipeline, TemplateList, TemplateTree } from "../../template/ast.ts";
import { parseAlertTemplate } from "../../template/prometheus.ts";
import { asScalar } from "../../yaml/access.ts";
import { effectivePairs } from "../../yaml/merge.ts";
import type { YamlMap, YamlScalar } from "../../yaml/node.ts";
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
  return context.once(soundTemplates);
}

function soundTemplates(context: RuleContext): readonly TemplatePlace[] {
  const found: TemplatePlace[] = [];
  for (const { what, name, scalar, tree } of context.once(readTemplates))
    if (tree !== undefined) found.push({ what, name, scalar, tree });
  return found;
}

/** A label or annotation of an alert that has actions. */
export interface ReadTemplate extends Omit<TemplatePlace, "tree"> {
  /** Nothing where Prometheus cannot parse it. */
  readonly tree: TemplateTree | undefined;
}

/** The labels and annotations of an alert that have actions, in the order of the loader; parsed once for all checks. */
export function readTemplates(context: RuleContext): readonly ReadTemplate[] {
  const { rule } = context;
  const alert = context.once(hasTemplates) ? (fieldText(rule, "alert") ?? "") : "";
  if (alert === "") return [];
  const read: ReadTemplate[] = [];
  for (const { what, name, scalar } of templatesOf(rule)) {
    const { value } = scalar;
    if (!value.includes("{{")) continue;
    // Many alerts say the same words, and what is sound does not depend on their names.
    const tree = context.recall("template", value, () => {
      const parsed = parseAlertTemplate(value, alert);
      return parsed.problems.length === 0 ? parsed.tree : undefined;
    });
    read.push({ what, name, scalar, tree });
  }
  return read;
}

/** Whether some label or annotation of the rule has actions. */
export function hasTemplates({ rule: { labels, annotations } }: RuleContext): boolean {
  return holdsActions(labels) || holdsActions(annotations);
}

function holdsActions(map: YamlMap | undefined): boolean {
  if (map === undefined) return false;
  for (const { value } of effectivePairs(map))
    if (asScalar(value)?.value.includes("{{") === true) return true;
  return false;
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

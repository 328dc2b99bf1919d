import type { Command, Operand, Pipeline, TemplateList, TemplateTree } from "../../template/ast.ts";
import { parseAlertTemplate } from "../../template/prometheus.ts";
import type { RuleContext } from "../check.ts";
import { fieldText } from "../rule/context.ts";
import { type TextPlace, templatesOf } from "./texts.ts";

/** A template that Prometheus accepts, with what checks make of it. */
class SoundTemplate {
  readonly tree: TemplateTree;
  readonly #made = new Map<unknown, unknown>();

  constructor(tree: TemplateTree) {
    this.tree = tree;
  }

  readonly once = <T>(make: (tree: TemplateTree) => T): T => {
    if (!this.#made.has(make)) this.#made.set(make, make(this.tree));
    return this.#made.get(make) as T;
  };
}

/** A template of an alert that Prometheus accepts. */
export interface TemplatePlace extends TextPlace {
  readonly tree: TemplateTree;
  /** What several checks need of the tree and one makes; equal texts share it. */
  once<T>(make: (tree: TemplateTree) => T): T;
}

/** The templates of an alert that have actions and parse; parsed once for all checks. */
export function templatesIn(context: RuleContext): readonly TemplatePlace[] {
  return context.once(soundTemplates);
}

function soundTemplates(context: RuleContext): readonly TemplatePlace[] {
  const found: TemplatePlace[] = [];
  for (const { what, name, scalar, sound } of context.once(readTemplates))
    if (sound !== undefined) found.push({ what, name, scalar, tree: sound.tree, once: sound.once });
  return found;
}

/** A label or annotation of an alert that has actions. */
export interface ReadTemplate extends TextPlace {
  /** Nothing where Prometheus cannot parse it. */
  readonly sound: SoundTemplate | undefined;
}

/** The labels and annotations of an alert that have actions, in the order of the loader; parsed once for all checks. */
export function readTemplates(context: RuleContext): readonly ReadTemplate[] {
  const texts = context.once(templatesOf);
  const alert = texts.length === 0 ? "" : (fieldText(context.rule, "alert") ?? "");
  if (alert === "") return [];
  const read: ReadTemplate[] = [];
  for (const { what, name, scalar } of texts) {
    const { value } = scalar;
    // Many alerts say the same words, and what is sound does not depend on their names.
    const sound = context.recall("template", value, () => {
      const { problems, tree } = parseAlertTemplate(value, alert);
      return problems.length === 0 && tree !== undefined ? new SoundTemplate(tree) : undefined;
    });
    read.push({ what, name, scalar, sound });
  }
  return read;
}

/** Whether a rule has the word in a text with actions: no template runs a query without the word `query`. */
export function mentions(context: RuleContext, word: string): boolean {
  return context.once(templatesOf).some(({ scalar }) => scalar.value.includes(word));
}

/** A pipeline of a template, and whether its value is printed as it is. */
export interface PipelinePlace {
  readonly pipe: Pipeline;
  readonly printed: boolean;
  /** Whether the dot still is what the alert hands over: not within `range`, `with` or a definition. */
  readonly isRoot: boolean;
}

/** Every pipeline of a template in source order, those in parentheses included; without its definitions. */
export function pipelines({ root }: TemplateTree): readonly PipelinePlace[] {
  const found: PipelinePlace[] = [];
  inList(root, true, found);
  return found;
}

function inList(list: TemplateList, isRoot: boolean, found: PipelinePlace[]): void {
  for (const node of list.nodes) {
    switch (node.kind) {
      case "action":
        nested(node.pipe, node.pipe.declarations.length === 0, isRoot, found);
        break;
      case "if":
      case "with":
      case "range":
        nested(node.pipe, false, isRoot, found);
        inList(node.body, isRoot && node.kind === "if", found);
        if (node.otherwise !== undefined) inList(node.otherwise, isRoot, found);
        break;
      case "template":
      case "block":
        if (node.pipe !== undefined) nested(node.pipe, false, isRoot, found);
        break;
    }
  }
}

function nested(pipe: Pipeline, printed: boolean, isRoot: boolean, found: PipelinePlace[]): void {
  found.push({ pipe, printed, isRoot });
  for (const command of pipe.commands)
    for (const inner of inParentheses(command)) nested(inner, false, isRoot, found);
}

function inParentheses({ operands }: Command): readonly Pipeline[] {
  if (!operands.some(({ kind }) => kind === "pipeline" || kind === "chain")) return [];
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

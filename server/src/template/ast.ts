import type { Span } from "../base/text.ts";

/** A Go template, typed. Spans are UTF-16 offsets into the template's text; they never overlap their neighbours. */
export interface TemplateTree {
  readonly root: TemplateList;
  /** What `define` and `block` define, in source order, those that lose to an earlier one included. */
  readonly definitions: readonly TemplateDefinition[];
  /** Comments with their markers, in source order; they are no nodes of the lists. */
  readonly comments: readonly TemplateComment[];
}

export interface TemplateDefinition {
  readonly name: string;
  readonly nameSpan: Span;
  readonly body: TemplateList;
}

export interface TemplateComment {
  /** From the comment's first slash to its last. */
  readonly span: Span;
}

export interface TemplateList {
  readonly nodes: readonly TemplateNode[];
}

/** The delimiters of an action, markers that trim the text around it included. */
export interface ActionSpan {
  /** From `{{` to `}}`. */
  readonly span: Span;
  /** `{{- ` */
  readonly trimsLeft: boolean;
  /** ` -}}` */
  readonly trimsRight: boolean;
}

export type TemplateNode = TextNode | ActionNode | BranchNode | CallNode | JumpNode;

/** Text between actions, without what trim markers cut off. */
export interface TextNode {
  readonly kind: "text";
  readonly span: Span;
  readonly text: string;
}

/** A pipeline whose value is printed, or that sets a variable. */
export interface ActionNode {
  readonly kind: "action";
  readonly action: ActionSpan;
  readonly pipe: Pipeline;
}

/** `if`, `with`, `range`. An `else if` is a branch that stands alone in `otherwise` and has no `end` of its own. */
export interface BranchNode {
  readonly kind: "if" | "with" | "range";
  /** The opening action; of an `else if` from its `if` on. */
  readonly action: ActionSpan;
  readonly pipe: Pipeline;
  readonly body: TemplateList;
  readonly elseAction: ActionSpan | undefined;
  readonly otherwise: TemplateList | undefined;
  /** Nothing where the text ends before it. */
  readonly endAction: ActionSpan | undefined;
}

/** `template` or `block`, which runs the template of that name. */
export interface CallNode {
  readonly kind: "template" | "block";
  readonly action: ActionSpan;
  readonly name: string;
  readonly nameSpan: Span;
  readonly pipe: Pipeline | undefined;
}

export interface JumpNode {
  readonly kind: "break" | "continue";
  readonly action: ActionSpan;
}

export interface Pipeline {
  readonly kind: "pipeline";
  /** From the first declaration or command to the last; in parentheses, with them. */
  readonly span: Span;
  readonly declarations: readonly VariableNode[];
  /** `=` instead of `:=` */
  readonly assigns: boolean;
  readonly commands: readonly Command[];
}

export interface Command {
  readonly span: Span;
  /** At least one; the first is what is called or printed. */
  readonly operands: readonly Operand[];
}

export type Operand =
  | DotNode
  | FieldNode
  | VariableNode
  | IdentifierNode
  | LiteralNode
  | ChainNode
  | Pipeline;

export interface DotNode {
  readonly kind: "dot";
  readonly span: Span;
}

export interface FieldName {
  readonly name: string;
  /** With its dot. */
  readonly span: Span;
}

/** `.Labels.job` */
export interface FieldNode {
  readonly kind: "field";
  readonly span: Span;
  readonly fields: readonly FieldName[];
}

/** `$labels.job`; its name has the dollar sign. */
export interface VariableNode {
  readonly kind: "variable";
  readonly span: Span;
  readonly name: string;
  readonly nameSpan: Span;
  readonly fields: readonly FieldName[];
}

/** The name of a function. */
export interface IdentifierNode {
  readonly kind: "identifier";
  readonly span: Span;
  readonly name: string;
}

export type LiteralNode =
  | { readonly kind: "string"; readonly span: Span; readonly text: string; readonly value: string }
  /** Also `'x'`, which is the number of its character. */
  | { readonly kind: "number"; readonly span: Span; readonly text: string }
  | { readonly kind: "bool"; readonly span: Span; readonly value: boolean }
  | { readonly kind: "nil"; readonly span: Span };

/** Fields of what a function or a pipeline in parentheses gives: `(index $labels "a").b` */
export interface ChainNode {
  readonly kind: "chain";
  readonly span: Span;
  readonly of: IdentifierNode | Pipeline;
  readonly fields: readonly FieldName[];
}

/** Why Go refuses a template. Its parser stops at the first error. */
export interface TemplateProblem {
  /** All that Go says: `template: NAME:LINE: …` */
  readonly message: string;
  /** The faulty token; for what is never closed, what opens it. */
  readonly span: Span;
  /** The name that nobody defines, where that is the problem. */
  readonly undefinedName?: { readonly kind: "function" | "variable"; readonly name: string } | undefined;
}

export interface ParsedTemplate {
  /** As far as the text could be read. */
  readonly tree: TemplateTree;
  readonly problems: readonly TemplateProblem[];
}

/** What a program puts around the templates that it reads. */
export interface TemplateDialect {
  readonly functions: ReadonlySet<string>;
  /** What the program writes before the text, actions that declare `variables` and nothing else; or nothing. */
  readonly preamble: string;
  readonly variables: readonly string[];
}

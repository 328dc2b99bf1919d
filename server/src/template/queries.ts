import type { Span } from "../base/text.ts";
import type { Command, Operand, Pipeline, TemplateList, TemplateTree } from "./ast.ts";

/** A query that a template runs. */
export interface TemplateQuery {
  /** What is known of its text: the arguments of `printf` are stood in for. */
  readonly text: string;
  /** Of its string literal, with the quotes. */
  readonly span: Span;
  /** Whether the text is the literal's own. */
  readonly isLiteral: boolean;
  /** Where `query` stands behind the text, at the end of a pipe. */
  readonly pipedInto?: Span;
}

/** A label that a template reads of what a query gave. */
export interface QueryLabel {
  readonly query: TemplateQuery;
  readonly name: string;
  readonly span: Span;
}

/** The queries of a template and the labels that are read of their results. */
export interface QueryUses {
  readonly queries: readonly TemplateQuery[];
  readonly labels: readonly QueryLabel[];
}

interface Scope {
  /** What the dot is a result of, in `with` and `range`. */
  readonly dot: TemplateQuery | undefined;
  /** Texts and results that variables hold. */
  readonly texts: ReadonlyMap<string, TemplateQuery>;
}

/** Where `query` is called in a template, directly or through a pipe, and what is read of its results. */
export function queriesIn({ root, definitions }: TemplateTree): QueryUses {
  const uses = { queries: [], labels: [] } satisfies Uses;
  const none: Scope = { dot: undefined, texts: new Map() };
  inList(root, none, uses);
  for (const { body } of definitions) inList(body, none, uses);
  return uses;
}

interface Uses {
  readonly queries: TemplateQuery[];
  readonly labels: QueryLabel[];
}

function inList(list: TemplateList, outer: Scope, uses: Uses): void {
  let scope = outer;
  for (const node of list.nodes) {
    if (node.kind === "action") {
      inPipe(node.pipe, scope, uses);
      scope = declared(node.pipe, scope);
    } else if (node.kind === "if" || node.kind === "with" || node.kind === "range") {
      inPipe(node.pipe, scope, uses);
      const query = queryOf(node.pipe, scope);
      // Who is not told what the dot is cannot say anything of its labels.
      const dot = node.kind === "if" ? scope.dot : query;
      inList(node.body, { ...declared(node.pipe, scope), dot }, uses);
      if (node.otherwise !== undefined) inList(node.otherwise, scope, uses);
    } else if ((node.kind === "template" || node.kind === "block") && node.pipe !== undefined)
      inPipe(node.pipe, scope, uses);
  }
}

function declared(pipe: Pipeline, scope: Scope): Scope {
  const [variable] = pipe.declarations;
  const [command] = pipe.commands;
  if (variable === undefined) return scope;
  const text = pipe.commands.length === 1 && command !== undefined ? textOf(command, scope) : undefined;
  const texts = new Map(scope.texts);
  if (text === undefined) texts.delete(variable.name);
  else texts.set(variable.name, text);
  return { ...scope, texts };
}

function inPipe(pipe: Pipeline, scope: Scope, uses: Uses): void {
  const own = queryOf(pipe, scope);
  if (own !== undefined) uses.queries.push(own);
  const query = own ?? scope.dot;
  for (const [index, command] of pipe.commands.entries()) {
    const [first, second] = command.operands;
    const isLabel = first?.kind === "identifier" && first.name === "label" && second?.kind === "string";
    if (isLabel && query !== undefined) uses.labels.push({ query, name: second.value, span: second.span });
    const before = pipe.commands[index - 1];
    const dot = own === undefined ? scope.dot : isCall(before, "first") ? own : undefined;
    for (const operand of command.operands) {
      if (operand.kind === "field" && dot !== undefined) pushLabel(operand.fields, dot, uses);
      const inner = operand.kind === "pipeline" ? operand : operand.kind === "chain" ? operand.of : undefined;
      if (inner?.kind !== "pipeline") continue;
      inPipe(inner, scope, uses);
      const of = operand.kind === "chain" ? queryOf(inner, scope) : undefined;
      if (of !== undefined && operand.kind === "chain") pushLabel(operand.fields, of, uses);
    }
  }
}

function pushLabel(
  fields: readonly { readonly name: string; readonly span: Span }[],
  query: TemplateQuery,
  uses: Uses,
): void {
  const [labels, label] = fields;
  if (fields.length === 2 && labels?.name === "Labels" && label !== undefined)
    uses.labels.push({ query, name: label.name, span: label.span });
}

/** The query whose results a pipeline gives. */
function queryOf(pipe: Pipeline, scope: Scope): TemplateQuery | undefined {
  for (const [index, command] of pipe.commands.entries()) {
    if (!isCall(command, "query")) continue;
    const [, text] = command.operands;
    if (text !== undefined) return textOfOperand(text, scope);
    const before = pipe.commands[index - 1];
    const piped = before === undefined ? undefined : textOf(before, scope);
    const name = command.operands[0]?.span;
    return piped === undefined || name === undefined ? piped : { ...piped, pipedInto: name };
  }
  return undefined;
}

function textOf(command: Command, scope: Scope): TemplateQuery | undefined {
  const [first, format, ...rest] = command.operands;
  if (first !== undefined && command.operands.length === 1) return textOfOperand(first, scope);
  if (!isCall(command, "printf") || format?.kind !== "string") return undefined;
  // What is put in is most often the value of a label; a number is right in most other places.
  let used = 0;
  const text = format.value.replace(/%[-+# 0]*[\d.]*([a-zA-Z%])/g, (_, verb: string) => {
    if (verb === "%") return "%";
    used++;
    return verb === "q" ? '"1"' : "1";
  });
  return used === rest.length ? { text, span: format.span, isLiteral: false } : undefined;
}

function textOfOperand(operand: Operand, scope: Scope): TemplateQuery | undefined {
  if (operand.kind === "string") return { text: operand.value, span: operand.span, isLiteral: true };
  if (operand.kind === "variable" && operand.fields.length === 0) return scope.texts.get(operand.name);
  if (operand.kind !== "pipeline" || operand.commands.length !== 1) return undefined;
  const [only] = operand.commands;
  return only === undefined ? undefined : textOf(only, scope);
}

function isCall(command: Command | undefined, name: string): boolean {
  const first = command?.operands[0];
  return first?.kind === "identifier" && first.name === name;
}

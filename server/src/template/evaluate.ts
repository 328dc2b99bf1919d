import type { Span } from "../base/text.ts";
import type {
  BranchNode,
  Command,
  FieldName,
  LiteralNode,
  Operand,
  Pipeline,
  TemplateList,
  TemplateTree,
} from "./ast.ts";
import { type TemplateWorld, templateFunctions } from "./functions.ts";
import {
  isTrue,
  type LabelMap,
  printed,
  TemplateFailure,
  TemplateUnknown,
  type TemplateValue,
} from "./values.ts";

/** An alert for which a template is expanded. */
export interface TemplateAlert {
  readonly labels: LabelMap;
  readonly externalLabels: LabelMap;
  readonly externalUrl: string;
  readonly value: number;
  /** Seconds since the epoch. */
  readonly now: number;
}

export type Expanded =
  /** `queries` are those that were asked for and got no results, for there is nobody to ask. */
  | { readonly kind: "text"; readonly text: string; readonly queries: readonly string[] }
  /** Prometheus writes an error instead of the text; the span is that of the command that fails. */
  | { readonly kind: "fails"; readonly span: Span | undefined }
  /** The text depends on something that is not known here. */
  | { readonly kind: "unknown"; readonly why: string };

const mostSteps = 20_000;
const longestText = 20_000;

/**
 * Expands a template of an alert as Prometheus does (`template/template.go`, Expand; `text/template/exec.go`). Never
 * throws and always ends: whatever is not certain is `unknown`.
 */
export function expandTemplate(tree: TemplateTree, alert: TemplateAlert): Expanded {
  const run = new Execution(tree, alert);
  try {
    run.start();
    return { kind: "text", text: run.text, queries: run.queries };
  } catch (error) {
    if (error instanceof TemplateFailure) return { kind: "fails", span: run.failing };
    return { kind: "unknown", why: error instanceof TemplateUnknown ? error.message : "this" };
  }
}

interface Variable {
  readonly name: string;
  value: TemplateValue;
}

class Jump extends Error {
  readonly kind: "break" | "continue";

  constructor(kind: "break" | "continue") {
    super(kind);
    this.kind = kind;
  }
}

class Execution {
  readonly #tree: TemplateTree;
  readonly #root: TemplateValue;
  readonly #world: TemplateWorld;
  readonly queries: string[] = [];
  #variables: Variable[];
  #steps = 0;
  #depth = 0;
  text = "";
  /** The command that is run, the innermost one. */
  failing: Span | undefined;

  constructor(tree: TemplateTree, { labels, externalLabels, externalUrl, value, now }: TemplateAlert) {
    this.#tree = tree;
    const url: TemplateValue = { kind: "string", value: externalUrl };
    const number: TemplateValue = { kind: "float", value };
    this.#root = {
      kind: "alert",
      fields: new Map<string, TemplateValue>([
        ["Labels", labels],
        ["ExternalLabels", externalLabels],
        ["ExternalURL", url],
        ["Value", number],
      ]),
    };
    this.#world = { now, externalUrl, asked: (query) => this.queries.push(query) };
    this.#variables = [
      { name: "$", value: this.#root },
      { name: "$labels", value: labels },
      { name: "$externalLabels", value: externalLabels },
      { name: "$externalURL", value: url },
      { name: "$value", value: number },
    ];
  }

  start(): void {
    this.#list(this.#tree.root, this.#root);
  }

  #step(): void {
    if (++this.#steps > mostSteps || this.text.length > longestText)
      throw new TemplateUnknown("so long a text");
  }

  #list({ nodes }: TemplateList, dot: TemplateValue): void {
    for (const node of nodes) {
      this.#step();
      switch (node.kind) {
        case "text":
          this.text += node.text;
          break;
        case "action": {
          const value = this.#pipeline(node.pipe, dot);
          if (node.pipe.declarations.length === 0) this.text += printed(value);
          break;
        }
        case "if":
        case "with":
          this.#branch(node, dot);
          break;
        case "range":
          this.#range(node, dot);
          break;
        case "template":
        case "block":
          this.#call(node.name, node.pipe === undefined ? { kind: "nil" } : this.#pipeline(node.pipe, dot));
          break;
        default:
          throw new Jump(node.kind);
      }
    }
  }

  #branch(node: BranchNode, dot: TemplateValue): void {
    this.#scoped(() => {
      const value = this.#pipeline(node.pipe, dot);
      if (isTrue(value)) this.#list(node.body, node.kind === "with" ? value : dot);
      else if (node.otherwise !== undefined) this.#list(node.otherwise, dot);
    });
  }

  #range(node: BranchNode, dot: TemplateValue): void {
    this.#scoped(() => {
      const value = this.#pipeline({ ...node.pipe, declarations: [] }, dot);
      const items = itemsOf(value);
      const [first, second] = node.pipe.declarations;
      for (const [key, item] of items) {
        try {
          this.#scoped(() => {
            if (first !== undefined && node.pipe.assigns) throw new TemplateUnknown("an assignment");
            if (first !== undefined)
              this.#variables.push({ name: first.name, value: second === undefined ? item : key });
            if (second !== undefined) this.#variables.push({ name: second.name, value: item });
            this.#list(node.body, item);
          });
        } catch (error) {
          if (!(error instanceof Jump)) throw error;
          if (error.kind === "break") break;
        }
      }
      if (items.length > 0 || node.otherwise === undefined) return;
      // Go gives the variables what there was to go over, before it looks whether that is anything.
      for (const { name } of node.pipe.declarations) this.#variables.push({ name, value });
      this.#list(node.otherwise, dot);
    });
  }

  #call(name: string, dot: TemplateValue): void {
    const [found, ...others] = this.#tree.definitions.filter((definition) => definition.name === name);
    if (found === undefined) throw new TemplateFailure("template not defined");
    if (others.length > 0 || ++this.#depth > 50) throw new TemplateUnknown("templates within templates");
    const outer = this.#variables;
    this.#variables = [{ name: "$", value: dot }];
    this.#list(found.body, dot);
    this.#variables = outer;
    this.#depth--;
  }

  #scoped(run: () => void): void {
    const { length } = this.#variables;
    try {
      run();
    } finally {
      this.#variables.length = Math.min(length, this.#variables.length);
    }
  }

  #pipeline({ commands, declarations, assigns }: Pipeline, dot: TemplateValue): TemplateValue {
    let value: TemplateValue | undefined;
    for (const command of commands) value = this.#command(command, dot, value);
    const result = value ?? { kind: "nil" };
    for (const { name } of declarations) {
      const known = assigns ? this.#variables.findLast((variable) => variable.name === name) : undefined;
      if (known !== undefined) known.value = result;
      else this.#variables.push({ name, value: result });
    }
    return result;
  }

  #command(command: Command, dot: TemplateValue, final: TemplateValue | undefined): TemplateValue {
    this.#step();
    this.failing = command.span;
    const value = this.#run(command, dot, final);
    this.failing = undefined;
    return value;
  }

  #run({ operands }: Command, dot: TemplateValue, final: TemplateValue | undefined): TemplateValue {
    const [first, ...rest] = operands;
    if (first === undefined) return { kind: "nil" };
    if (first.kind === "identifier") return this.#function(first.name, rest, dot, final);
    if (first.kind === "nil") throw new TemplateFailure("nil is not a command");
    // Only functions take arguments, and methods, of which nothing here has any.
    if (rest.length > 0 || final !== undefined)
      throw new TemplateFailure("can't give argument to non-function");
    return this.#operand(first, dot);
  }

  #function(
    name: string,
    operands: readonly Operand[],
    dot: TemplateValue,
    final: TemplateValue | undefined,
  ): TemplateValue {
    if (name === "and" || name === "or") {
      const thunks = operands.map((operand) => () => this.#operand(operand, dot));
      if (final !== undefined) thunks.push(() => final);
      if (thunks.length === 0) throw new TemplateFailure("wrong number of args");
      let value: TemplateValue = { kind: "nil" };
      for (const thunk of thunks) {
        value = thunk();
        if (isTrue(value) === (name === "or")) break;
      }
      return value;
    }
    const called = templateFunctions.get(name);
    if (called === undefined) throw new TemplateUnknown(name);
    const count = operands.length + (final === undefined ? 0 : 1);
    if (count < called.least || count > (called.most ?? count))
      throw new TemplateFailure("wrong number of args");
    const args = operands.map((operand) => this.#operand(operand, dot));
    return called.run(final === undefined ? args : [...args, final], this.#world);
  }

  #operand(operand: Operand, dot: TemplateValue): TemplateValue {
    switch (operand.kind) {
      case "dot":
        return dot;
      case "field":
        return fieldsOf(dot, operand.fields);
      case "variable": {
        const known = this.#variables.findLast(({ name }) => name === operand.name);
        if (known === undefined) throw new TemplateUnknown(operand.name);
        return fieldsOf(known.value, operand.fields);
      }
      case "identifier":
        return this.#function(operand.name, [], dot, undefined);
      case "pipeline":
        return this.#pipeline(operand, dot);
      case "chain": {
        const of =
          operand.of.kind === "pipeline" ? this.#pipeline(operand.of, dot) : this.#operand(operand.of, dot);
        return fieldsOf(of, operand.fields);
      }
      default:
        return literal(operand);
    }
  }
}

function literal(node: LiteralNode): TemplateValue {
  if (node.kind === "string") return { kind: "string", value: node.value };
  if (node.kind === "bool") return { kind: "bool", value: node.value };
  if (node.kind === "nil") return { kind: "nil" };
  if (/^[+-]?(?:0|[1-9]\d{0,14})$/.test(node.text)) return { kind: "int", value: Number(node.text) + 0 };
  if (/^[+-]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?$/.test(node.text) && /[.eE]/.test(node.text))
    return { kind: "float", value: Number(node.text) };
  throw new TemplateUnknown("so written a number");
}

function fieldsOf(of: TemplateValue, fields: readonly FieldName[]): TemplateValue {
  let value = of;
  for (const { name } of fields) {
    if (value.kind === "labels") value = { kind: "string", value: value.of(name) ?? "" };
    else if (value.kind === "args") value = value.entries.get(name) ?? { kind: "nil" };
    else if (value.kind === "alert") {
      const field = value.fields.get(name);
      if (field === undefined) throw new TemplateFailure("can't evaluate field");
      value = field;
    } else if (value.kind === "nil") throw new TemplateUnknown("a field of nothing");
    else throw new TemplateFailure("can't evaluate field");
  }
  return value;
}

/** What `range` goes over, with its keys. */
function itemsOf(value: TemplateValue): readonly (readonly [TemplateValue, TemplateValue])[] {
  if (value.kind === "samples") return [];
  if (value.kind === "labels") {
    if (value.entries === undefined) throw new TemplateUnknown("all labels");
    return value.entries.map(([key, item]) => [
      { kind: "string", value: key },
      { kind: "string", value: item },
    ]);
  }
  if (value.kind === "nil" || value.kind === "int" || value.kind === "args")
    throw new TemplateUnknown("range");
  throw new TemplateFailure("range can't iterate over it");
}

import { type Span, span } from "../base/text.ts";
import type { ChainNode, Command, FieldName, Operand, Pipeline, VariableNode } from "./ast.ts";
import type { Complainer } from "./fault.ts";
import type { GoValue } from "./go-format.ts";
import { characterFault, complexFault, invalidSyntax, numberFault, stringValue } from "./literals.ts";
import type { Token, TokenType } from "./token.ts";
import type { TokenStream } from "./token-stream.ts";
import type { Variables } from "./variables.ts";

/** As many parentheses as may be open at once (`parse.go`, maxStackDepth). */
const maxDepth = 10_000;

const commandStarts: ReadonlySet<TokenType> = new Set<TokenType>([
  ...(["bool", "charConstant", "complex", "dot", "field", "identifier", "number", "nil"] as const),
  ...(["rawString", "string", "variable", "leftParen"] as const),
]);
/** What cannot be called, and so cannot stand behind a pipe. */
const notExecutable: ReadonlySet<Operand["kind"]> = new Set<Operand["kind"]>([
  "bool",
  "dot",
  "nil",
  "number",
  "string",
]);

/** What a pipeline may use, and what it is read from. */
export interface Scope {
  readonly tokens: TokenStream;
  readonly complain: Complainer;
  readonly functions: ReadonlySet<string>;
  /** Declarations are added. */
  readonly variables: Variables;
}

/** A pipeline that is being read: that of the action, or one in parentheses. */
interface OpenPipeline {
  readonly context: string;
  readonly end: "rightDelim" | "rightParen";
  /** Where the parenthesis or the action begins. */
  readonly start: number;
  readonly declarations: VariableNode[];
  readonly commands: Command[];
  assigns: boolean;
  operands: Operand[] | undefined;
}

const text = (value: string): GoValue => ({ type: "string", text: value });

/**
 * Reads pipelines as `parse.go` does, parentheses on a stack of its own: no depth of them is too much for it.
 */
export class PipelineReader {
  readonly #scope: Scope;
  readonly #open: OpenPipeline[] = [];

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  /** The pipeline up to the delimiter, which is taken and handed back; `start` is where the action begins. */
  read(context: string, start: number): { readonly pipe: Pipeline; readonly delimiter: Token } {
    const { tokens, complain } = this.#scope;
    this.#begin(context, "rightDelim", start);
    for (;;) {
      const top = this.#open.at(-1);
      // Only what the last step of this loop closes is ever missing.
      if (top === undefined) throw new Error("no pipeline is open");
      if (top.operands === undefined) {
        const token = tokens.nextNonSpace();
        if (token.type === top.end) {
          const pipe = this.#close(top, token);
          if (top.end === "rightDelim") return { pipe, delimiter: token };
          this.#operand(this.#open.at(-1), pipe);
          continue;
        }
        if (!commandStarts.has(token.type)) complain.unexpected(token, top.context);
        tokens.backup();
        top.operands = [];
      }
      const token = tokens.nextNonSpace();
      if (token.type === "leftParen") {
        if (this.#open.length > maxDepth) complain.fail("max expression depth exceeded", [], token.span);
        this.#begin("parenthesized pipeline", "rightParen", token.span.start);
      } else this.#operand(top, this.#term(token));
    }
  }

  /** What was read of the pipeline when an error ended it. */
  partial(): Pipeline | undefined {
    let inner: Pipeline | undefined;
    for (const { start, declarations, commands, assigns, operands = [] } of this.#open.toReversed()) {
      const all = inner === undefined ? operands : [...operands, inner];
      const last = all.length === 0 ? [] : [commandOf(all)];
      const parts = [...declarations, ...commands, ...last];
      if (parts.length === 0) continue;
      const end = parts.at(-1)?.span.end ?? start;
      inner = {
        kind: "pipeline",
        span: span(inner === undefined ? (parts[0]?.span.start ?? start) : start, end),
        declarations,
        assigns,
        commands: [...commands, ...last],
      };
    }
    return inner;
  }

  #begin(context: string, end: OpenPipeline["end"], start: number): void {
    const open: OpenPipeline = {
      context,
      end,
      start,
      declarations: [],
      commands: [],
      assigns: false,
      operands: undefined,
    };
    this.#open.push(open);
    while (this.#declaration(open));
  }

  /** A variable that is declared or set; true where another may follow. */
  #declaration(open: OpenPipeline): boolean {
    const { tokens, complain, variables } = this.#scope;
    const variable = tokens.peekNonSpace();
    if (variable.type !== "variable") return false;
    tokens.next();
    const after = tokens.peek();
    const next = tokens.peekNonSpace();
    const declare = (): void => {
      tokens.nextNonSpace();
      open.declarations.push(variableOf(variable));
      variables.declare(variable.text);
    };
    if (next.type === "assign" || next.type === "declare") {
      open.assigns = next.type === "assign";
      declare();
    } else if (next.type === "char" && next.text === ",") {
      declare();
      if (open.context === "range" && open.declarations.length < 2) {
        const following = tokens.peekNonSpace();
        if (["variable", "rightDelim", "rightParen"].includes(following.type)) return true;
        complain.fail("range can only initialize variables", [], following.span);
      }
      complain.fail("too many declarations in %s", [text(open.context)], next.span);
    } else if (after.type === "space") tokens.putBack(variable, after);
    else tokens.putBack(variable);
    return false;
  }

  #close(top: OpenPipeline, end: Token): Pipeline {
    const { complain } = this.#scope;
    const { context, start, declarations, commands, assigns } = top;
    const whole = span(start, end.span.end);
    if (commands.length === 0) complain.fail("missing value for %s", [text(context)], whole);
    for (const [index, { operands, span: place }] of commands.entries())
      if (index > 0 && operands[0] !== undefined && notExecutable.has(operands[0].kind))
        complain.fail(
          "non executable command in pipeline stage %d",
          [{ type: "int", value: index + 1 }],
          place,
        );
    this.#open.pop();
    const parts = [...declarations, ...commands];
    const inside = span(parts[0]?.span.start ?? start, parts.at(-1)?.span.end ?? start);
    return {
      kind: "pipeline",
      span: top.end === "rightParen" ? whole : inside,
      declarations,
      assigns,
      commands,
    };
  }

  /** Adds a term with its fields to the command, and looks whether the command ends behind it. */
  #operand(top: OpenPipeline | undefined, term: Operand | undefined): void {
    const { tokens, complain } = this.#scope;
    const operands = top?.operands;
    if (top === undefined || operands === undefined) return;
    if (term !== undefined) operands.push(this.#withFields(term));
    const token = tokens.next();
    if (token.type === "space") return;
    if (token.type === "rightDelim" || token.type === "rightParen") tokens.backup();
    else if (token.type !== "pipe") complain.unexpected(token, "operand");
    if (operands.length === 0) complain.fail("empty command", [], token.span);
    top.commands.push(commandOf(operands));
    top.operands = undefined;
  }

  #withFields(term: Operand): Operand {
    const { tokens, complain } = this.#scope;
    if (tokens.peek().type !== "field") return term;
    const fields: FieldName[] = [];
    const literal = literalText(term);
    while (tokens.peek().type === "field") fields.push(fieldOf(tokens.next()));
    const place = span(term.span.start, fields.at(-1)?.span.end ?? term.span.end);
    if (literal !== undefined)
      complain.fail("unexpected . after term %q", [text(literal)], span(term.span.end, place.end));
    switch (term.kind) {
      case "field":
      case "variable":
      case "chain":
        return { ...term, span: place, fields: [...term.fields, ...fields] };
      case "identifier":
      case "pipeline":
        return { kind: "chain", span: place, of: term, fields } satisfies ChainNode;
      default:
        return term;
    }
  }

  /** One term other than a parenthesis; nothing, and nothing taken, for what is none. */
  #term(token: Token): Operand | undefined {
    const { tokens, complain, functions, variables } = this.#scope;
    const { span: place, text: written } = token;
    switch (token.type) {
      case "identifier":
        if (!functions.has(written))
          complain.fail("function %q not defined", [text(written)], place, {
            kind: "function",
            name: written,
          });
        return { kind: "identifier", span: place, name: written };
      case "dot":
        return { kind: "dot", span: place };
      case "nil":
        return { kind: "nil", span: place };
      case "variable":
        if (!variables.has(written))
          complain.fail("undefined variable %q", [text(written)], place, { kind: "variable", name: written });
        return variableOf(token);
      case "field":
        return { kind: "field", span: place, fields: [fieldOf(token)] };
      case "bool":
        return { kind: "bool", span: place, value: written === "true" };
      case "charConstant":
      case "complex":
      case "number": {
        const judge = { charConstant: characterFault, complex: complexFault, number: numberFault };
        const fault = judge[token.type](written);
        if (fault !== undefined) complain.failLiteral(fault, place);
        return { kind: "number", span: place, text: written };
      }
      case "string":
      case "rawString": {
        const value = stringValue(written);
        if (value === undefined) return complain.failLiteral(invalidSyntax, place);
        return { kind: "string", span: place, text: written, value };
      }
      default:
        tokens.backup();
        return undefined;
    }
  }
}

function variableOf({ span: place, text: name }: Token): VariableNode {
  return { kind: "variable", span: place, name, nameSpan: place, fields: [] };
}

function fieldOf({ span: place, text: written }: Token): FieldName {
  return { name: written.slice(1), span: place };
}

function commandOf(operands: readonly Operand[]): Command {
  const whole: Span = { start: operands[0]?.span.start ?? 0, end: operands.at(-1)?.span.end ?? 0 };
  return { span: whole, operands };
}

/** How Go writes a term that has no fields; nothing for one that may have. */
function literalText(term: Operand): string | undefined {
  switch (term.kind) {
    case "dot":
      return ".";
    case "nil":
      return "nil";
    case "bool":
      return String(term.value);
    case "string":
    case "number":
      return term.text;
    default:
      return undefined;
  }
}

import { utf8Length } from "../base/go-text.ts";
import { type Span, span } from "../base/text.ts";
import type {
  ActionNode,
  ActionSpan,
  BranchNode,
  CallNode,
  ParsedTemplate,
  Pipeline,
  TemplateDefinition,
  TemplateDialect,
} from "./ast.ts";
import { Definitions } from "./definitions.ts";
import { Complainer, TemplateFault } from "./fault.ts";
import { Lexer } from "./lexer.ts";
import { invalidSyntax, stringValue } from "./literals.ts";
import {
  actionSpan,
  type Building,
  jumpValue,
  type OpenBlock,
  type OpenList,
  type TreeState,
} from "./open-block.ts";
import { PipelineReader } from "./pipeline.ts";
import type { Token } from "./token.ts";
import { TokenStream } from "./token-stream.ts";
import { Variables } from "./variables.ts";

/**
 * Parses a template as Go does (`text/template/parse/parse.go`), up to its first error. `name` is what the
 * program calls the template, for messages. Never throws; blocks and parentheses of any depth are fine.
 */
export function parseTemplate(source: string, name: string, dialect: TemplateDialect): ParsedTemplate {
  return new TemplateParser(source, name, dialect).parse();
}

class TemplateParser {
  readonly #source: string;
  readonly #name: string;
  readonly #dialect: TemplateDialect;
  readonly #lexer: Lexer;
  readonly #tokens: TokenStream;
  readonly #complain: Complainer;
  readonly #root: OpenList = { nodes: [] };
  readonly #definitions: TemplateDefinition[] = [];
  readonly #complete: Definitions;
  #variables: Variables;
  #rangeDepth = 0;
  #blocks: OpenBlock[] = [];
  /** The pipeline that is being read, with the action it belongs to. */
  #reading: { readonly reader: PipelineReader; readonly start: number } | undefined;

  constructor(source: string, name: string, dialect: TemplateDialect) {
    this.#source = source;
    this.#name = name;
    this.#dialect = dialect;
    this.#lexer = new Lexer(source, dialect.functions);
    this.#tokens = new TokenStream(this.#lexer);
    const before = (position: number): number =>
      utf8Length(dialect.preamble) + utf8Length(source.slice(0, position));
    this.#complain = new Complainer(name, this.#tokens, before);
    this.#complete = new Definitions(this.#complain, dialect.preamble !== "");
    this.#variables = new Variables(["$", ...dialect.variables]);
  }

  parse(): ParsedTemplate {
    const tree = { root: this.#root, definitions: this.#definitions, comments: this.#lexer.comments };
    if (!this.#source.includes("{{")) {
      if (this.#source !== "")
        this.#root.nodes.push({ kind: "text", span: span(0, this.#source.length), text: this.#source });
      return { tree, problems: [] };
    }
    try {
      this.#read();
      return { tree, problems: [] };
    } catch (error) {
      if (!(error instanceof TemplateFault)) throw error;
      this.#keepUnfinished();
      const { message, span: place, undefinedName } = error;
      return { tree, problems: [{ message, span: place, undefinedName }] };
    }
  }

  #read(): void {
    const tokens = this.#tokens;
    this.#blocks = [{ kind: "root", list: this.#root }];
    for (;;) {
      const top = this.#top();
      const token = tokens.peekNonSpace();
      if (token.type === "eof") {
        if (top.kind === "root") break;
        this.#complain.fail("unexpected EOF", [], top.kind === "branch" ? top.node.action.span : top.action);
      }
      if (top.kind === "root" && token.type === "leftDelim") {
        tokens.next();
        const first = tokens.nextNonSpace();
        if (first.type === "define") {
          this.#define(token);
          continue;
        }
        tokens.putBack(token, first);
      }
      this.#textOrAction();
    }
    this.#complete.add(this.#name, this.#root.nodes, undefined);
  }

  #top(): OpenBlock {
    const top = this.#blocks.at(-1);
    if (top === undefined) throw new Error("no block is open");
    return top;
  }

  #textOrAction(): void {
    const token = this.#tokens.nextNonSpace();
    if (token.type === "text") {
      this.#top().list.nodes.push({ kind: "text", span: token.span, text: token.text });
      return;
    }
    if (token.type !== "leftDelim") this.#complain.unexpected(token, "input");
    this.#complain.actionLine = token.line;
    if (!this.#action(token)) this.#complain.actionLine = 0;
  }

  /** One action; true where it opens a block, so that what follows still belongs to it. */
  #action(delimiter: Token): boolean {
    const token = this.#tokens.nextNonSpace();
    switch (token.type) {
      case "block":
        this.#block(delimiter);
        return true;
      case "break":
      case "continue":
        this.#jump(delimiter, token.type);
        return false;
      case "else":
        return this.#else(delimiter);
      case "end":
        this.#end(actionSpan(delimiter, this.#expectDelimiter("end")));
        return false;
      case "if":
      case "range":
      case "with":
        this.#branch(token.type, delimiter, false, this.#top().list);
        return true;
      case "template":
        this.#template(delimiter);
        return false;
      default: {
        this.#tokens.backup();
        const { pipe, delimiter: close } = this.#pipeline("command", delimiter.span.start);
        this.#top().list.nodes.push({ kind: "action", action: actionSpan(delimiter, close), pipe });
        return false;
      }
    }
  }

  #pipeline(context: string, start: number): { readonly pipe: Pipeline; readonly delimiter: Token } {
    const reader = new PipelineReader({
      tokens: this.#tokens,
      complain: this.#complain,
      functions: this.#dialect.functions,
      variables: this.#variables,
    });
    this.#reading = { reader, start };
    const read = reader.read(context, start);
    this.#reading = undefined;
    return read;
  }

  #expectDelimiter(context: string): Token {
    const token = this.#tokens.nextNonSpace();
    if (token.type !== "rightDelim") this.#complain.unexpected(token, context);
    return token;
  }

  /** `break` or `continue` */
  #jump(delimiter: Token, kind: "break" | "continue"): void {
    const action = actionSpan(delimiter, this.#expectDelimiter(`{{${kind}}}`));
    if (this.#rangeDepth === 0) this.#complain.fail(`{{${kind}}} outside {{range}}`, [], action.span);
    this.#top().list.nodes.push({ kind, action });
  }

  /** The keyword is behind us; `list` is where the branch belongs. */
  #branch(kind: BranchNode["kind"], start: Token, isChained: boolean, list: OpenList): void {
    const variables = this.#variables.size;
    const { pipe, delimiter } = this.#pipeline(kind, start.span.start);
    if (kind === "range") this.#rangeDepth++;
    const body: OpenList = { nodes: [] };
    const node: Building<BranchNode> = {
      kind,
      action: actionSpan(start, delimiter),
      pipe,
      body,
      elseAction: undefined,
      otherwise: undefined,
      endAction: undefined,
    };
    list.nodes.push(node);
    this.#blocks.push({ kind: "branch", list: body, node, variables, isChained });
  }

  /** True where a branch of its own begins in the same action. */
  #else(delimiter: Token): boolean {
    const tokens = this.#tokens;
    const next = tokens.peekNonSpace();
    const isElseIf = next.type === "if" || next.type === "with";
    if (!isElseIf) this.#expectDelimiter("else");
    const action = actionSpan(delimiter, next);
    const top = this.#top();
    if (top.kind !== "branch") this.#misplaced("else", action, top);
    if (top.node.elseAction !== undefined)
      this.#complain.fail("expected end; found %s", [jumpValue("else")], action.span);
    if (top.node.kind === "range") this.#rangeDepth--;
    const otherwise: OpenList = { nodes: [] };
    top.node.elseAction = action;
    top.node.otherwise = otherwise;
    top.list = otherwise;
    this.#complain.actionLine = 0;
    // Any other keyword stands where text is expected, and is refused there.
    if (next.type !== top.node.kind) return false;
    tokens.next();
    this.#branch(top.node.kind, next, true, otherwise);
    return true;
  }

  #misplaced(
    kind: "end" | "else",
    { span: place }: ActionSpan,
    top: Exclude<OpenBlock, { kind: "branch" }>,
  ): never {
    const value = jumpValue(kind);
    if (top.kind === "root") this.#complain.fail("unexpected %s", [value], place);
    // Upstream lets the tree around the block complain, which has not read on since the block began.
    const line = top.kind === "block" ? top.line : undefined;
    this.#complain.fail(
      "unexpected %s in %s",
      [value, { type: "string", text: `${top.kind} clause` }],
      place,
      undefined,
      line,
    );
  }

  #end(action: ActionSpan): void {
    for (;;) {
      const top = this.#top();
      if (top.kind === "root") this.#misplaced("end", action, top);
      this.#blocks.pop();
      if (top.kind !== "branch") {
        this.#endDefinition(top);
        return;
      }
      if (top.node.kind === "range" && top.node.elseAction === undefined) this.#rangeDepth--;
      this.#variables.truncate(top.variables);
      if (!top.isChained) {
        top.node.endAction = action;
        return;
      }
    }
  }

  /** The delimiter and `define` are behind us. */
  #define(delimiter: Token): void {
    const context = "define clause";
    const outer = this.#enter();
    const token = this.#tokens.nextNonSpace();
    if (token.type !== "string" && token.type !== "rawString") this.#complain.unexpected(token, context);
    const name = this.#templateName(token);
    const action = actionSpan(delimiter, this.#expectDelimiter(context));
    this.#openDefinition("define", name, token.span, action.span, outer);
  }

  #block(delimiter: Token): void {
    const context = "block clause";
    const token = this.#tokens.nextNonSpace();
    if (token.type !== "string" && token.type !== "rawString") this.#complain.unexpected(token, context);
    const name = this.#templateName(token);
    const { pipe, delimiter: close } = this.#pipeline(context, delimiter.span.start);
    const action = actionSpan(delimiter, close);
    const node: CallNode = { kind: "block", action, name, nameSpan: token.span, pipe };
    this.#top().list.nodes.push(node);
    this.#openDefinition("block", name, token.span, action.span, this.#enter());
  }

  #template(delimiter: Token): void {
    const context = "template clause";
    const token = this.#tokens.nextNonSpace();
    if (token.type !== "string" && token.type !== "rawString") this.#complain.unexpected(token, context);
    const name = this.#templateName(token);
    let close = this.#tokens.nextNonSpace();
    let pipe: Pipeline | undefined;
    if (close.type !== "rightDelim") {
      this.#tokens.backup();
      ({ pipe, delimiter: close } = this.#pipeline(context, delimiter.span.start));
    }
    const action = actionSpan(delimiter, close);
    this.#top().list.nodes.push({ kind: "template", action, name, nameSpan: token.span, pipe });
  }

  #templateName(token: Token): string {
    const name = stringValue(token.text);
    if (name === undefined) this.#complain.failLiteral(invalidSyntax, token.span);
    return name;
  }

  /** Begins a tree of its own; what is handed back is to be restored at its end. */
  #enter(): TreeState {
    const outer = { variables: this.#variables, rangeDepth: this.#rangeDepth };
    this.#variables = new Variables(["$"]);
    this.#rangeDepth = 0;
    this.#complain.actionLine = 0;
    return outer;
  }

  #openDefinition(
    kind: "define" | "block",
    name: string,
    nameSpan: Span,
    action: Span,
    outer: TreeState,
  ): void {
    const list: OpenList = { nodes: [] };
    this.#definitions.push({ name, nameSpan, body: list });
    this.#blocks.push({ kind, list, action, name, nameSpan, line: this.#tokens.line, outer });
  }

  #endDefinition(block: OpenBlock & { readonly kind: "define" | "block" }): void {
    this.#complete.add(block.name, block.list.nodes, block.nameSpan);
    this.#variables = block.outer.variables;
    this.#rangeDepth = block.outer.rangeDepth;
    this.#complain.actionLine = 0;
  }

  /** Puts what an error has interrupted into the tree. */
  #keepUnfinished(): void {
    const pipe = this.#reading?.reader.partial();
    if (pipe === undefined || this.#reading === undefined) return;
    const action = {
      span: span(this.#reading.start, pipe.span.end),
      trimsLeft: this.#source.startsWith("{{-", this.#reading.start),
      trimsRight: false,
    };
    this.#top().list.nodes.push({ kind: "action", action, pipe } satisfies ActionNode);
  }
}

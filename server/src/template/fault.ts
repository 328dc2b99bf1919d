import type { Span } from "../base/text.ts";
import type { TemplateProblem } from "./ast.ts";
import { formatGo, type GoValue } from "./go-format.ts";
import type { LiteralFault } from "./literals.ts";
import { describeToken, type Token, tokenNumber } from "./token.ts";
import type { TokenStream } from "./token-stream.ts";

/** Ends the parser; never leaves it. */
export class TemplateFault extends Error {
  readonly span: Span;
  readonly undefinedName: TemplateProblem["undefinedName"];

  constructor(message: string, span: Span, undefinedName?: TemplateProblem["undefinedName"]) {
    super(message);
    this.span = span;
    this.undefinedName = undefinedName;
  }
}

/** Says what is wrong, as `parse.go` does with the names of the template and of the line it has come to. */
export class Complainer {
  readonly #name: string;
  readonly #tokens: TokenStream;
  readonly #bytesBefore: (position: number) => number;
  /** The line in which the action began that is being read; 0 in between. */
  actionLine = 0;

  /** `bytesBefore` gives Go's offset of a UTF-16 offset. */
  constructor(name: string, tokens: TokenStream, bytesBefore: (position: number) => number) {
    this.#name = name;
    this.#tokens = tokens;
    this.#bytesBefore = bytesBefore;
  }

  fail(
    format: string,
    values: readonly GoValue[],
    span: Span,
    undefinedName?: TemplateProblem["undefinedName"],
    line = this.#tokens.line,
  ): never {
    const whole = `template: ${this.#name}:${line}: ${format}`;
    throw new TemplateFault(formatGo(whole, values), span, undefinedName);
  }

  failLiteral({ message, goType }: LiteralFault, span: Span): never {
    this.fail("%s", [{ type: goType, text: message, fields: [{ type: "string", text: message }] }], span);
  }

  /** `where` is what is being read; an error of the lexer says for itself what is wrong. */
  unexpected(token: Token, where: string, span: Span = token.span): never {
    if (token.type !== "error")
      this.fail("unexpected %s in %s", [this.#item(token), { type: "string", text: where }], span);
    let extra = "";
    if (this.actionLine !== 0 && this.actionLine !== token.line) {
      const started = ` started at ${this.#name}:${this.actionLine}`;
      extra = token.text.endsWith(" action") ? started : ` in action${started}`;
    }
    this.fail("%s%s", [this.#item(token), { type: "string", text: extra }], span);
  }

  #item(token: Token): GoValue {
    const number = token.type === "error" ? 0 : tokenNumber(token.type);
    const text = token.type === "eof" ? "EOF" : token.text;
    const position = this.#bytesBefore(token.position);
    return {
      type: "parse.item",
      text: describeToken(token),
      fields: [
        { type: "parse.itemType", value: number },
        { type: "parse.Pos", value: position },
        { type: "string", text },
        { type: "int", value: token.line },
      ],
    };
  }
}

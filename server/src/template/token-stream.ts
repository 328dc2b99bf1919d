import type { Lexer } from "./lexer.ts";
import type { Token } from "./token.ts";

/** Tokens with as many steps back as the parser asks for; spaces are tokens. */
export class TokenStream {
  readonly #lexer: Lexer;
  /** Tokens that were put back, the next one last. */
  readonly #waiting: Token[] = [];
  #last: Token | undefined;
  #line = 0;

  constructor(lexer: Lexer) {
    this.#lexer = lexer;
  }

  /** The line of the token that was read last, whether or not it was put back: messages name it. */
  get line(): number {
    return this.#line;
  }

  next(): Token {
    const waiting = this.#waiting.pop();
    if (waiting !== undefined) {
      this.#last = waiting;
      return waiting;
    }
    const token = this.#lexer.next();
    this.#last = token;
    this.#line = token.line;
    return token;
  }

  peek(): Token {
    const token = this.next();
    this.backup();
    return token;
  }

  nextNonSpace(): Token {
    for (;;) {
      const token = this.next();
      if (token.type !== "space") return token;
    }
  }

  peekNonSpace(): Token {
    const token = this.nextNonSpace();
    this.backup();
    return token;
  }

  /** Puts back the token that was taken last. */
  backup(): void {
    if (this.#last !== undefined) this.#waiting.push(this.#last);
  }

  /** Puts back tokens in the order in which they were read. */
  putBack(...tokens: readonly Token[]): void {
    this.#waiting.push(...tokens.toReversed());
  }
}

import type { ParseError, ParserOptions } from "./ast.ts";
import { describeToken } from "./describe-token.ts";
import { Lexer } from "./lexer.ts";
import { ACCEPT, actionNames, END_OF_INPUT, ERROR_TOKEN, rowWidth, Token } from "./tables.generated.ts";
import { productions, table } from "./tables.ts";

export type ActionName = (typeof actionNames)[number];

/**
 * What a production does: gives the value of its nonterminal. `$1` is `at`, `$2` is `at + 1` and so on; all
 * symbols have a value, a token type and a place there.
 */
export type Action = (machine: Machine, at: number) => unknown;

/** What stands where in the four numbers of a symbol; the first is the state. */
const TYPE = 1;
const START = 2;
const END = 3;

/**
 * The automaton that goyacc makes of the grammar, with its error recovery
 * (`promql/parser/generated_parser.y.go`, `Parse`). It loops over a stack of its own: nesting costs no recursion.
 */
export class Machine {
  readonly input: string;
  readonly options: ParserOptions;
  readonly lexer: Lexer;
  readonly errors: ParseError[] = [];
  /** The value of the start symbol. */
  result: unknown = undefined;
  /** The end of the last token read that can close an expression. */
  lastClosing = 0;

  /**
   * Four numbers a symbol: the state, the type of its first token, where it starts and ends. Both lists begin with room
   * for what nearly all expressions need, for lists that grow leave garbage behind.
   */
  readonly #stack: number[] = new Array(64);
  readonly #values: unknown[] = new Array(16);

  constructor(input: string, options: ParserOptions) {
    this.input = input;
    this.options = options;
    this.lexer = new Lexer(input, options.unquotedUtf8Names === true);
  }

  value<T>(at: number): T {
    return this.#values[at] as T;
  }

  /** The type of the token that a symbol is or begins with. */
  type(at: number): number {
    return this.#stack[at * 4 + TYPE] ?? 0;
  }

  start(at: number): number {
    return this.#stack[at * 4 + START] ?? 0;
  }

  end(at: number): number {
    return this.#stack[at * 4 + END] ?? 0;
  }

  text(at: number): string {
    return this.input.slice(this.start(at), this.end(at));
  }

  /** Adds an error. Prometheus' ranges can be reversed or too short; only their start is held to. */
  fail(message: string, start: number, end: number): void {
    this.errors.push({ message, span: { start, end: Math.max(start, end) } });
  }

  /** Complains about the last token that was read, unless that was an error of the lexer. */
  unexpected(context: string, expected: string): void {
    const { lexer } = this;
    if (lexer.type === 0) return;
    let message = `unexpected ${describeToken(lexer.type, this.input.slice(lexer.start, lexer.end))}`;
    if (context !== "") message += ` in ${context}`;
    if (expected !== "") message += `, expected ${expected}`;
    this.fail(message, lexer.start, lexer.end);
  }

  #read(): number {
    const { lexer } = this;
    if (lexer.type === Token.EOF) return END_OF_INPUT;
    const type = lexer.next();
    switch (type) {
      case 0:
        this.errors.push({
          message: lexer.message,
          span: { start: lexer.start, end: lexer.end },
          ...(lexer.bracket === undefined
            ? {}
            : { bracket: { start: lexer.bracket, end: lexer.bracket + 1 } }),
        });
        return END_OF_INPUT;
      case Token.RIGHT_BRACE:
      case Token.RIGHT_PAREN:
      case Token.RIGHT_BRACKET:
      case Token.DURATION:
      case Token.NUMBER:
        this.lastClosing = lexer.end;
    }
    return type;
  }

  /** Reads the whole input from one of the start tokens. */
  run(startToken: number, actions: readonly Action[]): void {
    const stack = this.#stack;
    const values = this.#values;
    const { lexer } = this;
    let top = 0;
    let state = 0;
    let token: number = startToken;
    let recovering = 0;
    this.#push(0, 0, 0, 0, 0);
    for (;;) {
      let action = table[state * rowWidth] ?? 0;
      if (action === 0) {
        if (token < 0) token = this.#read();
        action = table[state * rowWidth + token] ?? 0;
      }
      if (action === ACCEPT) return;
      if (action > 0) {
        state = action;
        this.#push(++top, state, token, lexer.start, lexer.end);
        token = -1;
        if (recovering > 0) recovering--;
      } else if (action < 0) {
        const production = -action * 3;
        const length = productions[production + 1] ?? 0;
        const act = productions[production + 2] ?? -1;
        const base = top - length + 1;
        const end = stack[top * 4 + END] ?? 0;
        if (act >= 0) values[base] = actions[act]?.(this, base);
        top = base;
        state = table[(stack[base * 4 - 4] ?? 0) * rowWidth + (productions[production] ?? 0)] ?? 0;
        if (length === 0) {
          stack[base * 4 + TYPE] = 0;
          stack[base * 4 + START] = end;
        }
        stack[base * 4] = state;
        stack[base * 4 + END] = end;
      } else if (recovering === 3) {
        if (token === END_OF_INPUT) return;
        token = -1;
      } else {
        recovering = 3;
        while (top >= 0 && (table[(stack[top * 4] ?? 0) * rowWidth + ERROR_TOKEN] ?? 0) <= 0) top--;
        if (top < 0) return;
        state = table[(stack[top * 4] ?? 0) * rowWidth + ERROR_TOKEN] ?? 0;
        const before = stack[top * 4 + END] ?? 0;
        this.#push(++top, state, ERROR_TOKEN, before, before);
      }
    }
  }

  #push(at: number, state: number, type: number, start: number, end: number): void {
    const stack = this.#stack;
    const slot = at * 4;
    stack[slot] = state;
    stack[slot + TYPE] = type;
    stack[slot + START] = start;
    stack[slot + END] = end;
    this.#values[at] = undefined;
  }
}

/** The actions in the order of the tables. */
export function orderedActions(actions: Readonly<Record<ActionName, Action>>): readonly Action[] {
  return actionNames.map((name) => actions[name]);
}

import { quoteGo, utf8Length } from "../base/go-text.ts";
import type { ParseError, ParserOptions } from "./ast.ts";
import { Lexer } from "./lexer.ts";
import {
  ACCEPT,
  actionNames,
  END_OF_INPUT,
  ERROR,
  ERROR_TOKEN,
  productionText,
  rowText,
  rowWidth,
  stateCount,
  Token,
  tokenCount,
} from "./tables.generated.ts";

export type ActionName = (typeof actionNames)[number];

/**
 * What a production does: gives the value of its nonterminal. `$1` is `at`, `$2` is `at + 1` and so on; all
 * symbols have a value, a token type and a place there.
 */
export type Action = (machine: Machine, at: number) => unknown;

function numbers(text: string): Int16Array {
  return Int16Array.from(text.split(","), Number);
}

/**
 * For each state and token what to do, then for each nonterminal where to go. Column 0, which is no token, holds
 * the reduction of a state that does not look at the next token.
 */
function unpackRows(): Int16Array {
  const packed = numbers(rowText);
  const table = new Int16Array(stateCount * rowWidth);
  const bases: number[] = [];
  const own: number[][] = [];
  let at = 0;
  for (let state = 0; state < stateCount; state++) {
    const [fallback = 0, blind = 0, base = 0, count = 0] = packed.subarray(at, at + 4);
    at += 4;
    const cells = [...packed.subarray(at, at + count * 2)];
    at += count * 2;
    bases.push(base);
    own.push(cells);
    const sparse = new Map<number, number>();
    const chain = [state];
    for (let next = base; next > 0; next = bases[next] ?? 0) chain.push(next);
    for (const link of chain.reverse()) {
      const list = own[link] ?? [];
      for (let i = 0; i < list.length; i += 2) sparse.set(list[i] ?? 0, list[i + 1] ?? 0);
    }
    const row = state * rowWidth;
    table.fill(-fallback, row + 1, row + tokenCount);
    table[row] = blind === 1 ? -fallback : 0;
    table[row + ERROR_TOKEN] = 0;
    for (const [column, value] of sparse) {
      if (value !== 0) table[row + column] = value === ERROR ? 0 : value;
    }
  }
  return table;
}

/** What stands where in the four numbers of a symbol; the first is the state. */
const TYPE = 1;
const START = 2;
const END = 3;

const table = unpackRows();
const productions = numbers(productionText);

const keywordNames = new Set([
  Token.BOOL,
  Token.BY,
  Token.GROUP_LEFT,
  Token.GROUP_RIGHT,
  Token.FILL,
  Token.FILL_LEFT,
  Token.FILL_RIGHT,
  Token.IGNORING,
  Token.OFFSET,
  Token.SMOOTHED,
  Token.ANCHORED,
  Token.ON,
  Token.WITHOUT,
] as number[]);

const literalNames: ReadonlyMap<number, string> = new Map<number, string>([
  [Token.IDENTIFIER, "identifier"],
  [Token.METRIC_IDENTIFIER, "metric identifier"],
  [Token.STRING, "string"],
  [Token.NUMBER, "number"],
  [Token.DURATION, "duration"],
]);

/** A token in the words of `Item.desc` (`promql/parser/lex.go`). */
function describeToken(type: number, text: string): string {
  if (type === Token.EOF) return "end of input";
  const literal = literalNames.get(type);
  if (type === Token.IDENTIFIER || type === Token.METRIC_IDENTIFIER) return `${literal} ${quoteGo(text)}`;
  if (keywordNames.has(type)) return `<${text}>`;
  if (type >= Token.ADD && type <= Token.ATAN2) return `<op:${text}>`;
  if (type >= Token.AVG && type <= Token.LIMIT_RATIO) return `<aggr:${text}>`;
  const quoted =
    utf8Length(text) > 10 ? `${quoteGo([...text.slice(0, 20)].slice(0, 10).join(""))}...` : quoteGo(text);
  return literal === undefined ? quoted : `${literal} ${quoted}`;
}

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

  /** Four numbers a symbol: the state, the type of its first token, where it starts and ends. */
  readonly #stack: number[] = [];
  readonly #values: unknown[] = [];

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
    stack.push(0, 0, 0, 0);
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

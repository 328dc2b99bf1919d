import { quoteGo, utf8Length } from "../base/go-text.ts";
import type { Span } from "../base/text.ts";

/** Types of tokens in Go's order (`text/template/parse/lex.go`), because messages may print their numbers. */
const tokenTypes = [
  ..."error bool char charConstant comment complex assign declare eof field identifier leftDelim".split(" "),
  ..."leftParen number pipe rawString rightDelim rightParen space string text variable keyword".split(" "),
  ..."block break continue dot define else end if nil range template with".split(" "),
];

export type KeywordType =
  | "block"
  | "break"
  | "continue"
  | "dot"
  | "define"
  | "else"
  | "end"
  | "if"
  | "nil"
  | "range"
  | "template"
  | "with";

export type TokenType =
  | KeywordType
  | "error"
  | "bool"
  | "char"
  | "charConstant"
  | "complex"
  | "assign"
  | "declare"
  | "eof"
  | "field"
  | "identifier"
  | "leftDelim"
  | "leftParen"
  | "number"
  | "pipe"
  | "rawString"
  | "rightDelim"
  | "rightParen"
  | "space"
  | "string"
  | "text"
  | "variable";

export interface Token {
  readonly type: TokenType;
  readonly span: Span;
  /** The source; of an error its message. */
  readonly text: string;
  /** The line that it begins in, from 1. */
  readonly line: number;
  /** Where Go believes an error to be; elsewhere the start. */
  readonly position: number;
  /** Whether the delimiter has a trim marker. */
  readonly trims?: true | undefined;
}

/** Words that are no names; `break` and `continue` are in the set although functions could be called so. */
export const keywords: ReadonlyMap<string, KeywordType> = new Map([
  ["block", "block"],
  ["break", "break"],
  ["continue", "continue"],
  ["define", "define"],
  ["else", "else"],
  ["end", "end"],
  ["if", "if"],
  ["range", "range"],
  ["nil", "nil"],
  ["template", "template"],
  ["with", "with"],
]);

/** The number of a type in Go's own list (`text/template/parse/lex.go`, itemType). */
export function tokenNumber(type: TokenType): number {
  return tokenTypes.indexOf(type);
}

/** A token as messages name it (`item.String`). */
export function describeToken({ type, text }: Token): string {
  if (type === "eof") return "EOF";
  if (type === "error") return text;
  if (tokenNumber(type) > tokenNumber("variable")) return `<${text}>`;
  if (utf8Length(text) <= 10) return quoteGo(text);
  // Ten characters lie in the first twenty units.
  return `${quoteGo([...text.slice(0, 20)].slice(0, 10).join(""))}...`;
}

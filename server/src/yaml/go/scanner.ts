import { scanComments, scanLineComment } from "./comments.ts";
import { GoYamlError, isBlank, isBlankOrEnd, isBreak, type Mark, Reader } from "./reader.ts";
import { scanAnchor, scanDirective, scanTag } from "./scan-properties.ts";
import { atDocumentIndicator, scanBlockScalar, scanPlain, scanQuoted } from "./scan-scalars.ts";
import type { Comment, Token, TokenType } from "./token.ts";

/** A place where a key without `?` may have begun. */
interface SimpleKey {
  possible: boolean;
  readonly required: boolean;
  readonly token: number;
  readonly mark: Mark;
}

const maxDepth = 10_000;
const maxKeyLength = 1024;

/** Characters that start no plain scalar. */
const indicators = new Set([..."-?:,[]{}#&*!|>'\"%@`"].map((char) => char.charCodeAt(0)));

/**
 * The tokens of a text as go-yaml v3 scans them (`scannerc.go`), with the same errors at the same places.
 * After an error the scanner can be asked on; go-yaml sometimes does.
 */
export class Scanner {
  readonly reader: Reader;
  /** Those that wait, and the one that was taken last. */
  readonly comments: Comment[] = [];
  #tokens: Token[] = [];
  #head = 0;
  /** How many tokens were taken. */
  #taken = 0;
  #isAvailable = false;
  #hasStarted = false;
  #indent = -1;
  readonly #indents: number[] = [];
  #flowLevel = 0;
  #keyAllowed = false;
  readonly #keys: SimpleKey[] = [];
  readonly #keysByToken = new Map<number, number>();

  constructor(text: string) {
    this.reader = new Reader(text);
  }

  /** The next token, which stays the next one. */
  peek(): Token {
    if (!this.#isAvailable) this.#fetchMore();
    const token = this.#tokens[this.#head];
    if (token === undefined) throw this.#refusal("did not find expected <stream-start>");
    return token;
  }

  /** Takes the token that was peeked at. */
  take(): void {
    this.#isAvailable = false;
    this.#taken++;
    this.#head++;
    if (this.#head < 256) return;
    // The last tokens that were taken still tell where a comment belongs.
    this.#tokens = this.#tokens.slice(this.#head - 2);
    this.#head = 2;
  }

  #fetchMore(): void {
    for (;;) {
      // go-yaml wants two tokens more than it gives out: comments may belong to either.
      if (this.#head < this.#tokens.length - 2) {
        const at = this.#keysByToken.get(this.#taken);
        const key = at === undefined ? undefined : this.#keys[at];
        if (key === undefined || !this.#isValid(key)) break;
      }
      this.#fetchNext();
    }
    this.#isAvailable = true;
  }

  #fetchNext(): void {
    const { reader } = this;
    reader.need(1);
    if (!this.#hasStarted) {
      this.#keys.push({ possible: false, required: false, token: 0, mark: reader.mark() });
      this.#keyAllowed = true;
      this.#hasStarted = true;
      this.#append("stream-start", reader.mark());
      return;
    }
    const before = reader.mark();
    this.#skipToToken();
    this.#unroll(reader.column, before);
    reader.need(4);
    const code = reader.code();
    if (code === 0) {
      this.#fetchStreamEnd();
      return;
    }
    if (reader.column === 0 && code === 0x25) {
      this.#endBlocks();
      this.#tokens.push(scanDirective(reader));
      return;
    }
    if (atDocumentIndicator(reader)) {
      this.#endBlocks();
      const start = reader.mark();
      for (let i = 0; i < 3; i++) reader.skip();
      this.#append(code === 0x2d ? "document-start" : "document-end", start);
      return;
    }
    const last = this.#tokens.at(-1);
    const closesLast = this.#flowLevel === 0 ? code === 0x3a : code === 0x2c;
    const commentMark = last !== undefined && closesLast ? last.start : reader.mark();
    this.#fetchContent(code);
    if (this.#tokens.at(-1)?.type !== "block-entry") scanLineComment(reader, commentMark, this.comments);
  }

  #fetchContent(code: number): void {
    const { reader } = this;
    const inFlow = this.#flowLevel > 0;
    switch (code) {
      case 0x5b:
        this.#fetchFlowStart("flow-sequence-start");
        return;
      case 0x7b:
        this.#fetchFlowStart("flow-mapping-start");
        return;
      case 0x5d:
        this.#fetchFlowEnd("flow-sequence-end");
        return;
      case 0x7d:
        this.#fetchFlowEnd("flow-mapping-end");
        return;
      case 0x2c:
        this.#removeKey();
        this.#keyAllowed = true;
        this.#fetchIndicator("flow-entry");
        return;
      case 0x2d:
        if (isBlankOrEnd(reader.code(1))) {
          this.#fetchBlockEntry();
          return;
        }
        break;
      case 0x3f:
        if (inFlow || isBlankOrEnd(reader.code(1))) {
          this.#fetchKey();
          return;
        }
        break;
      case 0x3a:
        if (inFlow || isBlankOrEnd(reader.code(1))) {
          this.#fetchValue();
          return;
        }
        break;
      case 0x2a:
        this.#fetchSimple(() => scanAnchor(reader, "alias"));
        return;
      case 0x26:
        this.#fetchSimple(() => scanAnchor(reader, "anchor"));
        return;
      case 0x21:
        this.#fetchSimple(() => scanTag(reader));
        return;
      case 0x7c:
      case 0x3e:
        if (!inFlow) {
          this.#fetchBlockScalar(code === 0x7c);
          return;
        }
        break;
      case 0x27:
      case 0x22:
        this.#fetchSimple(() => scanQuoted(reader, code === 0x27));
        return;
    }
    const mayStart =
      !(isBlank(code) || indicators.has(code)) ||
      (code === 0x2d && !isBlank(reader.code(1))) ||
      (!inFlow && (code === 0x3f || code === 0x3a) && !isBlankOrEnd(reader.code(1)));
    if (!mayStart) throw this.#refusal("found character that cannot start any token", reader.mark());
    this.#saveKey();
    this.#keyAllowed = false;
    const { token, keyAllowed } = scanPlain({ reader, indent: this.#indent, inFlow });
    if (keyAllowed) this.#keyAllowed = true;
    this.#tokens.push(token);
  }

  #fetchStreamEnd(): void {
    const { reader } = this;
    if (reader.column !== 0) {
      reader.column = 0;
      reader.line++;
    }
    this.#endBlocks();
    this.#append("stream-end", reader.mark());
  }

  #endBlocks(): void {
    this.#unroll(-1, this.reader.mark());
    this.#removeKey();
    this.#keyAllowed = false;
  }

  #fetchFlowStart(type: TokenType): void {
    const { reader } = this;
    this.#saveKey();
    const token = this.#taken + (this.#tokens.length - this.#head);
    this.#keys.push({ possible: false, required: false, token, mark: reader.mark() });
    if (++this.#flowLevel > maxDepth) throw this.#refusal(`exceeded max depth of ${maxDepth}`, reader.mark());
    this.#keyAllowed = true;
    this.#fetchIndicator(type);
  }

  #fetchFlowEnd(type: TokenType): void {
    this.#removeKey();
    if (this.#flowLevel > 0) {
      this.#flowLevel--;
      this.#keysByToken.delete(this.#keys.at(-1)?.token ?? -1);
      this.#keys.pop();
    }
    this.#keyAllowed = false;
    this.#fetchIndicator(type);
  }

  #fetchBlockEntry(): void {
    if (this.#flowLevel === 0)
      this.#beginBlock("block-sequence-start", "block sequence entries are not allowed in this context");
    this.#removeKey();
    this.#keyAllowed = true;
    this.#fetchIndicator("block-entry");
  }

  #fetchKey(): void {
    if (this.#flowLevel === 0)
      this.#beginBlock("block-mapping-start", "mapping keys are not allowed in this context");
    this.#removeKey();
    this.#keyAllowed = this.#flowLevel === 0;
    this.#fetchIndicator("key");
  }

  #fetchValue(): void {
    const key = this.#keys.at(-1);
    if (key !== undefined && this.#isValid(key)) {
      this.#insert(key.token, { type: "key", start: key.mark, end: key.mark });
      this.#roll(key.mark.column, key.token, "block-mapping-start", key.mark);
      key.possible = false;
      this.#keysByToken.delete(key.token);
      this.#keyAllowed = false;
    } else {
      if (this.#flowLevel === 0)
        this.#beginBlock("block-mapping-start", "mapping values are not allowed in this context");
      this.#keyAllowed = this.#flowLevel === 0;
    }
    this.#fetchIndicator("value");
  }

  #fetchSimple(scan: () => Token): void {
    this.#saveKey();
    this.#keyAllowed = false;
    this.#tokens.push(scan());
  }

  #fetchBlockScalar(literal: boolean): void {
    const { reader } = this;
    this.#removeKey();
    this.#keyAllowed = true;
    const start = reader.mark();
    const context = { reader, indent: this.#indent, inFlow: false };
    this.#tokens.push(scanBlockScalar(context, literal, () => scanLineComment(reader, start, this.comments)));
  }

  /** An indicator of one character. */
  #fetchIndicator(type: TokenType): void {
    const start = this.reader.mark();
    this.reader.skip();
    this.#append(type, start);
  }

  #append(type: TokenType, start: Mark): void {
    this.#tokens.push({ type, start, end: this.reader.mark() });
  }

  /** Puts a token before the one of that number; behind all, where that was taken already. */
  #insert(number: number, token: Token): void {
    if (number < this.#taken) this.#tokens.push(token);
    else this.#tokens.splice(this.#head + number - this.#taken, 0, token);
  }

  #beginBlock(type: TokenType, problem: string): void {
    const mark = this.reader.mark();
    if (!this.#keyAllowed) throw this.#refusal(problem, mark);
    this.#roll(mark.column, undefined, type, mark);
  }

  #roll(column: number, number: number | undefined, type: TokenType, mark: Mark): void {
    if (this.#flowLevel > 0 || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    this.#indent = column;
    if (this.#indents.length > maxDepth)
      throw this.#refusal(`exceeded max depth of ${maxDepth}`, this.#keys.at(-1)?.mark);
    const token: Token = { type, start: mark, end: mark };
    if (number === undefined) this.#tokens.push(token);
    else this.#insert(number, token);
  }

  /** Ends the block collections that are indented deeper than a column. */
  #unroll(column: number, scan: Mark): void {
    if (this.#flowLevel > 0) return;
    let mark: Mark = { ...scan, index: scan.index - 1 };
    while (this.#indent > column) {
      let stop = mark.index;
      for (let at = this.comments.length - 1; at >= 0; at--) {
        const comment = this.comments[at];
        if (comment === undefined || (comment.end?.index ?? 0) < stop) break;
        if (comment.start.column === this.#indent + 1) mark = comment.start;
        stop = comment.scan?.index ?? 0;
      }
      this.#tokens.push({ type: "block-end", start: mark, end: mark });
      this.#indent = this.#indents.pop() ?? -1;
    }
  }

  #isValid(key: SimpleKey): boolean {
    if (!key.possible) return false;
    const { reader } = this;
    if (key.mark.line >= reader.line && key.mark.index + maxKeyLength >= reader.index) return true;
    if (key.required) throw this.#refusal("could not find expected ':'", key.mark);
    key.possible = false;
    return false;
  }

  #saveKey(): void {
    const mark = this.reader.mark();
    const required = this.#flowLevel === 0 && this.#indent === mark.column;
    if (!this.#keyAllowed) return;
    const token = this.#taken + (this.#tokens.length - this.#head);
    this.#removeKey();
    this.#keys[this.#keys.length - 1] = { possible: true, required, token, mark };
    this.#keysByToken.set(token, this.#keys.length - 1);
  }

  #removeKey(): void {
    const key = this.#keys.at(-1);
    if (key?.possible !== true) return;
    if (key.required) throw this.#refusal("could not find expected ':'", key.mark);
    key.possible = false;
    this.#keysByToken.delete(key.token);
  }

  #skipToToken(): void {
    const { reader } = this;
    const scanMark = reader.mark();
    for (;;) {
      reader.need(1);
      if (reader.column === 0 && reader.atByteOrderMark) reader.skip();
      const tabs = this.#flowLevel > 0 || !this.#keyAllowed;
      while (reader.code() === 0x20 || (tabs && reader.code() === 0x09)) reader.skip();
      this.#turnLineComment();
      if (reader.code() === 0x23) {
        const context = {
          reader,
          indent: this.#indent,
          inFlow: this.#flowLevel > 0,
          last: this.#tokens.at(-1),
          beforeLast: this.#tokens.at(-2),
        };
        scanComments(context, scanMark, this.comments);
      }
      if (!isBreak(reader.code())) return;
      reader.skipLine();
      if (this.#flowLevel === 0) this.#keyAllowed = true;
    }
  }

  /** A comment behind the first dash of a list belongs to what follows. */
  #turnLineComment(): void {
    const comment = this.comments.at(-1);
    if (comment === undefined || this.#tokens.length < 2) return;
    const follows =
      this.#tokens.at(-2)?.type === "block-sequence-start" && this.#tokens.at(-1)?.type === "block-entry";
    if (!follows || comment.line === "" || isBreak(this.reader.code())) return;
    comment.head = comment.line;
    comment.line = "";
    if (comment.start.line === this.reader.line - 1) comment.token = this.reader.mark();
  }

  #refusal(problem: string, context?: Mark | undefined): GoYamlError {
    return new GoYamlError("scanner", problem, this.reader.mark(), context);
  }
}

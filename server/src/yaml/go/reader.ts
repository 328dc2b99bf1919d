import { badText } from "./bad-text.ts";

/** A place in the text as go-yaml counts it: characters, and line breaks that are more than YAML 1.2's. */
export interface Mark {
  /** In characters from the start. */
  readonly index: number;
  /** From 0. */
  readonly line: number;
  /** In characters from the start of the line. */
  readonly column: number;
  /** In UTF-16 units from the start of the text. */
  readonly offset: number;
}

/** Which part of go-yaml refuses; only scanner and parser name a line. */
type Stage = "reader" | "scanner" | "parser" | "composer";

/** Why go-yaml refuses a text (`apic.go`, yaml_parser_t: problem and context). */
export class GoYamlError extends Error {
  readonly stage: Stage;
  readonly problem: string;
  readonly at: Mark;
  readonly context: Mark | undefined;

  constructor(stage: Stage, problem: string, at: Mark, context?: Mark | undefined) {
    super(problem);
    this.stage = stage;
    this.problem = problem;
    this.at = at;
    this.context = context;
  }

  /** The line that go-yaml names, from 1; 0 where it names none (`decode.go`, fail). */
  get line(): number {
    if (this.stage === "reader" || this.stage === "composer") return 0;
    const line = this.context !== undefined && this.context.line !== 0 ? this.context.line : this.at.line;
    return line === 0 || this.stage === "parser" ? line : line + 1;
  }

  /** As go-yaml prints it behind `yaml: `. */
  get words(): string {
    const { line, problem } = this;
    return line === 0 ? problem : `line ${line}: ${problem}`;
  }
}

/** Everything that is not allowed in a YAML stream (`readerc.go`). */
const badCharacter = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
/** Bytes that are read at once. */
const chunkBytes = 512;
const byteOrderMark = 0xfeff;

/** A space or a tab (`is_blank`). */
export function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Any line break of YAML 1.1 (`is_break`). */
export function isBreak(code: number): boolean {
  return code === 0x0a || code === 0x0d || code === 0x85 || code === 0x2028 || code === 0x2029;
}

/** A line break or the end of the text, which is the code 0 (`is_breakz`). */
export function isBreakOrEnd(code: number): boolean {
  return code === 0 || isBreak(code);
}

/** A blank, a line break or the end of the text (`is_blankz`). */
export function isBlankOrEnd(code: number): boolean {
  return isBlank(code) || isBreakOrEnd(code);
}

/** A letter, digit, `_` or `-`. */
export function isAlpha(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x5f ||
    code === 0x2d
  );
}

/**
 * The text and where one stands in it (`readerc.go` and the first part of `scannerc.go`). go-yaml reads in
 * chunks and refuses a bad character as soon as its chunk is read; texts that have one are read so here, too.
 */
export class Reader {
  readonly text: string;
  pos: number;
  index = 0;
  line = 0;
  column = 0;
  /** Line breaks since the last character that is no blank. */
  newlines = 0;
  passedOver: GoYamlError | undefined;
  readonly #bad: number;
  /** What lies before this offset has been read. */
  #limit: number;
  #chunkStart = 0;
  #bufferStart: number;
  readonly #hasInnerMark: boolean;

  constructor(text: string) {
    this.text = text;
    this.pos = text.charCodeAt(0) === byteOrderMark ? 1 : 0;
    this.#bufferStart = this.pos;
    const bad = badCharacter.exec(text);
    this.#bad = bad === null ? Number.POSITIVE_INFINITY : bad.index;
    this.#hasInnerMark = text.indexOf("\ufeff", 1) > 0;
    this.#limit = bad === null && !this.#hasInnerMark ? Number.POSITIVE_INFINITY : 0;
  }

  /** The UTF-16 unit `ahead` of the place; 0 behind the end. */
  code(ahead = 0): number {
    const at = this.pos + ahead;
    if (at >= this.#limit) this.need(ahead + 1);
    return at < this.text.length ? this.text.charCodeAt(at) : 0;
  }

  /** The same where only a comment is looked for: then go-yaml passes over what it cannot read, and keeps it in mind. */
  tryCode(ahead: number): number | undefined {
    try {
      return this.code(ahead);
    } catch (error) {
      if (!(error instanceof GoYamlError)) throw error;
      this.passedOver = error;
      return undefined;
    }
  }

  mark(): Mark {
    return { index: this.index, line: this.line, column: this.column, offset: this.pos };
  }

  /** Whether go-yaml takes the place for a byte order mark; it looks at the start of its buffer instead. */
  get atByteOrderMark(): boolean {
    return this.#hasInnerMark && this.text.charCodeAt(this.#bufferStart) === byteOrderMark;
  }

  skip(): void {
    const code = this.code();
    if (!isBlank(code)) this.newlines = 0;
    this.index++;
    this.column++;
    this.pos += this.#width(code);
  }

  skipLine(): void {
    const code = this.code();
    if (!isBreak(code)) return;
    const length = code === 0x0d && this.code(1) === 0x0a ? 2 : 1;
    this.#nextLine(length, length);
  }

  read(): string {
    const start = this.pos;
    this.skip();
    return this.text.slice(start, this.pos);
  }

  /** Reads a line break, and returns what it stands for in a value. */
  readLine(): string {
    const code = this.code();
    if (!isBreak(code)) return "";
    const length = code === 0x0d && this.code(1) === 0x0a ? 2 : 1;
    this.#nextLine(length, length);
    return code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : "\n";
  }

  /** Makes sure that so many units are read. */
  need(length: number): void {
    if (this.pos + length <= this.#limit) return;
    this.#bufferStart = this.pos;
    while (this.pos + length > this.#limit) {
      if (this.#chunkStart >= this.text.length) {
        this.#limit = this.pos + length;
        return;
      }
      const end = this.#chunkEnd();
      // What stands before it in the chunk can be read all the same.
      this.#limit = Math.min(end, this.#bad);
      if (this.#bad < end) throw this.#refusal();
      this.#chunkStart = end;
    }
  }

  #refusal(): GoYamlError {
    const at = { ...this.mark(), offset: this.#bad };
    return new GoYamlError("reader", badText(this.text, this.#bad).problem, at);
  }

  #chunkEnd(): number {
    const { text } = this;
    let at = this.#chunkStart;
    for (let bytes = 0; at < text.length; ) {
      const code = text.codePointAt(at) ?? 0;
      bytes +=
        at === this.#bad
          ? badText(text, at).bytes
          : code < 0x80
            ? 1
            : code < 0x800
              ? 2
              : code < 0x10000
                ? 3
                : 4;
      if (bytes > chunkBytes && at > this.#chunkStart) break;
      at += code < 0x10000 ? 1 : 2;
    }
    return at;
  }

  #nextLine(characters: number, units: number): void {
    this.index += characters;
    this.pos += units;
    this.column = 0;
    this.line++;
    this.newlines++;
  }

  /** Characters of two units count once. */
  #width(code: number): number {
    if (code < 0xd800 || code > 0xdbff) return 1;
    const next = this.text.charCodeAt(this.pos + 1);
    return next >= 0xdc00 && next <= 0xdfff ? 2 : 1;
  }
}

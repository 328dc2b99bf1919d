import { GoYamlError, type Mark } from "./reader.ts";
import { Scanner } from "./scanner.ts";
import type { Comment, Token } from "./token.ts";

const taken: Comment = {
  scan: undefined,
  token: { index: 0, line: 0, column: 0, offset: 0 },
  start: { index: 0, line: 0, column: 0, offset: 0 },
  end: undefined,
  head: "",
  line: "",
  foot: "",
};

/**
 * The tokens as go-yaml's parser sees them (`parserc.go`, peek_token and its kin): with the comments that it
 * hangs on them, which nobody here reads, but which change what it refuses.
 */
export class TokenStream {
  readonly #scanner: Scanner;
  #commentsTaken = 0;
  #headComment = "";
  /** An error that looking ahead for comments met, and passed over. */
  #passedOver: GoYamlError | undefined;

  constructor(text: string) {
    this.#scanner = new Scanner(text);
  }

  /** The next token, which stays; throws GoYamlError. */
  peek(): Token {
    const token = this.#scanner.peek();
    const { comments } = this.#scanner;
    for (;;) {
      const comment = comments[this.#commentsTaken];
      if (comment === undefined || token.start.index < comment.token.index) break;
      if (comment.head !== "") {
        if (token.type === "block-end") break;
        this.#headComment += this.#headComment === "" ? comment.head : `\n${comment.head}`;
      }
      comments[this.#commentsTaken++] = taken;
    }
    return token;
  }

  take(): void {
    this.#scanner.take();
  }

  /** Takes a token and looks at the one behind it. */
  after(): Token {
    this.#scanner.take();
    return this.peek();
  }

  /** The token behind a dash. A comment before the dash makes go-yaml look at it twice, past its first error. */
  afterDash(): Token {
    const before = this.#headComment.length;
    this.#scanner.take();
    if (before > 0) {
      try {
        const { type } = this.peek();
        if (type === "block-sequence-start" || type === "block-mapping-start")
          this.#headComment = this.#headComment.slice(before + 1);
      } catch (error) {
        if (!(error instanceof GoYamlError)) throw error;
        this.#passedOver = error;
      }
    }
    return this.peek();
  }

  forgetComment(): void {
    this.#headComment = "";
  }

  /** The comment up to the last empty line belongs to the document. */
  keepLastComment(): void {
    const comment = this.#headComment;
    for (let i = comment.length - 1; i > 0; i--) {
      if (comment[i] !== "\n") continue;
      if (i !== comment.length - 1 && comment[i - 1] !== "\n") continue;
      this.#headComment = comment.slice(i + 1);
      return;
    }
  }

  /** Throws the error that was passed over, once there is one. */
  checkPassedOver(): void {
    const error = this.#passedOver ?? this.#scanner.reader.passedOver;
    if (error !== undefined) throw error;
  }

  /** Where the scanner stands. */
  mark(): Mark {
    return this.#scanner.reader.mark();
  }
}

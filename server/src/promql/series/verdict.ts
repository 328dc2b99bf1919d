import type { Span } from "../../base/text.ts";
import type { ParseError } from "../ast.ts";

/** Thrown where upstream's parser gives up; `Verdict.read` catches it. */
class Refused extends Error {}

/** What Prometheus' parser says of a text: its first error. */
export class Verdict {
  #error: ParseError | undefined;

  get error(): ParseError | undefined {
    return this.#error;
  }

  /** Runs a part of the parser, up to where it gives up. */
  read(part: () => void): void {
    try {
      part();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }

  /** An error that the parser goes on behind: only the first is kept. */
  note(message: string, span: Span): void {
    this.#error ??= { message, span };
  }

  /** An error at which it gives up. */
  fail(message: string, span: Span): never {
    this.note(message, span);
    throw new Refused(message);
  }
}

/** `unexpected WORD in CONTEXT, expected SOMETHING`, as upstream words it; empty parts are left out. */
export function unexpected(word: string, context: string, expected: string): string {
  const where = context === "" ? "" : ` in ${context}`;
  const wanted = expected === "" ? "" : `, expected ${expected}`;
  return `unexpected ${word}${where}${wanted}`;
}

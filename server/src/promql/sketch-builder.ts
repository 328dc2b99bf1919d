import type { ScanToken } from "./scan.ts";
import {
  type Frame,
  type Item,
  type MatcherSketch,
  makeFrame,
  type Operand,
  type Role,
  type SelectorSketch,
  type Word,
} from "./sketch.ts";

/** What a sketch is made of so far: words, selectors, and the stack of open brackets. */
export class SketchBuilder {
  readonly words: Word[] = [];
  readonly selectors: SelectorSketch[] = [];
  readonly top: Frame = makeFrame("top", "", undefined, undefined, undefined);
  /** The innermost open bracket. */
  frame: Frame = this.top;

  /** A word of the text, with its part in it. */
  word(token: ScanToken, role: Role, selector?: SelectorSketch, matcher?: MatcherSketch): Word {
    const word: Word = { token, role, frame: this.frame, selector, matcher };
    this.words.push(word);
    return word;
  }

  /** Enters a bracket. */
  open(kind: Frame["kind"], name: string, owner: Item | undefined, token: ScanToken): Frame {
    this.frame = makeFrame(kind, name, this.frame, owner, token.span);
    return this.frame;
  }

  /** Leaves the innermost bracket; the text goes on in the frame around it. */
  close(token: ScanToken | undefined): void {
    const { parent, kind, owner } = this.frame;
    if (parent === undefined) return;
    if (token !== undefined) this.frame.close = token.span;
    this.frame = parent;
    parent.mode =
      (kind === "labels" || kind === "fill") && owner?.kind === "operator" ? "operand" : "operator";
  }

  /** An operand of the frame; an operator is expected behind it. */
  operand(kind: Operand["kind"], name: string, token: ScanToken, selector?: SelectorSketch): Operand {
    const frame = this.frame;
    const operand: Operand = {
      kind,
      name,
      token,
      selector,
      frame: undefined,
      braced: false,
      ranged: false,
      grouped: false,
    };
    frame.args.at(-1)?.push(operand);
    frame.last = operand;
    frame.operator = undefined;
    frame.awaiting = undefined;
    frame.mode = "operator";
    return operand;
  }

  /** A selector that begins here. */
  selector(name: string | undefined, token: ScanToken): SelectorSketch {
    const selector: SelectorSketch = { name, start: token.span.start, matchers: [] };
    this.selectors.push(selector);
    return selector;
  }
}

import { aggregations } from "./functions.ts";
import { unquoted } from "./quote.ts";
import type { ScanToken } from "./scan.ts";
import {
  type Frame,
  type Item,
  type MatcherSketch,
  makeFrame,
  type Operand,
  type Operator,
  type Role,
  type SelectorSketch,
  type Stop,
  type Word,
} from "./sketch.ts";

const binarySymbols = new Set([
  "+",
  "-",
  "*",
  "/",
  "%",
  "^",
  "==",
  "!=",
  "<=",
  ">=",
  "<",
  ">",
  "</",
  ">/",
  "=",
  "!",
  "=~",
  "!~",
  "~",
]);
const binaryWords = new Set(["and", "or", "unless", "atan2"]);
const endsBraces = new Set([
  ")",
  "[",
  "]",
  "(",
  "+",
  "-",
  "*",
  "/",
  "%",
  "^",
  "<",
  ">",
  "<=",
  ">=",
  "@",
  ":",
  "{",
]);

/** Takes tokens one by one and keeps the stack of open brackets. */
export class Sketcher {
  readonly words: Word[] = [];
  readonly selectors: SelectorSketch[] = [];
  readonly top: Frame = makeFrame("top", "", undefined, undefined, undefined);
  #frame: Frame = this.top;

  stop(): Stop {
    const frame = this.#frame;
    const { mode, last, operator, awaiting, matcher, step } = frame;
    const path: { frame: Frame; argument: number }[] = [];
    for (let at: Frame | undefined = frame; at !== undefined; at = at.parent) {
      path.push({ frame: at, argument: at.args.length - 1 });
    }
    return { frame, mode, last, operator, awaiting, matcher, step, path };
  }

  feed(token: ScanToken, next: ScanToken | undefined): void {
    // Each turn either takes the token or closes a bracket that was left open, so the loop ends.
    for (;;) {
      const { kind } = this.#frame;
      const taken =
        kind === "braces"
          ? this.#inBraces(token)
          : kind === "labels" || kind === "fill"
            ? this.#inLabels(token)
            : kind === "range"
              ? this.#inRange(token, next)
              : this.#inExpression(token, next);
      if (taken) return;
    }
  }

  #word(token: ScanToken, role: Role, selector?: SelectorSketch, matcher?: MatcherSketch): Word {
    const word: Word = { token, role, frame: this.#frame, selector, matcher };
    this.words.push(word);
    return word;
  }

  #open(kind: Frame["kind"], name: string, owner: Item | undefined, token: ScanToken): Frame {
    this.#frame = makeFrame(kind, name, this.#frame, owner, token.span);
    return this.#frame;
  }

  /** Leaves the innermost bracket; the text goes on in the frame around it. */
  #close(token: ScanToken | undefined): void {
    const { parent, kind, owner } = this.#frame;
    if (parent === undefined) return;
    if (token !== undefined) this.#frame.close = token.span;
    this.#frame = parent;
    parent.mode =
      (kind === "labels" || kind === "fill") && owner?.kind === "operator" ? "operand" : "operator";
  }

  #operand(kind: Operand["kind"], name: string, token: ScanToken, selector?: SelectorSketch): Operand {
    const frame = this.#frame;
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

  #selector(name: string | undefined, token: ScanToken): SelectorSketch {
    const selector: SelectorSketch = { name, start: token.span.start, matchers: [] };
    this.selectors.push(selector);
    return selector;
  }

  #inExpression(token: ScanToken, next: ScanToken | undefined): boolean {
    const frame = this.#frame;
    const { text } = token;
    if (text === ")" && token.kind === "symbol") {
      if (frame.kind === "top") frame.mode = "operator";
      else this.#close(token);
      return true;
    }
    if (text === "," && token.kind === "symbol") {
      frame.args.push([]);
      frame.mode = "operand";
      frame.last = undefined;
      frame.operator = undefined;
      frame.awaiting = undefined;
      return true;
    }
    if (frame.awaiting !== undefined) {
      const { keyword, owner } = frame.awaiting;
      frame.awaiting = undefined;
      if (text === "(" && token.kind === "symbol") {
        this.#open(keyword.startsWith("fill") ? "fill" : "labels", keyword, owner, token).mode = "name";
        return true;
      }
    }
    if (frame.mode === "duration" || frame.mode === "at") return this.#inModifier(token, next);
    return frame.mode === "operator" ? this.#afterOperand(token) : this.#beforeOperand(token, next);
  }

  /** Behind `offset` or `@`. */
  #inModifier(token: ScanToken, next: ScanToken | undefined): boolean {
    const frame = this.#frame;
    if (token.text === "-" || token.text === "+") return true;
    if (token.text === "(") {
      this.#open("range", "(", frame.last, token).mode = "operand";
      return true;
    }
    if (token.kind === "symbol" || token.kind === "string") {
      frame.mode = "operator";
      return false;
    }
    this.#word(
      token,
      token.kind === "number" ? "duration" : token.kind === "variable" ? "variable" : "keyword",
    );
    if (next?.text !== "(") frame.mode = "operator";
    return true;
  }

  #afterOperand(token: ScanToken): boolean {
    const frame = this.#frame;
    const { last } = frame;
    const lower = token.text.toLowerCase();
    if (token.kind === "word") {
      if (lower === "by" || lower === "without") {
        this.#word(token, "keyword");
        if (last !== undefined) last.grouped = true;
        frame.awaiting = { keyword: lower, owner: last };
        return true;
      }
      if (lower === "offset" || lower === "anchored" || lower === "smoothed") {
        this.#word(token, "keyword");
        if (lower === "offset") frame.mode = "duration";
        return true;
      }
    }
    if (
      (token.kind === "word" && binaryWords.has(lower)) ||
      (token.kind === "symbol" && binarySymbols.has(lower))
    ) {
      this.#word(token, "operator");
      const operator: Operator = {
        kind: "operator",
        operator: lower,
        token,
        bool: false,
        matching: false,
        grouping: false,
      };
      frame.args.at(-1)?.push(operator);
      frame.operator = operator;
      frame.mode = "operand";
      return true;
    }
    if (token.kind !== "symbol") {
      // An operator is missing: what follows is an operand of its own.
      frame.mode = "operand";
      return false;
    }
    if (token.text === "@") {
      frame.mode = "at";
      return true;
    }
    if (token.text === "(") {
      const wants =
        last !== undefined && (last.kind === "call" || last.kind === "aggregate") && last.frame === undefined;
      if (!wants) {
        frame.mode = "operand";
        return false;
      }
      last.frame = this.#open(last.kind === "call" ? "call" : "aggregate", last.name, last, token);
      return true;
    }
    if (token.text === "{") {
      if (last?.selector === undefined || last.braced || last.ranged) {
        frame.mode = "operand";
        return false;
      }
      last.braced = true;
      this.#open("braces", last.name, last, token).mode = "name";
      return true;
    }
    if (token.text === "[") {
      if (last !== undefined) last.ranged = true;
      this.#open("range", "[", last, token).mode = "operand";
    }
    return true;
  }

  #beforeOperand(token: ScanToken, next: ScanToken | undefined): boolean {
    if (token.kind === "word") {
      this.#operandWord(token, next);
    } else if (token.kind === "symbol") {
      if (token.text === "(") {
        const group = this.#operand("group", "", token);
        group.frame = this.#open("group", "", group, token);
      } else if (token.text === "{") {
        const operand = this.#operand("selector", "", token, this.#selector(undefined, token));
        operand.braced = true;
        this.#open("braces", "", operand, token).mode = "name";
      } else if (token.text === "[") {
        this.#open("range", "[", undefined, token).mode = "operand";
      } else if (binarySymbols.has(token.text)) {
        this.#word(token, "operator");
      }
    } else if (token.kind === "variable") {
      this.#word(token, "variable");
      this.#operand("variable", token.text, token);
    } else {
      this.#word(token, token.kind === "string" ? "string" : "number");
      this.#operand(token.kind === "string" ? "string" : "number", token.text, token);
    }
    return true;
  }

  #operandWord(token: ScanToken, next: ScanToken | undefined): void {
    const frame = this.#frame;
    const lower = token.text.toLowerCase();
    const { operator } = frame;
    if (operator !== undefined) {
      if (lower === "bool") {
        operator.bool = true;
        this.#word(token, "keyword");
        return;
      }
      const matching = lower === "on" || lower === "ignoring";
      const grouping = lower === "group_left" || lower === "group_right";
      if (matching || grouping || lower === "fill" || lower === "fill_left" || lower === "fill_right") {
        if (matching) operator.matching = true;
        if (grouping) operator.grouping = true;
        this.#word(token, "keyword");
        frame.awaiting = { keyword: lower, owner: operator };
        return;
      }
    }
    const opens = next?.text === "(";
    const nextWord = next?.text.toLowerCase();
    if (
      aggregations.has(lower) &&
      (next === undefined || opens || nextWord === "by" || nextWord === "without")
    ) {
      this.#word(token, "aggregation");
      this.#operand("aggregate", lower, token);
    } else if (lower === "inf" || lower === "nan") {
      this.#word(token, "number");
      this.#operand("number", token.text, token);
    } else if (opens) {
      this.#word(token, "function");
      this.#operand("call", token.text, token);
    } else {
      const selector = this.#selector(token.text, token);
      this.#word(token, "metric", selector);
      this.#operand("selector", token.text, token, selector);
    }
  }

  #inBraces(token: ScanToken): boolean {
    const frame = this.#frame;
    const selector = frame.owner?.kind === "operator" ? undefined : frame.owner?.selector;
    if (token.kind === "symbol") {
      if (endsBraces.has(token.text)) {
        this.#close(undefined);
        return false;
      }
      if (token.text === "}") {
        this.#close(token);
      } else if (token.text === ",") {
        frame.mode = "name";
        frame.matcher = undefined;
      } else if (frame.matcher !== undefined && frame.matcher.operator === undefined) {
        frame.matcher.operator = token;
        const name = this.words.at(-1);
        if (name?.role === "metric-string") {
          name.role = "label";
          frame.matcher.name = unquoted(frame.matcher.nameToken.text);
        }
        frame.mode = "value";
      }
      return true;
    }
    if (frame.mode === "value" && frame.matcher !== undefined) {
      this.#word(token, "value", selector, frame.matcher);
      frame.matcher.value = token;
      frame.mode = "end";
      return true;
    }
    const quoted = token.kind === "string";
    const matcher: MatcherSketch = {
      name: quoted ? "__name__" : token.text,
      nameToken: token,
      operator: undefined,
      value: undefined,
    };
    selector?.matchers.push(matcher);
    frame.matcher = matcher;
    this.#word(token, quoted ? "metric-string" : "label", selector, matcher);
    frame.mode = "match";
    return true;
  }

  #inLabels(token: ScanToken): boolean {
    const frame = this.#frame;
    if (token.kind === "symbol") {
      if (token.text === ")") this.#close(token);
      else if (token.text === ",") frame.mode = "name";
      else if (frame.kind === "labels") {
        this.#close(undefined);
        return false;
      }
      return true;
    }
    if (frame.kind === "labels") {
      frame.labels.push(token.kind === "string" ? unquoted(token.text) : token.text);
      this.#word(token, "grouping");
    } else {
      this.#word(token, "number");
    }
    frame.mode = "end";
    return true;
  }

  #inRange(token: ScanToken, next: ScanToken | undefined): boolean {
    const frame = this.#frame;
    const { text } = token;
    if (token.kind !== "symbol") {
      this.#word(
        token,
        token.kind === "number" ? "duration" : token.kind === "variable" ? "variable" : "keyword",
      );
      if (next?.text !== "(") frame.mode = "operator";
      return true;
    }
    const closer = frame.name === "[" ? "]" : ")";
    if (text === closer && (closer === "]" || frame.depth === 0)) {
      this.#close(token);
    } else if (text === "(") {
      frame.depth++;
      frame.mode = "operand";
    } else if (text === ")" && frame.depth > 0) {
      frame.depth--;
      frame.mode = "operator";
    } else if (text === ")" || text === "{" || text === "}" || text === "[") {
      this.#close(undefined);
      return false;
    } else {
      if (text === ":") frame.step = true;
      frame.mode = "operand";
    }
    return true;
  }
}

import { aggregations } from "./functions.ts";
import type { ScanToken } from "./scan.ts";
import type { Frame, Operator, Stop } from "./sketch.ts";
import { inBraces, inLabels, inRange } from "./sketch-brackets.ts";
import { SketchBuilder } from "./sketch-builder.ts";

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

/** Takes tokens one by one and keeps the stack of open brackets. */
export class Sketcher extends SketchBuilder {
  stop(): Stop {
    const frame = this.frame;
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
      const { kind } = this.frame;
      const taken =
        kind === "braces"
          ? inBraces(this, token)
          : kind === "labels" || kind === "fill"
            ? inLabels(this, token)
            : kind === "range"
              ? inRange(this, token, next)
              : this.#inExpression(token, next);
      if (taken) return;
    }
  }

  #inExpression(token: ScanToken, next: ScanToken | undefined): boolean {
    const frame = this.frame;
    const { text } = token;
    if (text === ")" && token.kind === "symbol") {
      if (frame.kind === "top") frame.mode = "operator";
      else this.close(token);
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
        this.open(keyword.startsWith("fill") ? "fill" : "labels", keyword, owner, token).mode = "name";
        return true;
      }
    }
    if (frame.mode === "duration" || frame.mode === "at") return this.#inModifier(token, next);
    return frame.mode === "operator" ? this.#afterOperand(token) : this.#beforeOperand(token, next);
  }

  /** Behind `offset` or `@`. */
  #inModifier(token: ScanToken, next: ScanToken | undefined): boolean {
    const frame = this.frame;
    if (token.text === "-" || token.text === "+") return true;
    if (token.text === "(") {
      this.open("range", "(", frame.last, token).mode = "operand";
      return true;
    }
    if (token.kind === "symbol" || token.kind === "string") {
      frame.mode = "operator";
      return false;
    }
    this.word(
      token,
      token.kind === "number" ? "duration" : token.kind === "variable" ? "variable" : "keyword",
    );
    if (next?.text !== "(") frame.mode = "operator";
    return true;
  }

  #afterOperand(token: ScanToken): boolean {
    const frame = this.frame;
    const { last } = frame;
    const lower = token.text.toLowerCase();
    if (token.kind === "word") {
      if (lower === "by" || lower === "without") {
        this.word(token, "keyword");
        if (last !== undefined) last.grouped = true;
        frame.awaiting = { keyword: lower, owner: last };
        return true;
      }
      if (lower === "offset" || lower === "anchored" || lower === "smoothed") {
        this.word(token, "keyword");
        if (lower === "offset") frame.mode = "duration";
        return true;
      }
    }
    if (
      (token.kind === "word" && binaryWords.has(lower)) ||
      (token.kind === "symbol" && binarySymbols.has(lower))
    ) {
      this.word(token, "operator");
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
      last.frame = this.open(last.kind === "call" ? "call" : "aggregate", last.name, last, token);
      return true;
    }
    if (token.text === "{") {
      if (last?.selector === undefined || last.braced || last.ranged) {
        frame.mode = "operand";
        return false;
      }
      last.braced = true;
      this.open("braces", last.name, last, token).mode = "name";
      return true;
    }
    if (token.text === "[") {
      if (last !== undefined) last.ranged = true;
      this.open("range", "[", last, token).mode = "operand";
    }
    return true;
  }

  #beforeOperand(token: ScanToken, next: ScanToken | undefined): boolean {
    if (token.kind === "word") {
      this.#operandWord(token, next);
    } else if (token.kind === "symbol") {
      if (token.text === "(") {
        const group = this.operand("group", "", token);
        group.frame = this.open("group", "", group, token);
      } else if (token.text === "{") {
        const operand = this.operand("selector", "", token, this.selector(undefined, token));
        operand.braced = true;
        this.open("braces", "", operand, token).mode = "name";
      } else if (token.text === "[") {
        this.open("range", "[", undefined, token).mode = "operand";
      } else if (binarySymbols.has(token.text)) {
        this.word(token, "operator");
      }
    } else if (token.kind === "variable") {
      this.word(token, "variable");
      this.operand("variable", token.text, token);
    } else {
      this.word(token, token.kind === "string" ? "string" : "number");
      this.operand(token.kind === "string" ? "string" : "number", token.text, token);
    }
    return true;
  }

  #operandWord(token: ScanToken, next: ScanToken | undefined): void {
    const frame = this.frame;
    const lower = token.text.toLowerCase();
    const { operator } = frame;
    if (operator !== undefined) {
      if (lower === "bool") {
        operator.bool = true;
        this.word(token, "keyword");
        return;
      }
      const matching = lower === "on" || lower === "ignoring";
      const grouping = lower === "group_left" || lower === "group_right";
      if (matching || grouping || lower === "fill" || lower === "fill_left" || lower === "fill_right") {
        if (matching) operator.matching = true;
        if (grouping) operator.grouping = true;
        this.word(token, "keyword");
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
      this.word(token, "aggregation");
      this.operand("aggregate", lower, token);
    } else if (lower === "inf" || lower === "nan") {
      this.word(token, "number");
      this.operand("number", token.text, token);
    } else if (opens) {
      this.word(token, "function");
      this.operand("call", token.text, token);
    } else {
      const selector = this.selector(token.text, token);
      this.word(token, "metric", selector);
      this.operand("selector", token.text, token, selector);
    }
  }
}

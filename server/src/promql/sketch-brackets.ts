import { unquoted } from "./quote.ts";
import type { ScanToken } from "./scan.ts";
import type { MatcherSketch } from "./sketch.ts";
import type { SketchBuilder } from "./sketch-builder.ts";

/** What cannot stand among matchers: the braces were left open. */
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

/** A token among the matchers of a selector; false where it ends them without being taken. */
export function inBraces(sketch: SketchBuilder, token: ScanToken): boolean {
  const frame = sketch.frame;
  const selector = frame.owner?.kind === "operator" ? undefined : frame.owner?.selector;
  if (token.kind === "symbol") {
    if (endsBraces.has(token.text)) {
      sketch.close(undefined);
      return false;
    }
    if (token.text === "}") {
      sketch.close(token);
    } else if (token.text === ",") {
      frame.mode = "name";
      frame.matcher = undefined;
    } else if (frame.matcher !== undefined && frame.matcher.operator === undefined) {
      frame.matcher.operator = token;
      const name = sketch.words.at(-1);
      if (name?.role === "metric-string") {
        name.role = "label";
        frame.matcher.name = unquoted(frame.matcher.nameToken.text);
      }
      frame.mode = "value";
    }
    return true;
  }
  if (frame.mode === "value" && frame.matcher !== undefined) {
    sketch.word(token, "value", selector, frame.matcher);
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
  sketch.word(token, quoted ? "metric-string" : "label", selector, matcher);
  frame.mode = "match";
  return true;
}

/** A token in a list of labels or of fill values; false where it ends the list without being taken. */
export function inLabels(sketch: SketchBuilder, token: ScanToken): boolean {
  const frame = sketch.frame;
  if (token.kind === "symbol") {
    if (token.text === ")") sketch.close(token);
    else if (token.text === ",") frame.mode = "name";
    else if (frame.kind === "labels") {
      sketch.close(undefined);
      return false;
    }
    return true;
  }
  if (frame.kind === "labels") {
    frame.labels.push(token.kind === "string" ? unquoted(token.text) : token.text);
    sketch.word(token, "grouping");
  } else {
    sketch.word(token, "number");
  }
  frame.mode = "end";
  return true;
}

/** A token in a range, or in the parentheses of a computed duration; false where it is not taken. */
export function inRange(sketch: SketchBuilder, token: ScanToken, next: ScanToken | undefined): boolean {
  const frame = sketch.frame;
  const { text } = token;
  if (token.kind !== "symbol") {
    sketch.word(
      token,
      token.kind === "number" ? "duration" : token.kind === "variable" ? "variable" : "keyword",
    );
    if (next?.text !== "(") frame.mode = "operator";
    return true;
  }
  const closer = frame.name === "[" ? "]" : ")";
  if (text === closer && (closer === "]" || frame.depth === 0)) {
    sketch.close(token);
  } else if (text === "(") {
    frame.depth++;
    frame.mode = "operand";
  } else if (text === ")" && frame.depth > 0) {
    frame.depth--;
    frame.mode = "operator";
  } else if (text === ")" || text === "{" || text === "}" || text === "[") {
    sketch.close(undefined);
    return false;
  } else {
    if (text === ":") frame.step = true;
    frame.mode = "operand";
  }
  return true;
}

import { utf8Length } from "../base/go-text.ts";
import type { BinaryExpr, Expr, ParserOptions } from "./ast.ts";
import { type CommentPlaces, placeComments } from "./comment-places.ts";
import { comment, layComments } from "./lay-comments.ts";
import { printExpr, type Rendered, render } from "./print.ts";
import { children } from "./walk.ts";

/** The bytes beyond which Prometheus breaks an expression (`maxCharactersPerLine` in `promql/parser/prettier.go`). */
const widest = 100;

/** So long may be what stays on the line of its operator, in UTF-16 units. */
const shortest = 30;

/** Indentation grows with the square of the nesting; nobody reads more than this. */
const longest = 10_000_000;

/** What is still to be written. Behind a sign the operand stands without the indentation that it begins with. */
type Part =
  | string
  | { readonly indent: number }
  | { readonly sign: string }
  | { readonly comments: string }
  | { readonly expr: Expr; readonly level: number };

/**
 * An expression as Prometheus formats it (`Prettify` in `promql/parser/prettier.go`): what is longer than 100 bytes
 * is broken and indented by two spaces a level. Comments are lost. The options are those that it was parsed with.
 * Does not recurse; what is nested so deeply that it would fill ten million characters stays on one line.
 */
export function prettyExpr(expr: Expr, options: ParserOptions = {}, width = widest): string {
  return new Prettifier(render(expr, options), width).run(expr) ?? printExpr(expr, options);
}

/** How `formatExpr` lays out what is too long for one line. */
export interface FormatStyle {
  /**
   * Begins the first line at the margin, as block scalars of YAML need it: operands stand below their operator and
   * not beside it, and a number or threshold stays on the line of its operator.
   */
  readonly flush?: boolean | undefined;
}

/**
 * The same with the comments of `text`, of which `expr` is the tree: what holds a comment is broken as if it were too
 * long, one behind something stays behind it, one on a line of its own stays above what follows it. Nothing for what
 * is nested too deeply.
 */
export function formatExpr(
  expr: Expr,
  text: string,
  options: ParserOptions = {},
  style: FormatStyle = {},
): string | undefined {
  const places = placeComments(expr, text);
  const pretty = new Prettifier(render(expr, options), widest, { ...style, places }).run(expr);
  return pretty === undefined ? undefined : layComments(pretty);
}

class Prettifier {
  readonly #printed: Rendered;
  readonly #width: number;
  readonly #places: CommentPlaces | undefined;
  readonly #flush: boolean;

  constructor(
    printed: Rendered,
    width: number,
    style: FormatStyle & { readonly places?: CommentPlaces | undefined } = {},
  ) {
    this.#printed = printed;
    this.#width = width;
    this.#places = style.places;
    this.#flush = style.flush === true;
  }

  run(root: Expr): string | undefined {
    const stack: Part[] = [{ expr: root, level: 0 }];
    let text = "";
    let trimming = false;
    for (let part = stack.pop(); part !== undefined; part = stack.pop()) {
      if (typeof part === "string") {
        text += part;
        trimming = false;
      } else if ("indent" in part) {
        if (!trimming) text += "  ".repeat(part.indent);
      } else if ("sign" in part) {
        text += part.sign;
        trimming = true;
      } else if ("comments" in part) text += part.comments;
      else {
        const parts = this.#withComments(part.expr, this.#parts(part.expr, part.level));
        for (let i = parts.length - 1; i >= 0; i--) {
          const next = parts[i];
          if (next !== undefined) stack.push(next);
        }
      }
      if (text.length > longest) return undefined;
    }
    return text;
  }

  #withComments(expr: Expr, parts: readonly Part[]): readonly Part[] {
    if (this.#places === undefined) return parts;
    return [
      this.#comments("above", expr),
      ...parts,
      this.#comments("behind", expr),
      this.#comments("below", expr),
    ];
  }

  #comments(side: "above" | "behind" | "below", expr: Expr): Part {
    const texts = this.#places?.[side].get(expr) ?? [];
    return { comments: texts.map((text) => comment(side, text)).join("") };
  }

  #parts(expr: Expr, level: number): readonly Part[] {
    const indent = { indent: level };
    switch (expr.kind) {
      case "number":
      case "string":
      case "selector":
      case "matrix":
        return [indent, this.#text(expr)];
      case "unary":
        return [indent, { sign: expr.operator }, { expr: expr.expr, level }];
      case "subquery":
        if (!this.#isLong(expr)) return [this.#text(expr)];
        return [{ expr: expr.expr, level }, this.#slice(this.#end(expr.expr), this.#end(expr))];
    }
    if (!this.#isLong(expr)) return [indent, this.#text(expr)];
    if (expr.kind === "binary") {
      const { left, right } = expr;
      const operator = this.#slice(this.#end(left) + 1, this.#start(right) - 1);
      const inner = level + 1;
      if (this.#flush) return this.#flushBinary(expr, operator, level);
      return [{ expr: left, level: inner }, "\n", indent, `${operator}\n`, { expr: right, level: inner }];
    }
    const below = children(expr);
    const first = below[0];
    const head = this.#slice(
      this.#start(expr),
      first === undefined ? this.#end(expr) - 1 : this.#start(first),
    );
    const lines = below.flatMap((child, i): Part[] => [
      i === 0 ? "" : ",\n",
      { expr: child, level: level + 1 },
    ]);
    return [indent, `${head}\n`, ...lines, "\n", indent, ")"];
  }

  #flushBinary(expr: BinaryExpr, operator: string, level: number): readonly Part[] {
    const { left, right } = expr;
    const isGrouped = right.kind === "binary" && this.#isLong(right);
    const isShort = this.#isThreshold(right) && this.#places?.above.has(right) !== true;
    return [
      { expr: left, level },
      "\n",
      { indent: level },
      operator,
      ...(isShort
        ? [" ", this.#text(right), this.#comments("behind", right), this.#comments("below", right)]
        : ["\n", { expr: right, level: isGrouped ? level + 1 : level }]),
    ];
  }

  /** What is read together with its operator: `> 0.1`, `> (14.4 * 0.01)`, `or vector(0)`. */
  #isThreshold(expr: Expr): boolean {
    if (expr.kind === "number") return true;
    const isPlain = expr.type === "scalar" || (expr.kind === "call" && expr.name === "vector");
    const holds = this.#places?.holders.has(expr) === true;
    return isPlain && !holds && this.#end(expr) - this.#start(expr) <= shortest;
  }

  #start(expr: Expr): number {
    return this.#printed.starts.get(expr) ?? 0;
  }

  #end(expr: Expr): number {
    return this.#printed.ends.get(expr) ?? 0;
  }

  #slice(start: number, end: number): string {
    return this.#printed.text.slice(start, end);
  }

  #text(expr: Expr): string {
    return this.#slice(this.#start(expr), this.#end(expr));
  }

  #isLong(expr: Expr): boolean {
    if (this.#places?.holders.has(expr) === true) return true;
    const length = this.#end(expr) - this.#start(expr);
    return length > this.#width || (length * 3 > this.#width && utf8Length(this.#text(expr)) > this.#width);
  }
}

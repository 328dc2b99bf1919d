import { type Span, span } from "../base/text.ts";
import type { ActionSpan, BranchNode, TemplateNode } from "./ast.ts";
import type { GoValue } from "./go-format.ts";
import type { Token } from "./token.ts";
import type { Variables } from "./variables.ts";

/** A list of nodes that still grows. */
export interface OpenList {
  readonly nodes: TemplateNode[];
}

/** A node whose parts are filled in as they are read. */
export type Building<T> = { -readonly [K in keyof T]: T[K] };

/** What is not ended yet: the whole text, a definition, or a branch. */
export type OpenBlock =
  | { readonly kind: "root"; readonly list: OpenList }
  | {
      readonly kind: "define" | "block";
      readonly list: OpenList;
      readonly action: Span;
      readonly name: string;
      readonly nameSpan: Span;
      /** In which its clause ends. */
      readonly line: number;
      readonly outer: TreeState;
    }
  | {
      readonly kind: "branch";
      list: OpenList;
      readonly node: Building<BranchNode>;
      /** How many variables there were before it. */
      readonly variables: number;
      /** An `else if` ends with the branch that it belongs to. */
      readonly isChained: boolean;
    };

/** What each definition has of its own. */
export interface TreeState {
  readonly variables: Variables;
  readonly rangeDepth: number;
}

/** The span of an action from its opening delimiter to `close`. */
export function actionSpan(open: Token, close: Token): ActionSpan {
  return {
    span: span(open.span.start, close.span.end),
    trimsLeft: open.trims === true,
    trimsRight: close.trims === true,
  };
}

/** An `end` or `else` as Go prints it in a message. */
export function jumpValue(kind: "end" | "else"): GoValue {
  const written = `{{${kind}}}`;
  return { type: `*parse.${kind}Node`, text: written, fields: [{ type: "string", text: written }] };
}

import { type Span, span } from "../base/text.ts";
import type { TemplateNode } from "./ast.ts";
import type { Complainer } from "./fault.ts";

interface Definition {
  readonly nodes: readonly TemplateNode[];
  readonly nameSpan: Span;
}

/** The templates that are complete, by name (`parse.go`, add). */
export class Definitions {
  readonly #complete = new Map<string, Definition>();
  readonly #complain: Complainer;
  readonly #hasPreamble: boolean;

  /** `hasPreamble`: the program puts definitions of its own before the text, which gives the main one content. */
  constructor(complain: Complainer, hasPreamble: boolean) {
    this.#complain = complain;
    this.#hasPreamble = hasPreamble;
  }

  /** Only one template of a name may have content; throws TemplateFault. No `nameSpan`: the main one. */
  add(name: string, nodes: readonly TemplateNode[], nameSpan: Span | undefined): void {
    const isMain = nameSpan === undefined;
    const before = this.#complete.get(name);
    const place = nameSpan ?? before?.nameSpan ?? span(0, 0);
    if (before === undefined || isEmpty(before.nodes)) this.#complete.set(name, { nodes, nameSpan: place });
    else if (!isEmpty(nodes) || (isMain && this.#hasPreamble)) {
      const named = { type: "string", text: name } as const;
      this.#complain.fail("template: multiple definition of template %q", [named], place);
    }
  }
}

const blank = /^[\p{Zs}\p{Zl}\p{Zp}\t-\r\u0085]*$/u;

/** Whether Go counts a body as empty: blanks alone (`parse.go`, IsEmptyTree). */
function isEmpty(nodes: readonly TemplateNode[]): boolean {
  return nodes.every((node) => node.kind === "text" && blank.test(node.text));
}

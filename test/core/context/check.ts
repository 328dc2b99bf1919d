import { completionContext, type Expectation } from "../../../server/src/promql/context.ts";

/** Splits text at its `|`; a `¦` stands for a bar that is part of the text. */
export function cursorIn(marked: string): { text: string; offset: number } {
  const offset = marked.indexOf("|");
  if (offset < 0) throw new Error(`no cursor in ${marked}`);
  return { text: (marked.slice(0, offset) + marked.slice(offset + 1)).replaceAll("¦", "|"), offset };
}

/** What is expected at the `|`, each as its kind, the text it replaces, and what tells it from others. */
export function expectsAt(marked: string): readonly string[] {
  const { text, offset } = cursorIn(marked);
  return completionContext(text, offset).expects.map((expectation) => {
    const replaced = text.slice(expectation.span.start, expectation.span.end);
    return `${expectation.kind}${replaced === "" ? "" : `<${replaced}>`}${details(expectation)}`;
  });
}

function details(expectation: Expectation): string {
  switch (expectation.kind) {
    case "expression": {
      const { call } = expectation;
      return call === undefined ? "" : ` in ${call.name} ${call.argument}`;
    }
    case "keyword":
      return ` ${expectation.words.join(" ")}`;
    case "duration":
      return ` ${expectation.where}`;
    case "label-value":
      return ` of ${expectation.label}`;
    case "grouping-label":
      return ` of ${expectation.sides.map((side) => side.map(({ name }) => name).join("+")).join(" / ")}`;
    default:
      return "";
  }
}

import type { ScalarStyle } from "../node.ts";
import { GoYamlError, type Mark } from "./reader.ts";
import type { TokenType } from "./token.ts";

interface NodeEvent {
  /** Where the node starts, its anchor and tag included. */
  readonly start: Mark;
  readonly end: Mark;
  readonly anchor?: string | undefined;
  readonly tag?: string | undefined;
}

/** The events of go-yaml's parser (`yamlh.go`). */
export type Event =
  | {
      readonly type: "stream-start" | "stream-end" | "document-end" | "end";
      readonly start: Mark;
      readonly end: Mark;
    }
  | { readonly type: "document-start"; readonly start: Mark; readonly end: Mark }
  | { readonly type: "alias"; readonly start: Mark; readonly end: Mark; readonly anchor: string }
  /** `content` is where the scalar starts behind its properties. */
  | (NodeEvent & {
      readonly type: "scalar";
      readonly content: Mark;
      readonly value: string;
      readonly style: ScalarStyle;
    })
  | (NodeEvent & { readonly type: "sequence" | "mapping"; readonly content: Mark; readonly flow: boolean });

/** What ends a document or begins the next. */
export function isDocumentBound(type: TokenType): boolean {
  return (
    type === "version-directive" ||
    type === "tag-directive" ||
    type === "document-start" ||
    type === "document-end" ||
    type === "stream-end"
  );
}

/** The scalar that stands where nothing does. */
export function empty(mark: Mark): Event {
  return { type: "scalar", start: mark, content: mark, end: mark, value: "", style: "plain" };
}

/** An error of the parser (`yaml_parser_set_parser_error`), to be thrown. */
export function refusal(problem: string, at: Mark, context?: Mark | undefined): GoYamlError {
  return new GoYamlError("parser", problem, at, context);
}

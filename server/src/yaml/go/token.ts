import type { ScalarStyle } from "../node.ts";
import type { Mark } from "./reader.ts";

/** The tokens of go-yaml's scanner (`yamlh.go`). */
export type TokenType =
  | "stream-start"
  | "stream-end"
  | "version-directive"
  | "tag-directive"
  | "document-start"
  | "document-end"
  | "block-sequence-start"
  | "block-mapping-start"
  | "block-end"
  | "flow-sequence-start"
  | "flow-sequence-end"
  | "flow-mapping-start"
  | "flow-mapping-end"
  | "block-entry"
  | "flow-entry"
  | "key"
  | "value"
  | "alias"
  | "anchor"
  | "tag"
  | "scalar";

export interface Token {
  readonly type: TokenType;
  readonly start: Mark;
  readonly end: Mark;
  /** Of a scalar, an anchor, an alias or a version; the handle of a tag or a tag directive. */
  readonly value?: string;
  /** Of a tag; the prefix of a tag directive. */
  readonly suffix?: string;
  readonly style?: ScalarStyle;
}

/** A comment that waits for the token it belongs to: comments decide which tokens are asked for early. */
export interface Comment {
  readonly scan: Mark | undefined;
  token: Mark;
  readonly start: Mark;
  readonly end: Mark | undefined;
  head: string;
  line: string;
  readonly foot: string;
}

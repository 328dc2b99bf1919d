import type { TextEdit } from "../../base/text.ts";

/** LSP's kinds of refactorings; a fix that must read more than one rule is worked out like them. */
export type RefactorKind =
  | "quickfix"
  | "refactor.extract"
  | "refactor.inline"
  | "refactor.rewrite"
  | "refactor.move";

/** A change that a person may ask for at a place; what it changes is worked out when it is chosen. */
export interface Refactoring {
  /** Tells it apart from the others at its place. */
  readonly id: string;
  readonly title: string;
  readonly kind: RefactorKind;
  /** The id of the check whose finding it mends. */
  readonly fixes?: string | undefined;
  /** One sentence that says why it cannot be done here; then it has no edits. */
  readonly refused?: string | undefined;
  /** The edits of the file, proven by reading the result; nothing where they would change what was not meant. */
  edits(): readonly TextEdit[] | undefined;
}

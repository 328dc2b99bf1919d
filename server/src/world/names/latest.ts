import type { LineIndex } from "../../base/text.ts";
import type { FileNames } from "./read.ts";
import type { RuleRow, Standing } from "./rule.ts";

/** A file as it is now. */
export class Latest implements Standing {
  file: FileNames;

  constructor(file: FileNames) {
    this.file = file;
  }

  get uri(): string {
    return this.file.uri;
  }

  get path(): string {
    return this.file.path;
  }

  get lines(): LineIndex {
    return this.file.lines;
  }

  startOf(row: RuleRow): number {
    return this.file.startOf(row);
  }

  baseOf(row: RuleRow, at: number): number {
    return this.file.baseOf(row, at);
  }
}

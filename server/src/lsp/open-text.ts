import type { TextDocumentContentChangeEvent } from "vscode-languageserver/node";
import { LineIndex } from "../base/text.ts";
import type { DocumentPart, ForcedKind, SourceDocument } from "../model/document.ts";
import { type FileText, readDocument } from "../model/read.ts";
import { SlicedRules } from "../model/sliced.ts";
import type { YamlStream } from "../yaml/node.ts";

/** So long a file is read as a whole in about ten milliseconds. */
const largeLength = 100_000;

/** The text of an open file; a file of rules is kept in slices, so that a key costs what it touches. */
export class OpenText {
  readonly uri: string;
  readonly languageId: string;
  #version: number;
  #path: string;
  #forced: ForcedKind | undefined;
  #text: string;
  #sliced: SlicedRules | undefined;
  /** The last version that had slices, whose rules are most of those of the next. */
  #before: SlicedRules | undefined;
  #document: SourceDocument | undefined;
  #changedAt = 0;

  constructor(file: FileText) {
    this.uri = file.uri;
    this.languageId = file.languageId ?? "";
    this.#version = file.version;
    this.#path = file.path;
    this.#forced = file.forced;
    this.#text = file.text;
    this.#slice();
  }

  get version(): number {
    return this.#version;
  }

  /** Its slices, where it is a file of rules that has some. */
  get sliced(): SlicedRules | undefined {
    return this.#sliced;
  }

  /** Whether to read all of it would be felt. */
  get isLarge(): boolean {
    return (this.#sliced?.lines.length ?? this.#text.length) > largeLength;
  }

  getText(): string {
    return this.#sliced?.lines.text ?? this.#text;
  }

  /** The workspace folders changed. */
  move(path: string): void {
    if (path === this.#path) return;
    this.#path = path;
    this.#text = this.getText();
    this.#document = undefined;
    this.#slice();
  }

  /** A project says what it holds. Tells whether that is new. */
  force(kind: ForcedKind | undefined): boolean {
    if (kind === this.#forced) return false;
    this.#forced = kind;
    this.#text = this.getText();
    this.#document = undefined;
    this.#slice();
    return true;
  }

  /** How long the text has stayed as it is, in milliseconds. */
  get calmFor(): number {
    return performance.now() - this.#changedAt;
  }

  update(changes: readonly TextDocumentContentChangeEvent[], version: number): void {
    for (const change of changes) {
      const range = "range" in change ? change.range : undefined;
      const sliced = this.#sliced?.edited({ range, text: change.text });
      if (sliced === undefined) this.#text = edited(this.#sliced?.lines ?? new LineIndex(this.#text), change);
      this.#sliced = sliced;
      this.#before = sliced ?? this.#before;
    }
    this.#version = version;
    this.#changedAt = performance.now();
    this.#document = undefined;
    if (this.#sliced === undefined) this.#slice();
    else this.#text = "";
  }

  /** Read once, when something asks for it. */
  get document(): SourceDocument {
    this.#document ??=
      this.#sliced === undefined ? readDocument(this.#file) : new Lazy(this.#file, this.#sliced);
    return this.#document;
  }

  get #file(): FileText {
    const [path, languageId, forced] = [this.#path, this.languageId, this.#forced];
    return { uri: this.uri, path, version: this.#version, text: this.#text, languageId, forced };
  }

  #slice(): void {
    const isPromql = this.languageId === "promql" || this.#path.endsWith(".promql");
    const isOther = isPromql || this.#forced === "tests" || this.#forced === "none";
    this.#sliced = isOther ? undefined : SlicedRules.read(this.#file, this.#before);
    if (this.#sliced === undefined) return;
    this.#before = this.#sliced;
    this.#text = "";
  }
}

function edited(lines: LineIndex, change: TextDocumentContentChangeEvent): string {
  if (!("range" in change)) return change.text;
  const { start, end } = lines.span(change.range);
  const { text } = lines;
  return text.slice(0, Math.min(start, end)) + change.text + text.slice(Math.max(start, end));
}

/** A file in slices, of which the whole is read only for those who ask. */
class Lazy implements SourceDocument {
  readonly uri: string;
  readonly path: string;
  readonly version: number;
  readonly sliced: SlicedRules;
  readonly #languageId: string | undefined;
  readonly forced: ForcedKind | undefined;
  #whole: SourceDocument | undefined;

  constructor({ uri, path, version, languageId, forced }: FileText, sliced: SlicedRules) {
    this.uri = uri;
    this.path = path;
    this.version = version;
    this.#languageId = languageId;
    this.forced = forced;
    this.sliced = sliced;
  }

  get text(): string {
    return this.sliced.lines.text;
  }

  get lines(): LineIndex {
    return this.sliced.lines;
  }

  get stream(): YamlStream | undefined {
    return this.#read.stream;
  }

  get parts(): readonly DocumentPart[] {
    return this.#read.parts;
  }

  get #read(): SourceDocument {
    const { uri, path, version, text, forced } = this;
    this.#whole ??= readDocument({ uri, path, version, text, forced, languageId: this.#languageId });
    return this.#whole;
  }
}

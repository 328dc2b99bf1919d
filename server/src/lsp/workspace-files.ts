import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { pathToFileURL } from "node:url";
import { textOfBytes } from "../adapters/files/text.ts";
import { maxFileBytes, walkFiles } from "../adapters/files/walk.ts";
import { LineIndex } from "../base/text.ts";
import type { SourceDocument } from "../model/document.ts";
import { type FileText, readDocument } from "../model/read.ts";
import { NameIndex } from "../world/names/index.ts";
import { NamesReader } from "../world/names/read.ts";
import {
  declarationsOf,
  emptyWorkspace,
  mergeDeclarations,
  sameDeclarations,
  type WorkspaceIndex,
} from "../world/workspace.ts";
import type { OpenDocuments } from "./documents.ts";
import { filePathOf, pathOf } from "./paths.ts";

/** How many files of a workspace are read for its index; a larger one is indexed in part. */
const maxFiles = 20_000;

/** How long the typing pauses before what is said of other files is asked for anew, in milliseconds. */
const pauseMs = 300;

/** Long work gives way to requests after this many milliseconds. */
const sliceMs = 10;

/** Dashboards of Grafana use what rules record. */
const dashboards: ReadonlySet<string> = new Set([".json"]);

/** What the files of the workspace declare: those on disk, and in their place what is open in the editor. */
export class WorkspaceFiles {
  readonly #open: OpenDocuments;
  readonly #onChange: () => void;
  readonly #declared = new Map<string, WorkspaceIndex>();
  /** Rules, alerts and metrics by name: those on disk, and in their place what is open, at once after each edit. */
  readonly names = new NameIndex();
  readonly #reader = new NamesReader();
  readonly #ready = Promise.withResolvers<void>();
  #tellLater: NodeJS.Timeout | undefined;
  #merged: WorkspaceIndex | undefined;
  #scan = 0;

  constructor(open: OpenDocuments, onChange: () => void) {
    this.#open = open;
    this.#onChange = onChange;
  }

  get index(): WorkspaceIndex {
    this.#merged ??= mergeDeclarations(this.#declared.values());
    return this.#merged;
  }

  /** Lines of a file that findings relate to: the open version, else nothing. */
  linesOf(uri: string): LineIndex | undefined {
    return this.#open.get(uri)?.lines ?? this.#lines.get(uri) ?? this.names.file(uri)?.lines;
  }
  readonly #lines = new Map<string, LineIndex>();

  /** Reads all files of the workspace folders, giving way to requests; a second scan ends the first. */
  async scan(): Promise<void> {
    const scan = ++this.#scan;
    try {
      await this.#read(scan);
    } finally {
      if (scan === this.#scan) this.#ready.resolve();
    }
    this.#changed();
  }

  /** Resolves when the files have been read for the first time. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  async #read(scan: number): Promise<void> {
    let files = 0;
    let since = performance.now();
    for (const folder of this.#open.folders) {
      const root = filePathOf(folder);
      if (root === undefined) continue;
      for await (const path of walkFiles(root, dashboards)) {
        if (scan !== this.#scan || ++files > maxFiles) return;
        await this.#readFromDisk(pathToFileURL(path).href, path);
        if (performance.now() - since > sliceMs) {
          await new Promise((resolve) => setImmediate(resolve));
          since = performance.now();
        }
      }
    }
  }

  /** A file changed, appeared or vanished on disk. */
  async changed(uri: string, deleted: boolean): Promise<void> {
    const path = filePathOf(uri);
    if (this.#open.get(uri) !== undefined || path === undefined) return;
    if (deleted) this.#forget(uri);
    else await this.#readFromDisk(uri, path);
    this.#changed();
  }

  /** An open file changed. */
  edited(uri: string): void {
    const document = this.#open.get(uri);
    if (document === undefined) return;
    this.#renamed(document);
    // What is kept in slices is one document of rules, which declares nothing; to look would read all of it.
    const next = document.sliced === undefined ? declarationsOf(document) : emptyWorkspace;
    const before = this.#declared.get(uri) ?? emptyWorkspace;
    this.#declare(uri, next, document.sliced === undefined ? document.lines : undefined);
    if (!sameDeclarations(before, next)) this.#changed();
  }

  /** The editor closed a file: what is on disk counts again. */
  async closed(uri: string): Promise<void> {
    const path = filePathOf(uri);
    if (path === undefined) this.#forget(uri);
    else await this.#readFromDisk(uri, path);
    this.#changed();
  }

  #forget(uri: string): void {
    this.#takeNames(uri, undefined);
    this.#declare(uri, emptyWorkspace, undefined);
  }

  async #readFromDisk(uri: string, path: string): Promise<void> {
    if (this.#open.texts.get(uri) !== undefined) return;
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes === undefined || bytes.length > maxFileBytes) return this.#forget(uri);
    const forced = this.#open.kindOf(uri);
    const file = { uri, path: pathOf(uri, this.#open.folders), version: 0, text: textOfBytes(bytes), forced };
    // Most files of this kind are no dashboards, and some are large.
    const document = dashboards.has(extname(path)) ? unread(file) : readDocument(file);
    this.#takeNames(uri, document);
    this.#declare(uri, declarationsOf(document), document.lines);
  }

  /** An open file changed: what is said of the others may rest on its names. */
  #renamed(document: SourceDocument): void {
    const { revision } = this.names;
    this.#takeNames(document.uri, document);
    if (revision === this.names.revision || this.#open.uris().length < 2) return;
    clearTimeout(this.#tellLater);
    this.#tellLater = setTimeout(this.#onChange, pauseMs).unref();
  }

  #takeNames(uri: string, document: SourceDocument | undefined): void {
    const names = document === undefined ? undefined : this.#reader.read(document, this.names.file(uri));
    if (names === undefined) this.names.delete(uri);
    else this.names.set(names);
  }

  #declare(uri: string, declared: WorkspaceIndex, lines: LineIndex | undefined): void {
    if ((this.#declared.get(uri) ?? emptyWorkspace) !== declared) this.#merged = undefined;
    if (declared === emptyWorkspace) {
      this.#declared.delete(uri);
      this.#lines.delete(uri);
      return;
    }
    this.#declared.set(uri, declared);
    if (lines !== undefined) this.#lines.set(uri, new LineIndex(lines.text));
    else this.#lines.delete(uri);
  }

  #changed(): void {
    this.#merged = undefined;
    this.#onChange();
  }
}

/** A file of which only the text counts. */
function unread({ uri, path, version, text }: FileText): SourceDocument {
  return { uri, path, version, text, lines: new LineIndex(text), stream: undefined, parts: [] };
}

import { type TextDocumentContentChangeEvent, TextDocuments } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { SourceDocument } from "../model/document.ts";
import { readDocument } from "../model/read.ts";
import { pathOf } from "./paths.ts";

/** The open files; each version is read once, when something asks for it. */
export class OpenDocuments {
  readonly texts = new TextDocuments<TextDocument>({
    create: (uri, languageId, version, text) => TextDocument.create(uri, languageId, version, text),
    update: (document, changes: TextDocumentContentChangeEvent[], version) =>
      TextDocument.update(document, changes, version),
  });
  readonly #read = new Map<string, SourceDocument>();
  #folders: readonly string[] = [];

  /** URIs of the workspace folders, which paths are relative to. */
  setFolders(folders: readonly string[]): void {
    this.#folders = folders;
    this.#read.clear();
  }

  get folders(): readonly string[] {
    return this.#folders;
  }

  /** The current version of an open file, or nothing. */
  get(uri: string): SourceDocument | undefined {
    const text = this.texts.get(uri);
    if (text === undefined) return undefined;
    const cached = this.#read.get(uri);
    if (cached?.version === text.version) return cached;
    const document = readDocument({
      uri,
      path: pathOf(uri, this.#folders),
      version: text.version,
      text: text.getText(),
      languageId: text.languageId,
    });
    this.#read.set(uri, document);
    return document;
  }

  uris(): readonly string[] {
    return this.texts.keys();
  }

  /** Frees what was read of a closed file. */
  forget(uri: string): void {
    this.#read.delete(uri);
  }
}

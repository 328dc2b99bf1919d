import { TextDocuments } from "vscode-languageserver/node";
import type { SourceDocument } from "../model/document.ts";
import { OpenText } from "./open-text.ts";
import { pathOf } from "./paths.ts";

/** The open files; each version is read once, when something asks for it. */
export class OpenDocuments {
  readonly texts: TextDocuments<OpenText> = new TextDocuments<OpenText>({
    create: (uri, languageId, version, text) =>
      new OpenText({ uri, path: pathOf(uri, this.#folders), version, text, languageId }),
    update(document, changes, version) {
      document.update(changes, version);
      return document;
    },
  });
  #folders: readonly string[] = [];

  /** URIs of the workspace folders, which paths are relative to. */
  setFolders(folders: readonly string[]): void {
    this.#folders = folders;
    for (const text of this.texts.all()) text.move(pathOf(text.uri, folders));
  }

  get folders(): readonly string[] {
    return this.#folders;
  }

  /** The current version of an open file, or nothing. */
  get(uri: string): SourceDocument | undefined {
    return this.texts.get(uri)?.document;
  }

  uris(): readonly string[] {
    return this.texts.keys();
  }
}

import { TextDocuments } from "vscode-languageserver/node";
import type { ForcedKind, SourceDocument } from "../model/document.ts";
import { OpenText } from "./open-text.ts";
import { pathOf } from "./paths.ts";

/** How long a large file must stay as it is before all of it is read, in milliseconds. */
const calmMs = 250;

/** The open files; each version is read once, when something asks for it. */
export class OpenDocuments {
  readonly texts: TextDocuments<OpenText> = new TextDocuments<OpenText>({
    create: (uri, languageId, version, text) =>
      new OpenText({
        uri,
        path: pathOf(uri, this.#folders),
        version,
        text,
        languageId,
        forced: this.kindOf(uri),
      }),
    update(document, changes, version) {
      document.update(changes, version);
      return document;
    },
  });
  #folders: readonly string[] = [];
  #kindOf: (uri: string) => ForcedKind | undefined = () => undefined;

  /** URIs of the workspace folders, which paths are relative to. */
  setFolders(folders: readonly string[]): void {
    this.#folders = folders;
    for (const text of this.texts.all()) text.move(pathOf(text.uri, folders));
  }

  /** What projects say that files hold, open or not. Returns the open files that are another kind now. */
  setKinds(kindOf: (uri: string) => ForcedKind | undefined): readonly string[] {
    this.#kindOf = kindOf;
    return this.texts
      .all()
      .filter((text) => text.force(kindOf(text.uri)))
      .map(({ uri }) => uri);
  }

  kindOf(uri: string): ForcedKind | undefined {
    return this.#kindOf(uri);
  }

  get folders(): readonly string[] {
    return this.#folders;
  }

  /** The current version of an open file, or nothing. */
  get(uri: string): SourceDocument | undefined {
    return this.texts.get(uri)?.document;
  }

  /**
   * Waits for a pause in the typing where a file is large: what is drawn of all of it would be drawn anew for each
   * key, and hold up what the next one needs.
   */
  async calm(uri: string): Promise<void> {
    for (let text = this.texts.get(uri); text?.isLarge === true; text = this.texts.get(uri)) {
      const left = calmMs - text.calmFor;
      if (left <= 0) return;
      await new Promise((resolve) => setTimeout(resolve, left));
    }
  }

  uris(): readonly string[] {
    return this.texts.keys();
  }
}

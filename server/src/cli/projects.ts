import { dirname, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { findProjectFile, type ProjectFile } from "../adapters/files/promscope-yaml.ts";
import { onlyRefusals } from "../checks/only-refusals.ts";
import type { SourceDocument } from "../model/document.ts";
import type { FilePolicy } from "../world/policy/types.ts";
import type { CheckLevels, Project } from "../world/settings.ts";

/** The nearest `promscope.yaml` of each file. */
export class FileProjects {
  readonly #byFolder: ReadonlyMap<string, ProjectFile | undefined>;

  private constructor(byFolder: ReadonlyMap<string, ProjectFile | undefined>) {
    this.#byFolder = byFolder;
  }

  /** Reads those of the documents, each once. */
  static async of(documents: readonly SourceDocument[]): Promise<FileProjects> {
    const byFolder = new Map<string, ProjectFile | undefined>();
    const byPath = new Map<string, ProjectFile>();
    for (const { uri } of documents) {
      const folder = dirname(fileURLToPath(uri));
      if (byFolder.has(folder)) continue;
      const found = await findProjectFile(folder);
      // The same file has the same policies, whichever way it was found.
      const known = found === undefined ? undefined : (byPath.get(found.path) ?? found);
      if (known !== undefined) byPath.set(known.path, known);
      byFolder.set(folder, known);
    }
    return new FileProjects(byFolder);
  }

  /** What the nearest file says; nothing where there is none. */
  project(document: SourceDocument): Project | undefined {
    return this.#fileOf(document)?.project;
  }

  /** Severities of checks in a file; nothing where no file says any. */
  levels(document: SourceDocument): CheckLevels | undefined {
    const file = this.#fileOf(document);
    if (file?.project.skips?.(pathIn(file, document)) === true) return onlyRefusals;
    return file?.project.checks;
  }

  policy(document: SourceDocument): FilePolicy | undefined {
    const file = this.#fileOf(document);
    return file?.project.policy.of(pathIn(file, document));
  }

  #fileOf({ uri }: SourceDocument): ProjectFile | undefined {
    return this.#byFolder.get(dirname(fileURLToPath(uri)));
  }
}

/** Where a file stands in the folder of its project. */
function pathIn({ path }: ProjectFile, { uri }: SourceDocument): string {
  return relative(dirname(path), fileURLToPath(uri)).split(sep).join("/");
}

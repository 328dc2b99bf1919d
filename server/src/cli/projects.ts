import { dirname, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { type ProjectFile, ProjectFinder } from "../adapters/files/promscope-yaml.ts";
import { onlyRefusals } from "../checks/only-refusals.ts";
import type { ForcedKind, SourceDocument } from "../model/document.ts";
import type { FilePolicy } from "../world/policy/types.ts";
import type { CheckLevels, Project } from "../world/settings.ts";

/** The nearest `promscope.yaml` of each file. */
export class FileProjects {
  readonly #byFolder: ReadonlyMap<string, ProjectFile | undefined>;

  private constructor(byFolder: ReadonlyMap<string, ProjectFile | undefined>) {
    this.#byFolder = byFolder;
  }

  /** Reads those of the documents, each once. */
  static of(documents: readonly SourceDocument[]): Promise<FileProjects> {
    return FileProjects.ofFiles(documents.map(({ uri }) => fileURLToPath(uri)));
  }

  /** The same of files by their absolute paths. */
  static async ofFiles(files: readonly string[]): Promise<FileProjects> {
    const byFolder = new Map<string, ProjectFile | undefined>();
    const finder = new ProjectFinder();
    for (const file of files) {
      const folder = dirname(file);
      if (!byFolder.has(folder)) byFolder.set(folder, await finder.find(folder));
    }
    return new FileProjects(byFolder);
  }

  /** What the nearest file says that a file, by its absolute path, holds. */
  kindOf(file: string): ForcedKind | undefined {
    const found = this.#byFolder.get(dirname(file));
    return found?.project.kinds?.of(relative(dirname(found.path), file).split(sep).join("/"));
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

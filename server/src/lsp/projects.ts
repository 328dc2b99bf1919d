import { dirname, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { type Claim, claimOf } from "../adapters/discovery/claim.ts";
import {
  findProjectFile,
  isProjectFile,
  type ProjectFile,
  parseProjectFile,
  projectFileName,
} from "../adapters/files/promscope-yaml.ts";
import { onlyRefusals } from "../checks/only-refusals.ts";
import type { ForcedKind } from "../model/document.ts";
import type { ProposedEnvironment } from "../protocol.ts";
import type { Environment } from "../world/environment.ts";
import type { FilePolicy } from "../world/policy/types.ts";
import type { CheckLevels } from "../world/settings.ts";
import type { InProject } from "./environments.ts";
import { filePathOf } from "./paths.ts";

/** The `promscope.yaml` files that the open files and the folders of the workspace belong to. */
export class Projects {
  readonly #onChange: () => void;
  readonly #warn: (message: string) => void;
  /** By folder: the nearest file upward. */
  readonly #byFolder = new Map<string, { project: ProjectFile | undefined; loading: Promise<void> }>();
  /** By path, since the last refresh. */
  readonly #files = new Map<string, ProjectFile>();
  readonly #claims = new WeakMap<Environment, Claim>();
  /** By path: what stands in the editor, of which environments are no part: these count as they are saved. */
  readonly #edited = new Map<string, ProjectFile>();
  readonly #onEdit: () => void;

  constructor(onChange: () => void, warn: (message: string) => void, onEdit: () => void) {
    this.#onChange = onChange;
    this.#warn = warn;
    this.#onEdit = onEdit;
  }

  /** The nearest project of a file, as far as it is known; one that is not known yet is looked for. */
  of(uri: string): ProjectFile | undefined {
    const path = filePathOf(uri);
    const saved = path === undefined ? undefined : this.ofFolder(dirname(path));
    const edited = saved === undefined ? undefined : this.#edited.get(saved.path);
    if (saved === undefined || edited === undefined) return saved;
    return { ...edited, project: { ...edited.project, environments: saved.project.environments } };
  }

  /** What the project of a file wants of its rules. */
  policyOf(uri: string): FilePolicy | undefined {
    const found = this.of(uri);
    const place = this.placeOf(uri);
    return place === undefined ? undefined : found?.project.policy.of(place.path);
  }

  /** Severities of checks in a file, as its project sets them. */
  levelsOf(uri: string): CheckLevels {
    const project = this.of(uri)?.project;
    const path = project?.skips === undefined ? undefined : this.placeOf(uri)?.path;
    return path !== undefined && project?.skips?.(path) === true ? onlyRefusals : (project?.checks ?? {});
  }

  /**
   * What the nearest of the known projects says that a file holds. None is looked for: it is asked of every file of the
   * workspace.
   */
  kindOf(uri: string): ForcedKind | undefined {
    if (this.#forcing.length === 0) return undefined;
    const path = filePathOf(uri);
    let nearest: ProjectFile | undefined;
    for (const project of path === undefined ? [] : this.all) {
      const isAbove = path?.startsWith(`${dirname(project.path)}${sep}`) === true;
      if (isAbove && project.path.length > (nearest?.path.length ?? 0)) nearest = project;
    }
    if (path === undefined || nearest === undefined) return undefined;
    const { project } = this.#edited.get(nearest.path) ?? nearest;
    return project.kinds?.of(relative(dirname(nearest.path), path).split(sep).join("/"));
  }

  /** Changes when `kindOf` may answer otherwise. */
  get kindsKey(): string {
    return this.#forcing.map(({ path, project }) => `${path}\n${project.kinds?.key}\n`).join("");
  }

  /** Those that say of files what they hold. */
  get #forcing(): readonly ProjectFile[] {
    return this.all
      .map((file) => this.#edited.get(file.path) ?? file)
      .filter(({ project }) => project.kinds !== undefined);
  }

  /** Where a file stands in its project; nothing where it has none. */
  placeOf(uri: string): InProject | undefined {
    const project = this.of(uri)?.path;
    const path = filePathOf(uri);
    if (project === undefined || path === undefined) return undefined;
    return { project, path: relative(dirname(project), path).split(sep).join("/") };
  }

  /** A text changed in the editor. A project that is half typed and no YAML leaves what it said before. */
  edited(uri: string, text: () => string | undefined): void {
    const path = uri.endsWith(`/${projectFileName}`) ? filePathOf(uri) : undefined;
    const now = path === undefined ? undefined : text();
    if (path === undefined || now === undefined) return;
    const read = parseProjectFile(path, now);
    if (read.unreadable === true) return;
    this.#edited.set(path, read);
    this.#onEdit();
  }

  /** The editor closed a file: what is on disk counts again. */
  closed(uri: string): void {
    const path = uri.endsWith(`/${projectFileName}`) ? filePathOf(uri) : undefined;
    if (path !== undefined && this.#edited.delete(path)) this.#onEdit();
  }

  ofFolder(folder: string): ProjectFile | undefined {
    const known = this.#byFolder.get(folder);
    if (known === undefined) this.#find(folder, undefined);
    return known?.project;
  }

  /** Looks for the project of a folder; until it is found, `before` counts. */
  #find(folder: string, before: ProjectFile | undefined): void {
    const entry = { project: before, loading: Promise.resolve() };
    this.#byFolder.set(folder, entry);
    entry.loading = this.#load(folder).then((project) => {
      const changed = project !== entry.project;
      entry.project = project;
      if (changed && this.#byFolder.get(folder) === entry) this.#onChange();
    });
  }

  /** A file changed on disk: a project's own file, or one that it names, may make everything different. */
  changed(uri: string): void {
    if (isProjectFile(uri) || this.#isNamed(filePathOf(uri))) this.refresh();
  }

  #isNamed(path: string | undefined): boolean {
    return (
      path !== undefined &&
      this.all.some(({ project }) =>
        project.environments.some(({ kubeconfig, httpConfig }) => path === kubeconfig || path === httpConfig),
      )
    );
  }

  /** Reads all of them anew; what is known counts until then. */
  refresh(): void {
    this.#files.clear();
    for (const [folder, { project }] of [...this.#byFolder]) this.#find(folder, project);
  }

  /** Each file once, however many folders it stands above. */
  get all(): readonly ProjectFile[] {
    const found = [...this.#byFolder.values()].flatMap(({ project }) => project ?? []);
    return [...new Map(found.map((project) => [project.path, project])).values()].toSorted((a, b) =>
      a.path < b.path ? -1 : 1,
    );
  }

  /** What would have to be accepted for an environment of a project; the key is empty where nothing is contacted. */
  claim(environment: Environment): Claim | undefined {
    return this.#claims.get(environment);
  }

  /** What the projects name, for who asks people about it. */
  proposals(taken: ReadonlySet<string>): readonly ProposedEnvironment[] {
    return this.all.flatMap(({ path, project }) =>
      project.environments.flatMap((environment) => {
        const claim = this.#claims.get(environment);
        if (claim === undefined || claim.key === "" || taken.has(environment.name)) return [];
        const { key, contacts } = claim;
        return [{ name: environment.name, uri: pathToFileURL(path).href, key, contacts }];
      }),
    );
  }

  async #load(folder: string): Promise<ProjectFile | undefined> {
    const found = await findProjectFile(folder);
    if (found === undefined) return undefined;
    for (const environment of found.project.environments)
      this.#claims.set(environment, await claimOf(environment, found.path));
    // The same file, reached from another folder, is the same project.
    const twin = this.#files.get(found.path);
    if (twin !== undefined) return twin;
    this.#files.set(found.path, found);
    for (const warning of found.warnings) this.#warn(warning);
    return found;
  }
}

import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { parseDocument } from "yaml";
import type { Environment } from "../../world/environment.ts";
import { readPintConfig } from "../../world/pint/config.ts";
import { emptyProject, type Project, parseProject } from "../../world/settings.ts";
import { plainValue } from "./plain-yaml.ts";

export const projectFileName = "promscope.yaml";
/** Settings are short; what is longer is not ours to parse. */
const maxLength = 1_000_000;

/** What a repository says of itself. Nothing that it names may be contacted before the user has agreed to it. */
export interface ProjectFile {
  readonly path: string;
  readonly project: Project;
  /** One plain sentence for each thing in it that could not be used. */
  readonly warnings: readonly string[];
  /** Nothing of the text could be read. */
  readonly unreadable?: true;
}

/** pint's configuration, which is read where no `promscope.yaml` is beside it. */
export const pintFileName = ".pint.hcl";

/** Whether a file may be a project's own, by the end of its path or URI. */
export function isProjectFile(path: string): boolean {
  return [projectFileName, pintFileName].some((name) => path.endsWith(`/${name}`));
}

/**
 * The nearest `promscope.yaml`, or `.pint.hcl` where none is beside it, in `folder` or above it; nothing where there is
 * none. Never throws.
 */
export async function findProjectFile(folder: string): Promise<ProjectFile | undefined> {
  return await new ProjectFinder().find(folder);
}

/** Finds the nearest files of many folders; it looks into each folder once. */
export class ProjectFinder {
  readonly #found = new Map<string, Promise<ProjectFile | undefined>>();

  /** As {@link findProjectFile}: of two folders with the same file the same object. */
  find(folder: string): Promise<ProjectFile | undefined> {
    const known = this.#found.get(folder);
    if (known !== undefined) return known;
    const found = this.#look(folder);
    this.#found.set(folder, found);
    return found;
  }

  async #look(folder: string): Promise<ProjectFile | undefined> {
    const path = join(folder, projectFileName);
    const text = await readText(path);
    if (text !== undefined) return parseProjectFile(path, text);
    const pint = await readText(join(folder, pintFileName));
    if (pint !== undefined && pint.length <= maxLength)
      return { path: join(folder, pintFileName), ...readPintConfig(pint) };
    const above = dirname(folder);
    return above === folder ? undefined : await this.find(above);
  }
}

/** Reads the text of a `promscope.yaml`; files that it names are relative to its folder. */
export function parseProjectFile(path: string, text: string): ProjectFile {
  if (text.length > maxLength)
    return {
      path,
      project: emptyProject,
      warnings: [`${projectFileName} is too long; it is ignored.`],
      unreadable: true,
    };
  const document = parseDocument(text, { uniqueKeys: false, logLevel: "silent" });
  const [error] = document.errors;
  if (error !== undefined) {
    const line = error.linePos?.[0].line ?? 1;
    const warning = `${projectFileName} is not valid YAML (line ${line}); it is ignored.`;
    return { path, project: emptyProject, warnings: [warning], unreadable: true };
  }
  const { project, warnings } = parseProject(plainValue(document));
  const folder = dirname(path);
  const environments = project.environments.map((one) => withAbsoluteFiles(one, folder));
  return { path, project: { ...project, environments }, warnings };
}

function withAbsoluteFiles(environment: Environment, folder: string): Environment {
  const absolute = (path: string | undefined): string | undefined =>
    path === undefined || isAbsolute(path) || path.startsWith("~/") ? path : join(folder, path);
  const { kubeconfig, httpConfig } = environment;
  return { ...environment, kubeconfig: absolute(kubeconfig), httpConfig: absolute(httpConfig) };
}

/** Nothing for files that are not there or cannot be read. */
async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}

import type { Environment } from "./environment.ts";

/** An environment that may be used, and the `promscope.yaml` that it comes from, if any. */
export interface UsableEnvironment {
  readonly environment: Environment;
  /** Path of the file; nothing for the user's own. */
  readonly project: string | undefined;
}

/** What a `promscope.yaml` names. */
export interface ProjectEnvironments {
  readonly path: string;
  readonly environments: readonly Environment[];
}

/**
 * The user's environments, then those of projects whose names the user has not taken. Two projects may use one name
 * for different places: the later one then carries its folder's name.
 */
export function mergeEnvironments(
  own: readonly Environment[],
  projects: readonly ProjectEnvironments[],
): readonly UsableEnvironment[] {
  const mine = new Set(own.map(({ name }) => name));
  const taken = new Set(mine);
  const merged: UsableEnvironment[] = own.map((environment) => ({ environment, project: undefined }));
  for (const { path, environments } of projects)
    for (const environment of environments) {
      if (mine.has(environment.name)) continue;
      const folder = path.split(/[\\/]/).at(-2) ?? "";
      let { name } = environment;
      if (taken.has(name)) name = `${environment.name} (${folder})`;
      for (let count = 2; taken.has(name); count++) name = `${environment.name} (${folder} ${count})`;
      taken.add(name);
      merged.push({ environment: { ...environment, name }, project: path });
    }
  return merged;
}

import { resolve } from "node:path";
import { findProjectFile } from "../adapters/files/promscope-yaml.ts";
import { parseAddress } from "../adapters/http/target.ts";
import type { Environment } from "../world/environment.ts";
import { emptyProject, type Project, parseSettings } from "../world/settings.ts";
import { type CliIo, UsageError } from "./io.ts";

/** The options of a command that choose where live facts come from. */
export interface EnvironmentFlags {
  readonly env?: string;
  readonly backend?: string;
  readonly httpConfig?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** The nearest `promscope.yaml` of the path or above it; what is wrong with it goes to standard error. */
export async function projectOf(path: string, io: CliIo): Promise<Project> {
  const found = await findProjectFile(resolve(io.cwd, path));
  for (const warning of found?.warnings ?? []) io.warn(`promscope: ${warning}\n`);
  return found?.project ?? emptyProject;
}

/**
 * The environments that the options name: one of `promscope.yaml`, changed by the other options, or one made of them
 * alone; none without any, for nothing is contacted unasked. Throws `UsageError` for a name that is not there.
 */
export function chosenEnvironments(
  flags: EnvironmentFlags,
  project: Project,
  io: CliIo,
): readonly Environment[] {
  const { env, backend, httpConfig, kubeconfig, context } = flags;
  if (env === undefined && backend === undefined && kubeconfig === undefined && context === undefined)
    return [];
  const given = {
    ...(backend === undefined ? {} : { backend }),
    ...(httpConfig === undefined ? {} : { httpConfig: resolve(io.cwd, httpConfig) }),
    ...(kubeconfig === undefined ? {} : { kubeconfig: resolve(io.cwd, kubeconfig) }),
    ...(context === undefined ? {} : { context }),
  };
  if (env !== undefined) {
    const named = project.environments.find(({ name }) => name === env);
    if (named !== undefined) return [{ ...named, ...given, files: undefined }];
    const names = project.environments.map(({ name }) => name).join(", ");
    throw new UsageError(
      names === ""
        ? `There is no environment "${env}": promscope.yaml names none here.`
        : `There is no environment "${env}" in promscope.yaml; it has ${names}.`,
    );
  }
  // An address may hold credentials, which findings would carry on.
  const host = backend === undefined ? undefined : parseAddress(backend)?.host;
  const name = context ?? host ?? backend ?? "cluster";
  const { settings, warnings } = parseSettings({ environments: [{ name, ...given }] });
  if (warnings[0] !== undefined) throw new UsageError(warnings[0]);
  return settings.environments;
}

import { parseDuration } from "../../promql/literals.ts";
import type { ConfigPath } from "../config/schema.ts";
import { type ConfigProblem, configProblems } from "../config/validate.ts";
import { compilePolicy } from "./compile.ts";
import { policySchema } from "./schema-data.ts";
import type { FilePolicy, Policy } from "./types.ts";

/** What was read of the section `policy` of a `promscope.yaml`. */
export interface ReadPolicies {
  readonly set: PolicySet;
  /** Their paths begin with `policy`. A policy with a problem is left out whole, for half of one asks for too much. */
  readonly problems: readonly ConfigProblem[];
}

/** How many files' policies are remembered. */
const maxFiles = 50_000;

/** The policies of one `promscope.yaml`, compiled once for its version. */
export class PolicySet {
  readonly policies: readonly Policy[];
  readonly #shapes: FileShapes;
  readonly #ofFiles = new Map<string, FilePolicy | undefined>();

  constructor(policies: readonly Policy[], shapes: FileShapes = {}) {
    this.policies = policies;
    this.#shapes = shapes;
  }

  /**
   * What counts for a file, its path relative to the folder of the `promscope.yaml`; nothing where no policy is about
   * it. The same answer for the same path.
   */
  of(path: string): FilePolicy | undefined {
    if (this.#ofFiles.has(path)) return this.#ofFiles.get(path);
    const policies = this.policies.filter(
      ({ match }) => match.length === 0 || match.some(({ files }) => files === undefined || files(path)),
    );
    const made = this.#made(path, policies);
    if (this.#ofFiles.size >= maxFiles) this.#ofFiles.clear();
    this.#ofFiles.set(path, made);
    return made;
  }

  #made(path: string, policies: readonly Policy[]): FilePolicy | undefined {
    const isForThanos = this.#shapes.isForThanos === true;
    const isRelaxed = this.#shapes.relaxed?.(path) === true;
    const { mayLag } = this.#shapes;
    if (policies.length === 0 && !isForThanos && !isRelaxed && mayLag === undefined) return undefined;
    return {
      path,
      policies,
      ...(isForThanos ? { isForThanos } : {}),
      ...(isRelaxed ? { isRelaxed } : {}),
      ...(mayLag === undefined ? {} : { mayLag }),
    };
  }
}

/** What is known of the shape of files. */
export interface FileShapes {
  /** They are rules of a Thanos Ruler, which has keys of its own. */
  readonly isForThanos?: boolean;
  /** Those in which rules may stand anywhere. */
  readonly relaxed?: (path: string) => boolean;
  /** Metrics of other groups that may be an interval old. */
  readonly mayLag?: ((metric: string) => boolean) | undefined;
}

/** There are none. */
export const noPolicies: PolicySet = new PolicySet([]);

/** Reads the plain value of the section. Never throws. */
export function readPolicies(value: unknown): ReadPolicies {
  if (value === undefined || value === null) return { set: noPolicies, problems: [] };
  const root: ConfigPath = ["policy"];
  const problems = [...configProblems(value, policySchema, [], root)];
  if (!Array.isArray(value)) return { set: noPolicies, problems };
  const bad = new Set(problems.map(({ path }) => path[1]));
  const policies: Policy[] = [];
  const names = new Set<string>();
  for (const [index, item] of value.entries()) {
    if (typeof item !== "object" || item === null) continue;
    const name = (item as Bag)["name"];
    if (bad.has(index)) {
      // Who overrides a policy that is left out has made no mistake.
      if (name !== undefined) names.add(String(name));
      continue;
    }
    const policy = compilePolicy(item, index);
    const own = [...senseless(policy, item as Bag, names)].map((problem) => ({
      ...problem,
      path: [...root, index, ...problem.path],
    }));
    problems.push(...own);
    if (policy.name !== undefined) names.add(policy.name);
    if (own.length === 0) policies.push(policy);
  }
  return { set: policies.length === 0 ? noPolicies : new PolicySet(policies), problems };
}

type Bag = Readonly<Record<string, unknown>>;

/** What fits the schema and still means nothing. */
function* senseless(
  { demands, overrides, silence }: Policy,
  bag: Bag,
  names: ReadonlySet<string>,
): Iterable<ConfigProblem> {
  const invalid = (path: ConfigPath, message: string): ConfigProblem => {
    return { path, onKey: false, kind: "invalid", message };
  };
  if (demands === undefined && overrides.length === 0 && silence.length === 0)
    yield invalid([], "This policy asks for nothing: add require, forbid, typos, silence or override.");
  for (const name of overrides)
    if (!names.has(name))
      yield invalid(
        ["override"],
        "No policy above has this name: override names policies that stand before.",
      );
  if (overrides.length > 0 && demands !== undefined)
    yield invalid(["override"], "A policy that overrides others asks for nothing itself: make two of it.");
  for (const { path, min, max } of boundsIn(bag, []))
    if (min !== undefined && max !== undefined && min > max)
      yield invalid(path, "min is greater than max: nothing can hold both.");
}

function* boundsIn(
  value: unknown,
  path: ConfigPath,
): Iterable<{
  readonly path: ConfigPath;
  readonly min: number | undefined;
  readonly max: number | undefined;
}> {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* boundsIn(item, [...path, index]);
    return;
  }
  const bag = value as Bag;
  const seconds = (of: unknown): number | undefined => {
    const { value: read, error } = parseDuration(String(of));
    return error === undefined ? read : undefined;
  };
  if ("min" in bag && "max" in bag) yield { path, min: seconds(bag["min"]), max: seconds(bag["max"]) };
  // Names of labels are no keys of ours.
  for (const key of [
    "match",
    "not",
    "require",
    "for",
    "keep_firing_for",
    "interval",
    "query_offset",
    "range",
  ])
    if (key in bag) yield* boundsIn(bag[key], [...path, key]);
}

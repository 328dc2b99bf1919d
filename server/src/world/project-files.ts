import { globMatcher } from "../base/glob.ts";
import type { ForcedKind } from "../model/document.ts";
import { type ConfigSchema, formFault } from "./config/schema.ts";

/** What some files hold, by their paths. */
export interface ForcedKinds {
  /** The same as long as the section says the same. */
  readonly key: string;
  of(path: string): ForcedKind | undefined;
}

/** What a project says of files, by their paths relative to its folder. */
export interface ProjectFiles {
  /** Files that hold what they do not look like. */
  readonly kinds?: ForcedKinds;
  /** Files of which only is told what a program refuses. */
  readonly skips?: (path: string) => boolean;
}

const glob: ConfigSchema = {
  type: "string",
  description: "A glob relative to the folder of promscope.yaml, such as alerts/**.",
  form: "glob",
};

/** A list of globs, or its only one. */
const globs = (description: string): ConfigSchema => ({
  description,
  anyOf: [glob, { type: "array", description, items: glob, minItems: 1 }],
});

/** The section `kinds`: what files hold that do not look like it. The first that names a file counts. */
export const kindsSchema: ConfigSchema = {
  type: "object",
  description:
    "What files hold, whatever their names and first lines look like. Objects of Kubernetes say it themselves.",
  additionalProperties: false,
  minProperties: 1,
  properties: {
    none: globs("Nothing of ours: nothing is told of these files, and nothing in them is known."),
    rules: globs("Rule files that a Prometheus loads: what is no rule file there is told."),
    tests: globs("Tests of rules for promtool test rules."),
  },
};

/** The section `vendored`. */
export const vendoredSchema: ConfigSchema = globs(
  "Files that others maintain: only what a program refuses is told of them, and no policy counts.",
);

const forced = ["none", "rules", "tests"] as const satisfies readonly ForcedKind[];

/** Reads both sections of the plain value of a `promscope.yaml`; what has a fault is left out, and told elsewhere. */
export function readProjectFiles(kinds: unknown, vendored: unknown): ProjectFiles {
  const bag = typeof kinds === "object" && kinds !== null && !Array.isArray(kinds) ? kinds : {};
  const byKind = forced.flatMap((kind) => {
    const found = globsIn((bag as Readonly<Record<string, unknown>>)[kind]);
    return found.length === 0 ? [] : [{ kind, matches: globMatcher(found) }];
  });
  const skipped = globsIn(vendored);
  return {
    ...(byKind.length === 0
      ? {}
      : {
          kinds: {
            key: JSON.stringify(kinds),
            of: (path: string) => byKind.find(({ matches }) => matches(path))?.kind,
          },
        }),
    ...(skipped.length === 0 ? {} : { skips: globMatcher(skipped) }),
  };
}

function globsIn(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter(
    (glob): glob is string => typeof glob === "string" && formFault(glob, "glob", []) === undefined,
  );
}

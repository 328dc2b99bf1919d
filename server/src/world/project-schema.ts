import type { ConfigSchema } from "./config/schema.ts";
import { type ConfigProblem, configProblems } from "./config/validate.ts";
import { readPolicies } from "./policy/read.ts";
import { policySchema } from "./policy/schema-data.ts";
import { kindsSchema, vendoredSchema } from "./project-files.ts";
import { declaredSettings } from "./settings.ts";
import type { JsonSchema } from "./shapes.ts";

/** The section of a setting: the same object that the settings of editors are declared with. */
function section(of: {
  readonly shape: { readonly schema: JsonSchema };
  readonly description: string;
}): ConfigSchema {
  return { ...of.shape.schema, description: of.description };
}

const { environments, checks, enableFeatures } = declaredSettings;

/** All that may stand in a `promscope.yaml`: what checks, completion, hover and the schema file for other editors read. */
export const projectSchema: ConfigSchema = {
  type: "object",
  description: "What Promscope is told of this folder and all below it.",
  additionalProperties: false,
  properties: {
    environments: section(environments),
    checks: { ...section(checks), propertyNames: { description: "The id of a check.", form: "check" } },
    enableFeatures: section(enableFeatures),
    kinds: kindsSchema,
    vendored: vendoredSchema,
    policy: policySchema,
  },
};

/** Everything that is wrong with the plain value of a `promscope.yaml`; nothing for one that is empty. */
export function projectProblems(value: unknown, checkIds: readonly string[]): readonly ConfigProblem[] {
  if (value === null || value === undefined) return [];
  const problems = configProblems(value, projectSchema, checkIds);
  const policy =
    typeof value === "object" && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)["policy"]
      : undefined;
  // Policies are read with what fits the schema and still means nothing; of an alias only the schema speaks.
  if (policy === undefined) return problems;
  // Only here it is known which checks there are.
  const mine = problems.filter(({ path }) => path[0] !== "policy" || path[2] === "silence");
  const silence = (path: ConfigProblem["path"]): boolean => path[2] === "silence";
  return [...mine, ...readPolicies(policy).problems.filter(({ path }) => !silence(path))];
}

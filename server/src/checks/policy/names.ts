import type { NameDemand, NameStyle } from "../../world/policy/types.ts";
import type { RuleContext } from "../check.ts";
import { analysed } from "../flow/analysis.ts";
import { short } from "../monitor/words.ts";
import { policyCheck, type Said } from "./asked.ts";
import { operationsFault } from "./operations.ts";

const styles: Readonly<Record<NameStyle, { readonly form: RegExp; readonly example: string }>> = {
  PascalCase: { form: /^[A-Z][A-Za-z0-9]*$/, example: "HighLoad" },
  camelCase: { form: /^[a-z][A-Za-z0-9]*$/, example: "highLoad" },
  snake_case: { form: /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/, example: "high_load" },
  "kebab-case": { form: /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, example: "high-load" },
  "level:metric": { form: /^[^:]+(?::[^:]+)+$/, example: "job:up" },
  "level:metric:operations": { form: /^[^:]+:[^:]+:[^:]+$/, example: "job:up:sum" },
};

/** What is wrong with a name, as the rest of a sentence. */
export function nameFault(name: string, { pattern, style, maxLength }: NameDemand): string | undefined {
  if (pattern !== undefined && !pattern.regex.matches(name)) return `must match ${short(pattern.source)}`;
  const known = style === undefined ? undefined : styles[style];
  if (known !== undefined && !known.form.test(name))
    return `must have the form ${style}, as ${known.example}`;
  return maxLength !== undefined && name.length > maxLength
    ? `has ${name.length} characters, and ${maxLength} are allowed`
    : undefined;
}

/** What a name says of the operations of its expression, where a policy wants that to be true. */
function saidFault(name: string, demand: NameDemand | undefined, context: RuleContext): string | undefined {
  if (demand?.operations !== true || !name.includes(":")) return undefined;
  const found = analysed(context);
  return found === undefined ? undefined : operationsFault(name, found);
}

function nameCheck(id: string, kind: "alert" | "record", what: string): ReturnType<typeof policyCheck> {
  return policyCheck(
    id,
    `The name of ${what} is not as a policy wants it.`,
    function* ({ facts, context }, { name: demand, forbiddenNames }): Iterable<Said> {
      const { rule } = context;
      if (facts.kind !== kind || rule.name === undefined) return;
      const { value, span } = rule.name;
      const isRecord = kind === "record";
      const fault =
        (demand === undefined ? undefined : nameFault(value, demand)) ??
        (isRecord ? saidFault(value, demand, context) : undefined);
      if (fault !== undefined) yield { words: `The name ${short(value, 30)} ${fault}.`, span };
      if (forbiddenNames.some(({ regex }) => regex.matches(value)))
        yield { words: `The name ${short(value, 30)} is not allowed here.`, span };
    },
  );
}

export const alertName = nameCheck("policy.alert-name", "alert", "an alert");
export const recordName = nameCheck("policy.record-name", "record", "a recorded metric");

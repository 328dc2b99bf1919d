import type { ConfigProblem } from "../../world/config/validate.ts";
import { projectProblems } from "../../world/project-schema.ts";
import type { Check, CheckContext, DocumentCheck, Fix, RawFinding } from "../check.ts";
import { scalarText, short } from "../monitor/words.ts";
import { placeOf, plainOf } from "./plain.ts";

/** The checks of a `promscope.yaml`; `checkIds` are those of all checks, which this list is one of. */
export function projectChecks(checkIds: () => readonly string[]): readonly Check[] {
  const problemsIn = ({ part }: CheckContext): readonly ConfigProblem[] =>
    projectProblems(plainOf(part.yaml?.root), checkIds());
  const told = (
    id: string,
    severity: "error" | "warning",
    { part }: CheckContext,
    problem: ConfigProblem,
  ) => {
    const root = part.yaml?.root;
    const place = root === undefined ? undefined : placeOf(root, problem.path, problem.onKey);
    const finding: RawFinding = {
      check: id,
      severity,
      message: problem.message,
      span: place?.span ?? { start: 0, end: 0 },
      fixes: fixesOf(problem, place),
    };
    return finding;
  };
  const configInvalid: DocumentCheck = {
    unit: "document",
    id: "policy.config-invalid",
    severity: "error",
    kinds: ["promscope.yaml"],
    onBrokenYaml: true,
    summary:
      "Something in promscope.yaml cannot be used: a type, a pattern, a duration, a glob, the id of a check.",
    *run(context) {
      const { part, snapshot } = context;
      const fatal = part.yaml?.problems.filter((problem) => problem.fatal) ?? [];
      for (const { message, span } of fatal)
        yield { check: configInvalid.id, severity: "error", message, span };
      if (fatal.length > 0) return;
      const first = snapshot.document.stream?.documents[0];
      if (first !== part.yaml && part.yaml !== undefined) {
        const { start } = part.yaml.span;
        const message = "promscope.yaml is one document: remove this one and the line with --- above it.";
        yield { check: configInvalid.id, severity: "error", message, span: { start, end: start } };
        return;
      }
      for (const problem of problemsIn(context))
        if (problem.kind === "invalid") yield told(configInvalid.id, "error", context, problem);
    },
  };
  const unknownKey: DocumentCheck = {
    unit: "document",
    id: "policy.config-unknown-key",
    severity: "warning",
    kinds: ["promscope.yaml"],
    summary: "promscope.yaml has a key that nothing reads.",
    *run(context) {
      for (const problem of problemsIn(context))
        if (problem.kind === "unknown-key") yield told(unknownKey.id, "warning", context, problem);
    },
  };
  return [configInvalid, unknownKey];
}

function fixesOf(
  { meant }: ConfigProblem,
  place: ReturnType<typeof placeOf> | undefined,
): readonly Fix[] | undefined {
  if (meant === undefined || place?.scalar === undefined) return undefined;
  const edits = [{ span: place.span, newText: scalarText(meant) }];
  return [{ title: `Write ${short(meant)}`, safe: false, edits }];
}

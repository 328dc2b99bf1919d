import { globMatcher } from "../base/glob.ts";
import type { RuleTestsModel } from "../model/rule-tests.ts";
import type { Names } from "./names/names.ts";
import type { FileNames } from "./names/read.ts";
import type { NamedRule } from "./names/rule.ts";

/** A path as seen from the folder of a file, without `.` and `..` where they can be resolved. */
function pathFrom(file: string, relative: string): string {
  if (relative.startsWith("/")) return relative;
  const steps = file.split("/").slice(0, -1);
  for (const step of relative.split("/")) {
    if (step === "" || step === ".") continue;
    if (step === ".." && steps.length > 0 && steps.at(-1) !== "..") steps.pop();
    else steps.push(step);
  }
  return (file.startsWith("/") && steps[0] !== "" ? "/" : "") + steps.join("/");
}

/** The way from the folder of one file to another file. */
export function pathTo(from: string, to: string): string {
  const steps = from.split("/").slice(0, -1);
  const target = to.split("/");
  let shared = 0;
  while (shared < steps.length && shared < target.length - 1 && steps[shared] === target[shared]) shared++;
  return [...steps.slice(shared).map(() => ".."), ...target.slice(shared)].join("/");
}

/** The files with rules that an entry of `rule_files` of a test file names (`filepath.Glob`: no `**`). */
export function matchingRuleFiles(names: Names, testFile: string, pattern: string): readonly FileNames[] {
  const path = pathFrom(testFile, pattern);
  const hasGlob = /[*?[\\]/.test(pattern);
  const matches = hasGlob ? globMatcher([path.replaceAll("**", "*")]) : (other: string) => other === path;
  return [...names.files()].filter((file) => file.rules.length > 0 && matches(file.path));
}

/**
 * The rules that a test file tests; nothing where an entry of its `rule_files` matches no known file, for then it is
 * not known what is in there.
 */
export function rulesOfTests(
  names: Names,
  testFile: string,
  { ruleFiles }: RuleTestsModel,
): readonly NamedRule[] | undefined {
  const rules: NamedRule[] = [];
  for (const { value } of ruleFiles) {
    const files = matchingRuleFiles(names, testFile, value);
    if (files.length === 0) return undefined;
    for (const file of files) rules.push(...file.rules);
  }
  return ruleFiles.length === 0 ? undefined : rules;
}

/** A file with rules of the same name that stands elsewhere, as the test file would name it; nothing where several do. */
export function similarFile(names: Names, testFile: string, pattern: string): string | undefined {
  const name = pattern.split("/").at(-1);
  const stem = name?.replace(/\.ya?ml$/, "");
  const found = [...names.files()].filter(
    ({ path, rules }) =>
      rules.length > 0 &&
      path
        .split("/")
        .at(-1)
        ?.replace(/\.ya?ml$/, "") === stem,
  );
  const [only] = found;
  return only === undefined || found.length > 1 ? undefined : pathTo(testFile, only.path);
}

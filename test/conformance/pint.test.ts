import { expect, test } from "vitest";
import type { Finding } from "../../server/src/checks/check.ts";
import { allChecks } from "../../server/src/checks/registry.ts";
import { runChecks } from "../../server/src/checks/run.ts";
import { idsOf, pintChecks } from "../../server/src/world/pint/checks.ts";
import { emptyWorkspace } from "../../server/src/world/workspace.ts";
import { type PintCase, pintCases, pintDocument } from "./pint-cases.ts";

/** pint's checks that look at one file and nothing else. */
const ofOneFile: ReadonlyMap<string, readonly string[]> = new Map(
  [
    "alerts/comparison",
    "alerts/template",
    "alerts/for",
    "promql/regexp",
    "promql/nan",
    "promql/impossible",
    "promql/fragile",
    "promql/syntax",
    "yaml/parse",
  ].flatMap((name) => {
    const check = pintChecks.get(name);
    return check === undefined ? [] : [[name, idsOf(check)] as const];
  }),
);

/** Marks of pint that we do not have, by case and check, each with the reason. */
const waived: ReadonlyMap<string, string> = new Map([
  ["0004_fail_invalid_yaml rules/bad.yaml yaml/parse", "nothing in the file tells that it is one of rules"],
  ["0010_syntax_check rules/1.yaml yaml/parse", "go-yaml counts a line less than where the fault is: line 7"],
]);

/** Where we mark something and pint does not, each with the reason. */
const louder: ReadonlyMap<string, string> = new Map([
  [
    "0024_color_output rules/0003.yaml alerts/for",
    "pint stops at the first fault of a file; this one is in it as well",
  ],
  ["0024_color_output rules/0003.yaml promql/syntax", "pint stops at the first fault of the file"],
  [
    "0141_empty_keys rules.yml promql/impossible",
    "pint does not look at the expression of a rule without name",
  ],
  ["0205_parser_schema_thanos_ok rules/1.yml yaml/parse", "pint is told that the file is for Thanos"],
  ["0205_parser_schema_thanos_ok rules/2.yml yaml/parse", "pint is told that the file is for Thanos"],
  ["0206_parser_schema_err rules/1.yml yaml/parse", "pint is told that the file is for Thanos"],
]);

interface Placed {
  readonly finding: Finding;
  readonly first: number;
  readonly last: number;
}

function findingsOf(one: PintCase, path: string): readonly Placed[] | undefined {
  const document = pintDocument(one, path);
  if (document === undefined) return undefined;
  const problems: string[] = [];
  const snapshot = { document, workspace: emptyWorkspace, environments: [], features: [] };
  const findings = runChecks(snapshot, problems, allChecks);
  expect(problems).toEqual([]);
  return findings.map((finding) => {
    const { start, end } = document.lines.range(finding.span);
    return { finding, first: start.line + 1, last: end.line + 1 };
  });
}

function isOf(check: string, id: string): boolean {
  return ofOneFile.get(check)?.includes(id) === true;
}

/** Of a file and a check, as the waivers name it. */
function keyOf(test: string, path: string, check: string): string {
  return `${test.replace(/^.*\/|\.txt$/g, "")} ${path} ${check}`;
}

/** What Prometheus says of a file that pint is told to read although it is no mapping with groups. */
function isRefusalOfList({ message }: Finding): boolean {
  return message.includes("cannot unmarshal !!seq into rulefmt.RuleGroups");
}

test.skipIf(pintCases.length === 0)(
  "what pint marks is marked on the same lines (needs ../shared/cases/pint-cases.json)",
  () => {
    const missed: string[] = [];
    let all = 0;
    for (const one of pintCases)
      for (const { check, file: path, line, endLine, summary } of one.problems) {
        const found = !ofOneFile.has(check) ? undefined : findingsOf(one, path);
        if (found === undefined) continue;
        all++;
        const hit = found.some(
          ({ finding, first, last }) => isOf(check, finding.check) && first <= endLine && last >= line,
        );
        if (hit !== waived.has(keyOf(one.test, path, check))) continue;
        missed.push(
          `${hit ? "no longer waived" : "missed"}: ${one.test} ${path}:${line} ${check} ${summary}`,
        );
      }
    expect(all).toBeGreaterThan(60);
    expect(missed).toEqual([]);
    expect(waived.size).toBeLessThan(all * 0.05);
  },
);

/** Whether pint looks at all files with all its checks and prints what it finds. */
function isPlain(command: readonly string[], config: string | null): boolean {
  const options = /--(?:json|checkstyle|teamcity|min-severity=(?:bug|fatal|xxx)|fail-on)| -[de] /;
  return (
    command.some((line) => /\blint\b/.test(line) && !options.test(line)) &&
    !/\b(?:include|exclude|disabled|enabled|ignore)\b/.test(config ?? "")
  );
}

test.skipIf(pintCases.length === 0)(
  "where pint is silent we are (needs ../shared/cases/pint-cases.json)",
  () => {
    const loud = new Map<string, string>();
    let all = 0;
    for (const one of pintCases) {
      const { problems, files, command, config } = one;
      if (!isPlain(command, config)) continue;
      for (const path of files)
        for (const check of ofOneFile.keys()) {
          if (problems.some((problem) => problem.file === path && problem.check === check)) continue;
          all++;
          const own = findingsOf(one, path)?.filter(
            ({ finding }) =>
              isOf(check, finding.check) &&
              (finding.severity === "warning" || finding.severity === "error") &&
              !isRefusalOfList(finding),
          );
          if (own === undefined || own.length === 0) continue;
          const words = own.map(({ finding, first }) => `${first} ${finding.check} ${finding.message}`);
          loud.set(keyOf(one.test, path, check), words.join("\n"));
        }
    }
    expect(all).toBeGreaterThan(800);
    expect([...loud].filter(([key]) => !louder.has(key))).toEqual([]);
    expect([...louder.keys()].filter((key) => !loud.has(key))).toEqual([]);
    expect(louder.size).toBeLessThan(all * 0.03);
  },
);

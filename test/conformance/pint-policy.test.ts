import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { policyChecks } from "../../server/src/checks/policy/index.ts";
import { runChecks } from "../../server/src/checks/run.ts";
import { pintChecks } from "../../server/src/world/pint/checks.ts";
import { readPintConfig } from "../../server/src/world/pint/config.ts";
import { type PolicySet, readPolicies } from "../../server/src/world/policy/read.ts";
import { emptyWorkspace } from "../../server/src/world/workspace.ts";
import { type PintCase, type PintProblem, pintCases, pintDocument } from "./pint-cases.ts";

/** pint's checks that its configuration asks for, and that ask no server. */
const configured: ReadonlySet<string> = new Set([
  "promql/aggregate",
  "alerts/annotation",
  "rule/label",
  "rule/for",
  "rule/name",
  "rule/report",
  "rule/reject",
  "rule/owner",
  "promql/selector",
  "promql/range_query",
]);

const keep = (label: string, match = "null"): string =>
  `- { match: ${match}, require: { aggregations: { keep: [${label}] } } }`;
const recorded = keep("job", "{ kinds: record }");
const stripColo =
  '- { match: { names: "colo(?:_.+)?:.+" }, require: { aggregations: { strip: [instance] } } }';
const severity = "severity: (24x7|10x5|debug)";

/** pint's own configuration of each case, put into our words by hand. */
const policies: Readonly<Record<string, string>> = {
  "0001": keep("job", '{ files: "rules/0002.yml" }'),
  "0003": `${recorded}
- { match: { kinds: record, names: "colo(?:_.+)?:.+" }, require: { aggregations: { strip: [instance] } } }
- { require: { selectors: [{ metrics: up, labels: [job] }, { inside: "absent|absent_over_time", labels: [job] }] } }`,
  "0005": `${keep("job")}\n${stripColo}`,
  "0007": `
- require:
    annotations: { url: "https://wiki.example.com/page/(.+).html" }
    labels: { severity: critical|warning|info }`,
  "0008": `${keep("job")}\n${stripColo}`,
  "0009": `${keep("job")}\n${stripColo}\n- { require: { annotations: [link] } }`,
  "0011": keep("job"),
  "0012": `
- { match: { kinds: alert }, require: { labels: { ${severity} }, annotations: [runbook_url] } }
- forbid:
    labels: [".* +.*", "https?://.+", { value: "https?://.+" }]
    annotations: [".* +.*"]`,
  "0018": keep("job", "{ kinds: alert }"),
  "0019": recorded,
  "0020": keep("job", "{ not: { kinds: alert } }"),
  "0021": keep("job", '{ not: { names: ".*" } }'),
  "0022": `${keep("keep")}\n- { require: { aggregations: { strip: [dropped] } } }`,
  "0037": recorded,
  "0038": recorded,
  "0039": recorded,
  "0040": keep("job", "{ labels: { foo: bar } }"),
  "0052": keep("job", "[{ kinds: record }, { kinds: alert }]"),
  "0053": keep("job", "{ not: [{ kinds: record }, { kinds: alert }] }"),
  "0058": '- { match: { for: { min: 1ms } }, require: { annotations: { alert_for: "5m" } } }',
  "0066": "- { require: { owner: true } }",
  "0073": `
- match: { kinds: alert }
  require: { labels: { priority: "(1|2|3|4|5)" }, annotations: [summary] }`,
  "0077": "- { require: { owner: true } }",
  "0111": recorded,
  "0112": recorded,
  "0116": recorded,
  "0121": "- { require: { for: { min: 5m, max: 10m } } }",
  "0122": "- { require: { owner: [alice, max, not-bob] } }",
  "0136": '- { require: { annotations: { "annotation_.*": bar } } }',
  "0137": '- { require: { annotations: { "annotation_.*": bar } } }',
  "0138": '- { require: { annotations: { "annotation_.*": ".*" } } }',
  "0143": "- { require: { keep_firing_for: { min: 5m, max: 10m } } }",
  "0177": '- { require: { name: "rec:.+" } }',
  "0181": "- { require: { range: { max: 1h } } }",
  "0182": "- { require: { range: { max: 1h } } }",
  "0183": recorded,
  "0202": '- { match: { kinds: record }, forbid: { names: ".*" } }',
  "0207": "- { locked: true, require: { aggregations: { keep: [job] } } }",
  "0209": "- { match: { kinds: alert }, require: { annotations: [summary] } }",
  "0221": "- { require: { selectors: { metrics: fatal, labels: [xxx] } } }",
  "0230":
    '- { match: { kinds: record, names: "alert:[\\\\w\\\\-]+:[\\\\w\\\\-]+" }, require: { labels: [service] } }',
  "0258": "- { require: { for: { min: 5m }, labels: { severity: critical|warning|info } } }",
  "0260": "- { require: { for: { min: 5m }, labels: { severity: critical|warning|info } } }",
};

/** What pint says and we do not, or the other way round, and why. */
const differs: Readonly<Record<string, string>> = {
  "0080 promql/range_query rules/1.yml:2 query beyond configured retention":
    "pint asks the server how long it keeps samples",
  ...Object.fromEntries(
    [1, 4].flatMap((line) =>
      [
        ["policy.required-annotation", "annotation runbook_url"],
        ["policy.required-label", "label severity"],
      ].map(([check, what]) => [
        `0017 ${check} rules/template.yml:${line} The ${what} is missing: add it.`,
        "pint hides what it says of the same rule in another file",
      ]),
    ),
  ),
  ...Object.fromEntries(
    [
      ["annotation", 7],
      ["label", 11],
    ].map(([what, line]) => [
      `0166 policy.forbidden-${what} rules/1.yaml:${line} The ${what} {{ $value }} is not allowed here: remove it.`,
      "pint is told names = legacy and says it with what it cannot read",
    ]),
  ),
  "0230 rule/label rules/1.yml:3 required label not set":
    "pint marks the labels of the group, we mark the rule that lacks the label, three lines below",
};

/** The findings of the policies of a case. */
function findingsOf(one: PintCase, set: Pick<PolicySet, "of">): readonly PintProblem[] {
  return one.files.flatMap((file) => {
    const document = pintDocument(one, file);
    if (document === undefined) throw new Error(`there is no ${file} of ${one.test}`);
    const snapshot = {
      document,
      workspace: emptyWorkspace,
      environments: [],
      features: [],
      now: Date.now(),
      policy: set.of(file),
    };
    return runChecks(snapshot, [], policyChecks).map(({ check: id, span, message }) => {
      const line = document.lines.positionAt(span.start).line + 1;
      return { check: id, summary: message, file, line, endLine: line };
    });
  });
}

/** What we read of the case's policies in our words. */
function inOurWords(one: PintCase): PolicySet {
  const { set, problems } = readPolicies(parse(policies[numberOf(one.test)] ?? ""));
  expect(problems).toEqual([]);
  return set;
}

interface Compared {
  readonly wanted: number;
  readonly silent: number;
  readonly missed: readonly string[];
  readonly extra: readonly string[];
  readonly loud: readonly string[];
}

/** What pint says of the cases beside what we say, each with the policies that it gets. */
function compared(
  cases: readonly PintCase[],
  policiesOf: (one: PintCase) => Pick<PolicySet, "of">,
): Compared {
  let wanted = 0;
  let silent = 0;
  const missed: string[] = [];
  const extra: string[] = [];
  const loud: string[] = [];
  for (const one of cases) {
    const found = findingsOf(one, policiesOf(one));
    // Some cases copy files before they run; what is said of the copies cannot be compared.
    const expected = one.problems.filter(
      ({ check, file }) => configured.has(check) && one.files.includes(file),
    );
    if (expected.length === 0) {
      silent++;
      if (found.length > 0) loud.push(one.test);
    }
    const same = (a: PintProblem, b: PintProblem): boolean =>
      isOurs(a, b) && a.file === b.file && b.line >= a.line && b.line <= a.endLine;
    for (const problem of expected) {
      wanted++;
      if (!found.some((finding) => same(problem, finding)))
        missed.push(
          `${numberOf(one.test)} ${problem.check} ${problem.file}:${problem.line} ${problem.summary}`,
        );
    }
    // pint hides what it has said of another rule already.
    for (const finding of found)
      if (!expected.some((problem) => isOurs(problem, finding)))
        extra.push(
          `${numberOf(one.test)} ${finding.check} ${finding.file}:${finding.line} ${finding.summary}`,
        );
  }
  return { wanted, silent, missed, extra, loud };
}

/** What pint runs otherwise, or prints otherwise, than all checks on all files as plain text. */
const otherwise =
  /\b(?:ci|watch)\b| -[ed] |--(?:json|checkstyle|teamcity|min-severity=(?:bug|fatal))|pint lint --min-severity/;

const chosen = pintCases.filter(({ test: name }) => policies[numberOf(name)] !== undefined);

describe.skipIf(pintCases.length === 0)(
  "pint's configured checks (needs ../shared/cases/pint-cases.json)",
  () => {
    test("every case that is put into our words is there", () => {
      expect(chosen.map(({ test: name }) => numberOf(name)).toSorted()).toEqual(
        Object.keys(policies).toSorted(),
      );
    });

    test("at least 95 in 100 of its marks on the same line, at most 3 in 100 of its silent cases not silent", () => {
      const { wanted, silent, missed, extra, loud } = compared(chosen, inOurWords);
      expect(missed.filter((line) => differs[line] === undefined)).toEqual([]);
      expect(extra.filter((line) => differs[line] === undefined)).toEqual([]);
      expect(wanted).toBeGreaterThan(50);
      expect(missed.length / wanted).toBeLessThanOrEqual(0.05);
      expect(loud.length / silent).toBeLessThanOrEqual(0.03);
    });

    test("the same with pint's own configuration", () => {
      const lints = pintCases.filter(
        ({ config, command }) => config !== null && command.every((line) => !otherwise.test(line)),
      );
      const { wanted, silent, missed, extra, loud } = compared(lints, ({ config }) => {
        const { policy, skips } = readPintConfig(config ?? "").project;
        return { of: (path) => (skips?.(path) === true ? undefined : policy.of(path)) };
      });
      // Owners are asked for by a flag of pint's command line.
      const known = missed.filter((line) => !line.includes(" rule/owner ") && differs[line] === undefined);
      expect(known).toEqual([]);
      expect(extra.filter((line) => differs[line] === undefined)).toEqual([]);
      expect(wanted).toBeGreaterThan(50);
      expect(loud.length / silent).toBeLessThanOrEqual(0.03);
    });
  },
);

/** Whether what we call it is what pint calls it. */
function isOurs(pint: PintProblem, finding: PintProblem): boolean {
  return pintChecks.get(pint.check)?.ours.includes(finding.check) === true;
}

function numberOf(name: string): string {
  return /(\d{4})_[^/]*$/.exec(name)?.[1] ?? name;
}

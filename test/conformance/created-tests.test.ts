import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runRuleTests } from "../../server/src/adapters/promtool/rule-tests.ts";
import { testsIn } from "../../server/src/features/tests/outcome.ts";
import { textForPromtool } from "../../server/src/features/tests/rule-text.ts";
import { scaffoldOf } from "../../server/src/features/tests/scaffold.ts";
import { testText } from "../../server/src/features/tests/test-text.ts";
import { chosenOf, objectionTo } from "../../server/src/lsp/worked-test.ts";
import { readDocument } from "../../server/src/model/read.ts";
import type { RuleGroupModel, RuleModel } from "../../server/src/model/rules.ts";
import { parseExpr } from "../../server/src/promql/parse.ts";
import { Random } from "../oracle/random.ts";
import { corpusFiles, shared } from "../shared.ts";
import { findTool } from "../stack/tools/locate.ts";
import { promtoolVerdicts } from "./promtool.ts";

const seed = Number(process.env["SEED"] ?? 1);

let promtool: string;
let folder: string;
beforeAll(async () => {
  promtool = (await findTool("promtool")) ?? "";
  folder = mkdtempSync(join(tmpdir(), "promscope-created-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Made {
  readonly made: boolean;
  /** There would be one, but promtool does not pass it with the whole file. */
  readonly objected?: boolean;
  readonly passes: boolean;
  readonly gives: boolean;
  readonly text: string;
}

/** Makes a test of the rule, and runs it as promtool does. */
async function made(rules: string, rule: RuleModel, groups: readonly RuleGroupModel[]): Promise<Made> {
  const path = join(folder, "rules.yml");
  writeFileSync(path, rules);
  const scaffold = scaffoldOf(rule, groups);
  const none = { made: false, passes: false, gives: false, text: "" };
  if (scaffold === undefined) return none;
  const work = { scaffold, path, promtool, features: [] };
  const worked = await chosenOf(work);
  if ("problem" in worked) return none;
  // As the editor does it, nothing is made that promtool does not pass with the whole file.
  if ((await objectionTo(worked, work, rules)) !== undefined) return { ...none, objected: true };
  const text = testText(scaffold, worked.attempt, worked.expected, { ruleFile: "rules.yml" });
  const document = readDocument({ uri: "file:///t.yml", path: "t.yml", version: 1, text });
  const tests = testsIn(document);
  const result = await runRuleTests(
    {
      path: join(folder, "rules_test.yml"),
      text,
      ruleFiles: (tests?.ruleFiles ?? []).map(({ span, value }) => ({ span, value })),
    },
    {
      promtool,
      unsaved: new Map(),
      translate: textForPromtool,
      features: [],
      deadlineMs: 60_000,
      signal: new AbortController().signal,
    },
  );
  const passes =
    result.ok &&
    result.refusal === undefined &&
    result.cases.length === 1 &&
    result.cases.every(({ failures }) => failures.length === 0);
  const gives = !/exp_(?:alerts|samples): \[\]/.test(text);
  return { made: true, passes, gives, text };
}

test("the test of an alert has its labels and rendered annotations, and passes", async () => {
  const rules = `groups:
- name: g
  rules:
  - record: job:up:ratio
    expr: avg by (job) (up{env=~"prod|dev"})
  - alert: Down
    expr: job:up:ratio < 0.5
    for: 10m
    labels: {severity: page}
    annotations:
      summary: 'Only {{ $value | humanizePercentage }} of {{ $labels.job }}: "down"'
`;
  const document = readDocument({ uri: "file:///r.yml", path: "r.yml", version: 1, text: rules });
  const [part] = document.parts;
  const groups = part?.model.kind === "rules" ? part.model.rules.groups : [];
  const alert = groups[0]?.rules[1];
  expect(alert).toBeDefined();
  if (alert === undefined) return;
  const result = await made(rules, alert, groups);
  expect(result.text).toBe(`rule_files:
  - rules.yml

evaluation_interval: 1m

tests:
  - name: Down
    interval: 1m
    input_series:
      - series: 'up{env="prod", job="job-1"}'
        values: '0x17'
    alert_rule_test:
      - eval_time: 12m
        alertname: Down
        exp_alerts:
          - exp_labels:
              job: job-1
              severity: page
            exp_annotations:
              summary: 'Only 0% of job-1: "down"'
`);
  expect(result).toMatchObject({ passes: true, gives: true });
});

/** `CREATED_TESTS=all` tries every rule. */
const wanted = process.env["CREATED_TESTS"] ?? "24";

test.skipIf(shared("corpus") === undefined)(
  `tests made of ${wanted} rules of the corpus (needs ../shared/corpus) pass in promtool, seed ${seed}`,
  async () => {
    const random = new Random(seed);
    const files = corpusFiles(["rules", "PrometheusRule"]).filter(({ text }) => text.length < 200_000);
    const candidates = files.flatMap(({ text, path }) => {
      const document = readDocument({ uri: `file:///${path}`, path, version: 1, text });
      const models = document.parts.flatMap(({ model, standing }) =>
        standing === undefined && "rules" in model ? [model] : [],
      );
      // As the editor does it: of rule files the first document, of objects all.
      const [first] = models;
      const isFile = first?.kind === "rules";
      const groups = (isFile ? [first] : models).flatMap(({ rules }) => rules.groups);
      const rules = groups.flatMap((group) => group.rules);
      const sound = rules.every(
        ({ expr, name }) =>
          expr !== undefined && name !== undefined && parseExpr(expr.text).errors.length === 0,
      );
      return sound ? rules.map((rule) => ({ text, path, rule, groups })) : [];
    });
    expect(candidates.length).toBeGreaterThan(200);
    const results: Made[] = [];
    const failing: string[] = [];
    const objected: string[] = [];
    const chosen =
      wanted === "all" ? candidates : Array.from({ length: Number(wanted) }, () => random.pick(candidates));
    for (const { text, path, rule, groups } of chosen) {
      const result = await made(text, rule, groups);
      results.push(result);
      if (result.objected === true) objected.push(textForPromtool(path, text) ?? text);
      else if (!result.passes)
        failing.push(`${path}: ${rule.name?.value}: ${rule.expr?.text}\n${result.text}`);
    }
    const count = (of: (one: Made) => boolean): number => results.filter(of).length;
    console.log(
      `${results.length} rules: ${count((one) => one.made)} tests made, ${count((one) => one.passes)} pass, ${count((one) => one.passes && one.gives)} of them with an alert or a sample`,
    );
    // Only of a rule file that promtool refuses there is no test.
    expect(await promtoolVerdicts(objected)).not.toContain(undefined);
    const wrong = failing.filter((text) => text.includes("tests:"));
    expect(wrong, wrong.join("\n")).toEqual([]);
    expect(count(({ passes }) => passes)).toBeGreaterThan(0.9 * results.length);
    expect(count(({ gives }) => gives)).toBeGreaterThan(0.8 * results.length);
  },
  wanted === "24" ? 300_000 : 7_200_000,
);

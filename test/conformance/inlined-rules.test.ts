import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runRuleTests } from "../../server/src/adapters/promtool/rule-tests.ts";
import { refactored } from "../core/refactor/refactor.ts";
import { Random } from "../oracle/random.ts";
import { findTool } from "../stack/tools/locate.ts";

const seed = Number(process.env["SEED"] ?? 1);

const recorded = [
  "sum by (job) (rate(a[5m]))",
  "a / b",
  "max_over_time(a[10m:2m])",
  "avg by (job) (a offset 3m) - on (job) min by (job) (b)",
  "sum by (job) (increase(a[4m])) > 10",
  "-b",
];
/** `R` stands for the recorded metric. */
const uses = [
  "R * 2",
  "R offset 7m",
  "max_over_time(R[20m])",
  "sum(R @ 1800)",
  "avg_over_time(R[15m] offset 4m) + 1",
  "min_over_time(R[10m] @ 3000)",
  "quantile_over_time(0.5, (R offset 2m)[10m:1m])",
];

test(`what is inlined gives the same in the real engine, seed ${seed}`, async () => {
  const random = new Random(seed);
  const folder = mkdtempSync(join(tmpdir(), "promscope-inlined-"));
  try {
    const rules: string[] = [];
    const checks: string[] = [];
    for (const [i, expr] of recorded.entries())
      for (const [j, use] of uses.entries()) {
        const name = `r:${i}:${j}`;
        const text = `groups:\n- name: g\n  interval: 1m\n  rules:\n  - record: ${name}\n    expr: ${JSON.stringify(expr)}\n  - record: u\n    expr: ${JSON.stringify(use.replace("R", `${name.slice(0, 3)}‖${name.slice(3)}`))}\n`;
        const after = refactored(text, `Inline the recording rule ${name}`);
        expect(after, `${expr} in ${use}`).toBeDefined();
        const inlined = /record: u\n {4}expr: (.*)\n/.exec(after ?? "")?.[1] ?? "";
        rules.push(`  - {record: '${name}', expr: ${JSON.stringify(expr)}}`);
        rules.push(`  - {record: 'used:${i}:${j}', expr: ${JSON.stringify(use.replace("R", name))}}`);
        rules.push(`  - {record: 'inlined:${i}:${j}', expr: ${inlined}}`);
        const [one, other] = [`used:${i}:${j}`, `inlined:${i}:${j}`];
        // Numbers are added up in another order by another way: what differs in the last digits is the same.
        const differ = `(${one} unless ${other}) or (${other} unless ${one}) or (abs(${one} - ${other}) > 1e-9 * abs(${one}))`;
        checks.push(`      - {expr: ${JSON.stringify(differ)}, eval_time: 70m, exp_samples: []}`);
        checks.push(
          `      - {expr: ${JSON.stringify(`count(${one}) > bool 0`)}, eval_time: 70m, exp_samples: [{labels: '{}', value: 1}]}`,
        );
      }
    writeFileSync(join(folder, "rules.yml"), `groups:\n- name: g\n  rules:\n${rules.join("\n")}\n`);
    const counter = (): string => {
      let sum = 0;
      return Array.from({ length: 80 }, () => (sum += random.below(60) + 1)).join(" ");
    };
    const series = ["a", "b"].flatMap((metric) =>
      ["x", "y"].map((job) => `      - {series: '${metric}{job="${job}"}', values: '${counter()}'}`),
    );
    const text = `rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n  - interval: 1m\n    input_series:\n${series.join("\n")}\n    promql_expr_test:\n${checks.join("\n")}\n`;
    const start = text.indexOf("rules.yml");
    const result = await runRuleTests(
      {
        path: join(folder, "t.yml"),
        text,
        ruleFiles: [{ span: { start, end: start + 9 }, value: "rules.yml" }],
      },
      {
        promtool: (await findTool("promtool")) ?? "",
        unsaved: new Map(),
        translate: () => undefined,
        features: [],
        deadlineMs: 60_000,
        signal: new AbortController().signal,
      },
    );
    expect(result).toMatchObject({ ok: true, refusal: undefined });
    expect(result.ok && result.cases.flatMap(({ failures }) => failures)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);

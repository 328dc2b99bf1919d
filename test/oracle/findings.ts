import type { Finding } from "../../server/src/checks/check.ts";
import { runChecks } from "../../server/src/checks/run.ts";
import { readDocument } from "../../server/src/model/read.ts";
import { parseExpr } from "../../server/src/promql/parse.ts";
import { nameIndexOf } from "../../server/src/world/names/index.ts";
import { emptyWorkspace } from "../../server/src/world/workspace.ts";
import { type Claim, claimsOf, type Judged } from "./claims.ts";
import { LabelGenerator } from "./generate-labels.ts";
import { distinct, written } from "./labels.ts";
import type { EvalAnswer, EvalTime, Oracle, OracleSeries } from "./oracle.ts";
import { allOptions } from "./promql.ts";
import type { Random } from "./random.ts";
import { randomSeries, seriesLabels } from "./random-series.ts";

/** The same as `allOptions` says to the parser. */
const features = ["promql-experimental-functions", "promql-binop-fill-modifiers"];
const options = { ...allOptions, unquotedUtf8Names: false };

interface Rule {
  /** Nothing for an alert. */
  readonly record?: string;
  readonly text: string;
  readonly labels: readonly (readonly [string, string])[];
}

/** What became of the findings on random rules. */
export interface FindingTrial {
  /** Findings that the engine shows to be wrong. */
  readonly refuted: readonly string[];
  /** How many claims of each check were put to the engine. */
  readonly asked: ReadonlyMap<string, number>;
}

/** The metrics `a` and `b` are those of recording rules, whose names have a colon. */
function colons(text: string): string {
  return text.replaceAll(/(?<![\w:"'])([ab])(?=[{)[])/g, "$1:r");
}

function randomRules(random: Random, alerts: number): readonly Rule[] {
  const generator = new LabelGenerator(random);
  const labels = (): Rule["labels"] =>
    ["x", "job", "team"]
      .filter(() => random.chance(0.3))
      .map((name) => [name, random.pick(["1", "2", ""])] as const);
  const recorded = ["a:r", "b:r", ...(random.chance(0.5) ? ["a:r"] : [])].map((record) => ({
    record,
    // A rule that feeds on itself is a matter of its own.
    text: colons(generator.expression(2)).replaceAll(/\b[ab]:r\b/g, record === "b:r" ? "a:r" : "c_total"),
    labels: labels(),
  }));
  const texts = Array.from({ length: alerts }, () => colons(generator.expression(1 + random.below(3))));
  return [...recorded, ...texts.map((text) => ({ text, labels: [] }))];
}

interface Written {
  readonly source: string;
  /** Of each rule that is an alert, its lines and its expression. */
  readonly judged: readonly (Judged & { readonly end: number })[];
}

function fileOf(rules: readonly Rule[]): Written {
  const judged: (Judged & { end: number })[] = [];
  const shown = [...seriesLabels.filter((name) => /^\w+$/.test(name)), "team"];
  const summary = shown.map((name) => `{{ $labels.${name} }}`).join(" ");
  let source = "groups:\n- name: g\n  rules:\n";
  for (const [at, { record, text, labels }] of rules.entries()) {
    source += record === undefined ? `  - alert: A${at}\n` : `  - record: ${record}\n`;
    source += "    expr: |-\n      ";
    const offset = source.length;
    source += `${text}\n`;
    if (record === undefined) source += `    annotations:\n      summary: "${summary}"\n`;
    else
      source += `    labels: {${labels.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(", ")}}\n`;
    const { expr, errors } = parseExpr(text, options);
    if (expr !== undefined && errors.length === 0) judged.push({ expr, text, offset, end: source.length });
  }
  return { source, judged };
}

function findingsIn(source: string): readonly Finding[] {
  const file = { uri: "file:///r.yaml", path: "r.yaml", version: 0, text: source };
  const document = readDocument(file);
  const problems: string[] = [];
  const found = runChecks(
    { document, workspace: emptyWorkspace, environments: [], features, names: nameIndexOf([document]) },
    problems,
  );
  if (problems.length > 0) throw new Error(problems.join());
  return found;
}

/** Random series, and what the recording rules make of them one after the other. */
async function recordedSeries(
  oracle: Oracle,
  random: Random,
  rules: readonly Rule[],
): Promise<readonly OracleSeries[]> {
  const series = randomSeries(random).filter(({ labels }) => !/^[ab]$/.test(labels["__name__"] ?? ""));
  for (const { record, text, labels } of rules) {
    if (record === undefined) continue;
    await oracle.series(distinct(series));
    const answer = await oracle.evaluate(text, options);
    if (answer.error === undefined) series.push(...written(record, labels, answer));
  }
  return distinct(series);
}

function results(answer: EvalAnswer): readonly string[] {
  return (answer.labels ?? [])
    .map((labels, at) => `${JSON.stringify(Object.entries(labels).sort())} ${answer.values?.[at]}`)
    .sort();
}

/** What the engine answers against a claim; nothing where it does not contradict. */
async function contradiction(
  oracle: Oracle,
  claim: Claim,
  at: EvalTime | undefined,
): Promise<string | undefined> {
  const answer = await oracle.evaluate(claim.text, options, at);
  if (answer.error !== undefined) return undefined;
  const labels = answer.labels ?? [];
  switch (claim.kind) {
    case "empty":
      return labels.length === 0 ? undefined : `returns ${JSON.stringify(labels)}`;
    case "filled":
      return labels.length > 0 ? undefined : "returns nothing";
    case "lacks":
      return labels.some((one) => Object.hasOwn(one, claim.label))
        ? `has ${claim.label}: ${JSON.stringify(labels)}`
        : undefined;
    case "all":
      return (answer.values ?? []).every((value) => value === claim.value)
        ? undefined
        : `has the values ${answer.values?.join()}`;
    case "same": {
      const other = await oracle.evaluate(claim.other, options, at);
      if (other.error !== undefined) return undefined;
      const [one, two] = [results(answer), results(other)];
      return one.join() === two.join() ? undefined : `returns ${one.join()}, not ${two.join()}`;
    }
  }
}

/**
 * Holds what checks say of random rules against what Prometheus' engine makes of them on random series, some of which
 * are written by recording rules of the same file.
 */
export async function tryFindings(oracle: Oracle, random: Random, files: number): Promise<FindingTrial> {
  const refuted: string[] = [];
  const asked = new Map<string, number>();
  for (let n = 0; n < files; n++) {
    const rules = randomRules(random, 40);
    const { source, judged } = fileOf(rules);
    const claims = findingsIn(source).flatMap((finding) => {
      const rule = judged.find(({ offset, end }) => offset <= finding.span.start && finding.span.start < end);
      return rule === undefined ? [] : claimsOf(finding, rule).map((claim) => ({ claim, finding, rule }));
    });
    for (const { finding } of claims) asked.set(finding.check, (asked.get(finding.check) ?? 0) + 1);
    for (let store = 0; store < 4; store++) {
      await oracle.series(await recordedSeries(oracle, random, rules));
      await Promise.all(
        claims.map(async ({ claim, finding: { check, message }, rule }) => {
          const wrong = await contradiction(oracle, claim, undefined);
          if (wrong === undefined) return;
          const records = rules
            .filter(({ record, text }) => record !== undefined && text !== "" && rule.text.includes(record))
            .map(({ record, text, labels }) => `\n  where ${record} = ${text} ${JSON.stringify(labels)}`);
          refuted.push(
            `${rule.text}\n  ${check}: ${message}\n  ${claim.text}\n  ${wrong.slice(0, 600)}${records.join("")}`,
          );
        }),
      );
    }
  }
  return { refuted, asked };
}

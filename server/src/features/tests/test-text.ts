import { doubleQuoted } from "./rule-text.ts";
import type { Attempt, Expected, Pair, Scaffold } from "./scaffold.ts";

/** What stands above the tests of a file. */
export interface TestHead {
  /** The entry of `rule_files`. */
  readonly ruleFile: string;
  /** Lines of comment, without `#`. */
  readonly notes?: readonly string[] | undefined;
}

/** A test file, or without a head the entry of a test for one. */
export function testText(
  scaffold: Scaffold,
  { series }: Attempt,
  expected: Expected,
  head?: TestHead,
  name = scaffold.name,
): string {
  const lines = [`  - name: ${yamlText(name)}`, `    interval: ${scaffold.interval}`];
  if (series.length > 0) lines.push("    input_series:");
  for (const one of series)
    lines.push(`      - series: ${yamlText(one.series)}`, `        values: ${yamlText(one.values)}`);
  if (scaffold.kind === "alert") {
    lines.push("    alert_rule_test:", `      - eval_time: ${scaffold.evalTime}`);
    lines.push(`        alertname: ${yamlText(scaffold.name)}`);
    lines.push(expected.alerts.length === 0 ? "        exp_alerts: []" : "        exp_alerts:");
    for (const { labels, annotations } of expected.alerts) {
      const own = labels.filter(([label]) => label !== "alertname");
      lines.push(...mapping("          - exp_labels", own));
      if (annotations.length > 0) lines.push(...mapping("            exp_annotations", annotations));
    }
  } else {
    lines.push("    promql_expr_test:", `      - expr: ${yamlText(scaffold.recorded)}`);
    lines.push(`        eval_time: ${scaffold.evalTime}`);
    lines.push(expected.samples.length === 0 ? "        exp_samples: []" : "        exp_samples:");
    for (const { labels, value } of expected.samples)
      lines.push(`          - labels: ${yamlText(labels)}`, `            value: ${value}`);
  }
  return `${[...(head === undefined ? [] : headLines(scaffold, head)), ...lines].join("\n")}\n`;
}

function headLines(
  { evaluationInterval, evalOrder }: Scaffold,
  { ruleFile, notes = [] }: TestHead,
): readonly string[] {
  const order =
    evalOrder.length === 0
      ? []
      : ["group_eval_order:", ...evalOrder.map((name) => `  - ${yamlText(name)}`), ""];
  return [
    ...notes.map((note) => `# ${note}`),
    "rule_files:",
    `  - ${yamlText(ruleFile)}`,
    "",
    `evaluation_interval: ${evaluationInterval}`,
    "",
    ...order,
    "tests:",
  ];
}

function mapping(key: string, pairs: readonly Pair[]): readonly string[] {
  if (pairs.length === 0) return [`${key}: {}`];
  return [`${key}:`, ...pairs.map(([name, value]) => `              ${yamlText(name)}: ${yamlText(value)}`)];
}

/** A text as a YAML scalar: plain where nothing could read it as anything else. */
function yamlText(text: string): string {
  if (
    /^[a-zA-Z_][a-zA-Z0-9_./-]*$/.test(text) &&
    !/^(?:true|false|yes|no|on|off|y|n|null|inf|nan)$/i.test(text)
  )
    return text;
  if (/^[\x20-\x7e]*$/.test(text)) return `'${text.replaceAll("'", "''")}'`;
  return doubleQuoted(text);
}

import { afterAll, beforeAll, expect, test } from "vitest";
import { readDocument } from "../../server/src/model/read.ts";
import { expandTemplate } from "../../server/src/template/evaluate.ts";
import { parseAlertTemplate } from "../../server/src/template/prometheus.ts";
import type { LabelMap } from "../../server/src/template/values.ts";
import { stringMap } from "../../server/src/yaml/access.ts";
import { type Oracle, startOracle } from "../oracle/oracle.ts";
import { Random } from "../oracle/random.ts";
import { corpusFiles } from "../shared.ts";

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(async () => await oracle.close());

const labels = {
  job: "node",
  instance: "10.0.0.1:9100",
  host: "db-1.example.org:5432",
  empty: "",
  n: "12.5",
};
const now = 1_750_000_000;

function mapOf(of: Readonly<Record<string, string>>): LabelMap {
  const entries = Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1));
  return { kind: "labels", of: (name) => (Object.hasOwn(of, name) ? of[name] : undefined), entries };
}

interface Tally {
  texts: number;
  fails: number;
  unknown: number;
  readonly differences: string[];
}

/** Compares what we expand with what Prometheus expands; what we do not know is counted. */
async function compare(texts: readonly { readonly text: string; readonly value: number }[]): Promise<Tally> {
  const tally: Tally = { texts: 0, fails: 0, unknown: 0, differences: [] };
  for (const { text, value } of texts) {
    const { tree, problems } = parseAlertTemplate(text, "A");
    if (problems.length > 0) continue;
    const ours = expandTemplate(tree, {
      labels: mapOf(labels),
      externalLabels: mapOf({ cluster: "eu" }),
      externalUrl: "http://prometheus.example/base",
      value,
      now,
    });
    if (ours.kind === "unknown") {
      tally.unknown++;
      continue;
    }
    const written = Number.isFinite(value) ? String(value) : value > 0 ? "+Inf" : value < 0 ? "-Inf" : "NaN";
    const theirs = await oracle.expand(text, { labels, value: written, now });
    const expected = theirs.error === "" ? `text: ${theirs.text}` : "fails";
    const actual = ours.kind === "text" ? `text: ${ours.text}` : "fails";
    if (ours.kind === "text") tally.texts++;
    else tally.fails++;
    if (actual !== expected)
      tally.differences.push(
        `${text}\n  with ${written}\n  ours ${actual}\n  theirs ${expected} ${theirs.error}`,
      );
  }
  return tally;
}

const random = new Random(20_261_123);

function number(): number {
  return random.pick([
    () => 0,
    () => 1,
    () => Number.NaN,
    () => Number.POSITIVE_INFINITY,
    () => Number.NEGATIVE_INFINITY,
    () => random.below(2000) / 2,
    () => -random.below(100_000),
    () => random.below(1_000_000) / 1000,
    () => random.below(1_000_000) * 10 ** (random.below(40) - 25),
    () => 1_750_000_000 + random.below(1_000_000) / 8,
    () => 2 ** (random.below(80) - 30),
  ])();
}

const places = [
  "$value",
  ".Value",
  "$labels.job",
  "$labels.instance",
  ".Labels.host",
  "$labels.empty",
  "$labels.none",
  "$labels.n",
];
const literals = [
  "1",
  "0",
  "-3",
  "1.5",
  "12.0",
  "1e3",
  '"a b&c"',
  '"90"',
  '"1h30m"',
  '"-5m"',
  "true",
  "false",
  "nil",
  "$externalLabels.cluster",
  "$externalURL",
  "now",
  "(len $labels)",
  '(index $labels "job")',
];
const ofOne =
  "humanize humanize1024 humanizeDuration humanizePercentage humanizeTimestamp title toUpper toLower stripPort stripDomain graphLink tableLink urlQueryEscape html urlquery safeHtml parseDuration len not print println externalURL printf now".split(
    " ",
  );
const formats = [
  "%v",
  "%s",
  "%d",
  "%f",
  "%.2f",
  "%.0f",
  "%.1f%%",
  "%g",
  "%.3g",
  "%e",
  "%.1e",
  "%q",
  "%t",
  "%8.3f",
  "%-6s|",
  "%06.2f",
  "%+d",
  "%5d",
  "%x",
  "%",
  "%%",
  "a%vb%v",
  "%.3s",
  "% d",
  "%!",
  "%G",
];

function operand(depth: number): string {
  if (depth <= 0 || random.below(3) > 0) return random.pick(random.below(2) === 0 ? places : literals);
  return `(${pipeline(depth - 1)})`;
}

function command(depth: number): string {
  switch (random.below(8)) {
    case 0:
      return `printf ${JSON.stringify(random.pick(formats))} ${operand(depth)}${random.below(4) === 0 ? ` ${operand(depth)}` : ""}`;
    case 1:
      return `${random.pick(["eq", "ne", "lt", "le", "gt", "ge"])} ${operand(depth)} ${operand(depth)}`;
    case 2:
      return `${random.pick(["and", "or"])} ${operand(depth)} ${operand(depth)}`;
    case 3:
      return `print ${operand(depth)} ${operand(depth)}`;
    case 4:
      return operand(depth);
    default:
      return `${random.pick(ofOne)} ${operand(depth)}`;
  }
}

function pipeline(depth: number): string {
  const rest = random.below(3) === 0 ? ` | ${random.pick(ofOne)}` : "";
  return `${command(depth)}${rest}`;
}

function template(depth: number): string {
  switch (random.below(10)) {
    case 0:
      return `{{ if ${pipeline(1)} }}${template(depth - 1)}{{ else }}no{{ end }}`;
    case 1:
      return `{{ with ${pipeline(1)} }}<{{ . }}>${depth > 0 ? template(depth - 1) : ""}{{ else }}none{{ end }}`;
    case 2:
      return `{{ range $k, $v := $labels }}{{ $k }}={{ $v }};{{ if eq $k "job" }}{{ break }}{{ end }}{{ end }}`;
    case 3:
      return `{{ $x := ${pipeline(1)} }}{{ if $labels.job }}{{ $x = ${pipeline(1)} }}{{ end }}{{ $x }}`;
    case 4:
      return `{{ with query "up" }}some{{ else }}nothing{{ end }} {{- " " -}} {{ range query "up" }}x{{ else }}y{{ end }}`;
    case 5:
      return `{{ define "t" }}[{{ . }}]{{ end }}{{ template "t" ${operand(1)} }}`;
    default:
      return `a {{ ${pipeline(depth)} }} b`;
  }
}

test("6,000 random templates are expanded as Prometheus expands them", async () => {
  const texts = Array.from({ length: 6000 }, () => ({ text: template(2), value: number() }));
  const tally = await compare(texts);
  expect(tally.differences.slice(0, 10)).toEqual([]);
  expect(tally.texts).toBeGreaterThan(2500);
  expect(tally.fails).toBeGreaterThan(300);
});

test("numbers are written as Go writes them", async () => {
  const texts = Array.from({ length: 3000 }, () => ({
    text: `{{ $value }} {{ ${random.pick(ofOne.slice(0, 4))} $value }} {{ printf ${JSON.stringify(random.pick(["%.4g", "%.0f", "%.2f", "%.3e", "%g", "%v", "%.10g"]))} $value }}`,
    value: number(),
  }));
  const tally = await compare(texts);
  expect(tally.differences.slice(0, 10)).toEqual([]);
  expect(tally.texts).toBeGreaterThan(2900);
});

const corpus = corpusFiles(["rules", "PrometheusRule"]);

test.skipIf(corpus.length === 0)(
  "texts of the corpus' alerts (needs ../shared/corpus) are expanded as Prometheus expands them",
  async () => {
    const texts = corpus.flatMap(({ path, text }) =>
      readDocument({ uri: path, path, version: 0, text }).parts.flatMap(({ model }) =>
        "rules" in model
          ? model.rules.groups.flatMap(({ rules }) =>
              rules.flatMap(({ annotations }) => [...stringMap(annotations).values()]),
            )
          : [],
      ),
    );
    const withActions = [...new Set(texts)].filter((text) => text.includes("{{"));
    expect(withActions.length).toBeGreaterThan(1000);
    const tally = await compare(withActions.map((text) => ({ text, value: number() })));
    expect(tally.differences.slice(0, 10)).toEqual([]);
    expect(tally.unknown).toBeLessThan(withActions.length * 0.05);
  },
);

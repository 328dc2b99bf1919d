import { expandTemplate } from "../../server/src/template/evaluate.ts";
import { parseAlertTemplate } from "../../server/src/template/prometheus.ts";
import type { LabelMap } from "../../server/src/template/values.ts";
import type { Oracle } from "./oracle.ts";

const labels = {
  job: "node",
  instance: "10.0.0.1:9100",
  host: "db-1.example.org:5432",
  empty: "",
  n: "12.5",
  "a-b": "dashed",
  deg: "20 °C",
};
const now = 1_750_000_000;

function mapOf(of: Readonly<Record<string, string>>): LabelMap {
  const entries = Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1));
  return { kind: "labels", of: (name) => (Object.hasOwn(of, name) ? of[name] : undefined), entries };
}

export interface Expansion {
  readonly text: string;
  /** Of the alert. */
  readonly value: number;
}

/** What became of templates that were expanded by us and by Prometheus. */
export interface ExpansionTally {
  texts: number;
  fails: number;
  /** What we say that we do not know. */
  unknown: number;
  readonly differences: string[];
}

/** Compares what we expand with what Prometheus expands; what we do not know is counted. */
export async function compareExpansions(
  oracle: Oracle,
  expansions: readonly Expansion[],
): Promise<ExpansionTally> {
  const tally: ExpansionTally = { texts: 0, fails: 0, unknown: 0, differences: [] };
  for (let at = 0; at < expansions.length; at += 500)
    await Promise.all(
      expansions.slice(at, at + 500).map((expansion) => compareExpansion(oracle, expansion, tally)),
    );
  return tally;
}

async function compareExpansion(
  oracle: Oracle,
  { text, value }: Expansion,
  tally: ExpansionTally,
): Promise<void> {
  const { tree, problems } = parseAlertTemplate(text, "A");
  const ours =
    problems.length > 0
      ? ({ kind: "fails" } as const)
      : expandTemplate(tree, {
          labels: mapOf(labels),
          externalLabels: mapOf({ cluster: "eu" }),
          externalUrl: "http://prometheus.example/base",
          value,
          now,
        });
  if (ours.kind === "unknown") {
    tally.unknown++;
    return;
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

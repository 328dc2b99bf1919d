import { unquote } from "../../base/go-literal.ts";
import { parseMetric } from "../../promql/series/parse.ts";
import type { Expected, Pair } from "./scaffold.ts";

/** What promtool says it got, as what a test expects; nothing where it says anything else. */
export function expectedFrom(failure: string | undefined): Expected | undefined {
  if (failure === undefined) return undefined;
  const alert =
    /^(?: {4}name: .*,\n)? {4}alertname: .*, time: \S+, \n {8}exp:[\s\S]*?, \n {8}got:([\s\S]*)$/.exec(
      failure,
    );
  if (alert !== null) return { samples: [], alerts: alertsIn(alert[1] ?? "") };
  const sample = /^ {4}expr: .*, time: \S+,\n {8}exp: nil\n {8}got: (.*)$/.exec(failure);
  // No number equals the one that is none: a test that expects it never passes.
  if (sample !== null && / NaN(?:,|$)/.test(sample[1] ?? "")) return undefined;
  return sample === null ? undefined : { alerts: [], samples: samplesIn(sample[1] ?? "") };
}

function alertsIn(text: string): Expected["alerts"] {
  return [...text.matchAll(/Labels:(\{.*\})\n\s*Annotations:(\{.*\})/g)].map(
    ([, labels = "", annotations = ""]) => ({
      labels: pairsIn(labels),
      annotations: pairsIn(annotations),
    }),
  );
}

function pairsIn(text: string): readonly Pair[] {
  return [...text.matchAll(/([a-zA-Z_][a-zA-Z0-9_]*|"(?:[^"\\]|\\.)*")=("(?:[^"\\]|\\.)*")/g)].map(
    ([, name = "", value = ""]): Pair => [name.startsWith('"') ? unquote(name) : name, unquote(value)],
  );
}

/** Native histograms are left out: their notation is not a number. */
function samplesIn(text: string): Expected["samples"] {
  return [...text.matchAll(/(\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\}) (\S+?)(?=,? \{|$)/g)].flatMap(
    ([, labels = "", value = ""]) => {
      if (parseMetric(labels).error !== undefined) return [];
      const number = /^[+-]Inf$/.test(value) ? value.replace("+", "").replace("Inf", ".inf") : value;
      return { labels, value: number };
    },
  );
}

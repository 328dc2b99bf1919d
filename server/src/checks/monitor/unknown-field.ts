import { nearest } from "../../base/nearest.ts";
import type { ObjectSchema } from "../../schema/schema.ts";
import { type SchemaProblem, schemaProblems } from "../../schema/validate.ts";
import { keyOf } from "../../yaml/access.ts";
import type { Finding, Fix } from "../check.ts";
import type { MonitorCheck } from "./monitor-check.ts";
import { readingOf } from "./reading.ts";
import { short } from "./words.ts";

/** What prometheus.yml calls a field of a monitor. */
const prometheusNames: Readonly<Record<string, string>> = {
  metric_relabel_configs: "metricRelabelings",
  metricRelabelConfigs: "metricRelabelings",
  relabel_configs: "relabelings",
  relabelConfigs: "relabelings",
  scrape_interval: "interval",
  scrapeInterval: "interval",
  metrics_path: "path",
  metricsPath: "path",
};

/** The same list in the other kind of monitor: either the key or the kind may be the wrong one. */
const otherKind: Readonly<Record<string, string>> = {
  endpoints: "podMetricsEndpoints",
  podMetricsEndpoints: "endpoints",
};

export const unknownField: MonitorCheck = {
  unit: "document",
  id: "monitor.unknown-field",
  severity: "error",
  kinds: ["ServiceMonitor", "PodMonitor"],
  summary: "A key that the operator's definitions do not know; the API server drops or refuses it.",
  *run(context) {
    const reading = readingOf(context);
    if (reading === undefined) return;
    for (const problem of schemaProblems(reading.root, reading.schema))
      if (problem.kind === "unknown") yield findingOf(problem);
  },
};

function findingOf(problem: Extract<SchemaProblem, { kind: "unknown" }>): Finding {
  const { key, pair, path } = problem;
  const place = path === "" ? "a monitor" : `\`${path}\``;
  const meant = suggestion(problem);
  return {
    check: "monitor.unknown-field",
    severity: "error",
    message: `\`${short(key)}\` is not a field of ${place}${meant === undefined ? "." : `: did you mean \`${meant.name}\`?`}`,
    span: pair.key.span,
    fixes: meant === undefined ? [] : [meant.fix],
  };
}

function suggestion({
  key,
  pair,
  map,
  schema,
}: Extract<SchemaProblem, { kind: "unknown" }>): { readonly name: string; readonly fix: Fix } | undefined {
  const present = new Set(map.pairs.map(keyOf));
  const candidates = [...schema.properties.keys()].filter((name) => !present.has(name));
  const known = prometheusNames[key];
  const name =
    [known, otherKind[key]].find((each) => each !== undefined && candidates.includes(each)) ??
    nearest(key, candidates);
  if (name === undefined) return undefined;
  // Only another way to write the same word, or the field's name in prometheus.yml, is beyond doubt.
  const safe = (name === known || folded(name) === folded(key)) && fits(schema, name, pair.value.kind);
  return {
    name,
    fix: { title: `Rename to \`${name}\``, safe, edits: [{ span: pair.key.span, newText: name }] },
  };
}

function fits(schema: ObjectSchema, name: string, kind: string): boolean {
  const type = schema.properties.get(name)?.type;
  if (type === "object" || type === "map") return kind === "map";
  return type === "array" ? kind === "seq" : kind === "scalar";
}

function folded(word: string): string {
  return word.toLowerCase().replace(/[-_]/g, "");
}

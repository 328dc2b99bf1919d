import { metadataProblems } from "../../schema/metadata.ts";
import { describeType, type Schema } from "../../schema/schema.ts";
import { type SchemaProblem, schemaProblems } from "../../schema/validate.ts";
import type { CheckContext, Finding, Fix } from "../check.ts";
import type { MonitorCheck } from "./monitor-check.ts";
import { numberFixes } from "./port-number.ts";
import { type MonitorReading, readingOf } from "./reading.ts";
import { short } from "./words.ts";

const id = "monitor.wrong-type";

export const wrongType: MonitorCheck = {
  unit: "document",
  id,
  severity: "error",
  kinds: ["ServiceMonitor", "PodMonitor"],
  summary: "A value is of another type than the operator's definitions say; the API server refuses it.",
  *run(context) {
    const reading = readingOf(context);
    if (reading === undefined) return;
    for (const problem of schemaProblems(reading.root, reading.schema)) {
      if (problem.kind === "type") yield typeFinding(problem, portFixes(context, reading, problem));
      else if (problem.kind === "value") yield valueFinding(problem);
    }
    for (const { node, words } of metadataProblems(reading.root))
      yield { check: id, severity: "error", message: words, span: node.span, refusedBy: "kubernetes" };
  },
};

type TypeProblem = Extract<SchemaProblem, { kind: "type" }>;

/** A number in `port`: the name that it stands for, or the field in which it may stand. */
function portFixes(
  context: CheckContext,
  reading: MonitorReading,
  { node, path }: TypeProblem,
): readonly Fix[] {
  if (!isPortName(path) || node.kind !== "scalar" || node.type !== "int") return [];
  const endpoint = reading.monitor.endpoints.find(({ port }) => port === node);
  return endpoint === undefined ? [] : numberFixes(context, reading, endpoint, node);
}

function typeFinding(problem: TypeProblem, portFixes: readonly Fix[]): Finding {
  const { node, schema, path, found } = problem;
  const last = path.split(".").at(-1) ?? path;
  const advice = isPortName(path)
    ? "`port` is the name of a port, not its number: write the name, or use `targetPort`."
    : `\`${short(last)}\` must be ${describe(schema)}.`;
  const fix = isPortName(path) ? undefined : typeFix(problem);
  return {
    check: id,
    severity: "error",
    message: `${advice} ${wordsOf(path, schema, found)}`,
    span: node.span,
    refusedBy: "kubernetes",
    fixes: fix === undefined ? portFixes : [fix],
  };
}

/** `metadata` is decoded into Go's own types before anything else, the rest is held against the schema. */
export function wordsOf(path: string, schema: Schema, found: string): string {
  const [top, field] = path.split(/[.[]/);
  // A fraction is held against the format of the integer.
  if (schema.type === "integer" && found === "number" && schema.format !== undefined)
    return `${path} in body must be of type ${schema.format}: "float64"`;
  if (top !== "metadata" || field === undefined)
    return `${path} in body must be of type ${jsonName(schema)}: "${found}"`;
  const json = found === "integer" ? "number" : found === "boolean" ? "bool" : found;
  const inMap = path !== `metadata.${field}`;
  const go = schema.type === "map" ? "map[string]string" : schema.type === "array" ? "[]string" : "string";
  return `json: cannot unmarshal ${json} into Go struct field ObjectMeta.${field} of type ${inMap ? "string" : go}`;
}

function jsonName(schema: Schema): string {
  if (schema.type === "map") return "object";
  return schema.type === "int-or-string" ? "integer,string" : schema.type;
}

function describe(schema: Schema): string {
  const text = describeType(schema);
  if (schema.type === "string" && schema.enum === undefined) return "text: quote it";
  return schema.type === "object" || schema.type === "integer" ? `an ${text}` : text;
}

function isPortName(path: string): boolean {
  return /^spec\.(?:endpoints|podMetricsEndpoints)\[\d+\]\.port$/.test(path);
}

function typeFix({ node, schema, path }: TypeProblem): Fix | undefined {
  if (node.kind !== "scalar") return undefined;
  // A label's value can only be text; elsewhere a number may stand for something else (`interval: 30`).
  if (schema.type === "string" && schema.enum === undefined && schema.pattern === undefined)
    return quoteFix(node.span, node.value, /\.(?:labels|annotations|matchLabels)\./.test(path));
  const bare =
    (schema.type === "boolean" && /^(?:true|false)$/.test(node.value)) ||
    (schema.type === "integer" && /^(?:0|[1-9]\d*)$/.test(node.value));
  if (!bare || node.style === "literal" || node.style === "folded") return undefined;
  return { title: "Remove the quotes", safe: true, edits: [{ span: node.span, newText: node.value }] };
}

function quoteFix(span: Fix["edits"][number]["span"], value: string, safe: boolean): Fix {
  return { title: "Quote the value", safe, edits: [{ span, newText: JSON.stringify(value) }] };
}

function valueFinding({ node, schema, words, path }: Extract<SchemaProblem, { kind: "value" }>): Finding {
  const last = path.split(".").at(-1) ?? path;
  const isEnum = schema.enum !== undefined;
  const fold = (text: string): string => text.toLowerCase().replace(/[-_ ]/g, "");
  const meant = schema.enum?.find((each) => fold(each) === fold(node.value));
  const advice = `\`${short(last)}\` cannot be \`${short(node.value)}\`${adviceFor(path)}.`;
  return {
    check: id,
    severity: "error",
    message: isEnum ? `${advice} ${path}: ${words}` : `${advice} ${path} in body ${words}`,
    span: node.span,
    refusedBy: "kubernetes",
    fixes:
      meant === undefined
        ? []
        : [{ title: `Write \`${meant}\``, safe: true, edits: [{ span: node.span, newText: meant }] }],
  };
}

function adviceFor(path: string): string {
  return /\.(?:interval|scrapeTimeout)$/.test(path) ? ": write a duration such as `30s` or `1m30s`" : "";
}

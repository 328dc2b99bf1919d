import { quoteGo } from "../../base/go-text.ts";
import { nearest } from "../../base/nearest.ts";
import { keyOf, resolved } from "../../yaml/access.ts";
import type { YamlNode, YamlPair, YamlScalar } from "../../yaml/node.ts";
import type { DocumentCheck, RawFinding } from "../check.ts";
import { decode, goNameOf, type UnknownField } from "../rule/decode.ts";
import { nearestDuration, parseDuration } from "../rule/duration.ts";
import type { Shape } from "../rule/shape.ts";
import { testCheck, testsOf } from "./context.ts";
import { testFileShape } from "./shape.ts";

/** What promtool refuses while it decodes a test file: unknown keys, wrong types, durations and times that are none. */
export const testSchema: DocumentCheck = {
  ...testCheck,
  id: "rule.test-schema",
  severity: "error",
  summary: "A key or value of a rule unit test is none that promtool knows, so it runs no test of the file.",
  run(context) {
    const tests = testsOf(context);
    const findings: RawFinding[] = [];
    if (tests === undefined) return findings;
    const add = (message: string, { span }: Pick<YamlNode, "span">, fixes?: RawFinding["fixes"]): void => {
      findings.push({
        check: testSchema.id,
        severity: "error",
        message,
        span,
        fixes,
        refusedBy: "prometheus",
      });
    };
    decode(tests.root, testFileShape, {
      unknownField: (field) => findings.push(ofVmalertTool(field) ?? unknown(field)),
      wrongType: (node, written, go) =>
        add(`cannot unmarshal ${goNameOf(node)} into ${go}: write ${wanted(go)} here.`, written),
      badTag: (words, written) => add(words, written),
      badMerge: ({ value }) => add("map merge requires map or sequence of maps as the value", value),
      scalar(scalar, written, shape) {
        if (shape === "duration") {
          const read = parseDuration(scalar.value);
          if (!read.ok) add(`${read.message}: write it like 5m or 1h30m.`, written, durationFix(scalar));
        } else if (shape === "timestamp") {
          if (!isTime(scalar.value))
            add(
              `cannot parse ${quoteGo(scalar.value)} to a valid timestamp: write 2026-01-31T00:00:00Z or seconds.`,
              written,
            );
        } else if (shape === "boolean" && !isBoolean(scalar))
          add(`cannot unmarshal ${goNameOf(scalar)} into bool: write true or false here.`, written);
        else if (shape === "float" && !isFloat(scalar))
          add(`cannot unmarshal ${goNameOf(scalar)} into float64: write a number here.`, written);
      },
    });
    for (const { pair, words } of repeats(tests.root, testFileShape))
      add(`${words}: keep one of the two.`, pair.key);
    return findings;
  },
};

interface Repeat {
  readonly pair: YamlPair;
  /** Those of go-yaml v2. */
  readonly words: string;
}

/** Keys that stand twice in a mapping. */
function* repeats(node: YamlNode | undefined, shape: Shape | undefined): Iterable<Repeat> {
  const target = resolved(node);
  if (target?.kind === "seq" && shape?.kind === "list")
    for (const item of target.items) yield* repeats(item, shape.item);
  if (target?.kind !== "map" || (shape?.kind !== "struct" && shape?.kind !== "strings")) return;
  const seen = new Set<string>();
  for (const pair of target.pairs) {
    const name = keyOf(pair);
    if (name === undefined || name === "<<") continue;
    const known = shape.kind !== "struct" || shape.fields.has(name);
    if (seen.has(name) && known) {
      const words =
        shape.kind === "struct"
          ? `field ${name} already set in type ${shape.go}`
          : `key ${quoteGo(name)} already set in map`;
      yield { pair, words };
    }
    seen.add(name);
    if (shape.kind === "struct") yield* repeats(pair.value, shape.fields.get(name));
  }
}

/** Keys of vmalert-tool, which reads tests of its own much like promtool's: nobody writes them by accident. */
const vmalertTool: ReadonlyMap<string, string> = new Map([
  ["main.testGroup", "metricsql_expr_test"],
  ["main.alertTestCase", "groupname"],
]);

function ofVmalertTool({ pair, name, struct }: UnknownField): RawFinding | undefined {
  if (vmalertTool.get(struct.go) !== name) return undefined;
  return {
    check: testSchema.id,
    severity: "info",
    message: `${name} is a key of vmalert-tool: promtool would say "field ${name} not found in type ${struct.go}".`,
    span: pair.key.span,
    onceInFile: name,
  };
}

function unknown({ pair, name, struct, map }: UnknownField): RawFinding {
  const present = new Set(map.pairs.map(keyOf));
  const meant = nearest(
    name,
    [...struct.fields.keys()].filter((field) => !present.has(field)),
  );
  const { span } = pair.key;
  return {
    check: testSchema.id,
    severity: "error",
    message: `field ${name} not found in type ${struct.go}${meant === undefined ? "" : `: did you mean ${meant}?`}`,
    span,
    refusedBy: "prometheus",
    fixes:
      meant === undefined
        ? undefined
        : [{ title: `Rename to ${meant}`, safe: false, edits: [{ span, newText: meant }] }],
  };
}

function durationFix({ value, span }: YamlScalar): RawFinding["fixes"] {
  const meant = nearestDuration(value);
  if (meant === undefined) return undefined;
  return [{ title: `Write ${meant}`, safe: false, edits: [{ span, newText: meant }] }];
}

/** promtool reads its tests with go-yaml v2, for which the words of YAML 1.1 are true and false wherever they stand. */
function isBoolean({ value, style, type }: YamlScalar): boolean {
  return type === "bool" || (style === "plain" && /^(?:y|yes|on|n|no|off)$/i.test(value));
}

function isFloat({ type, tag }: YamlScalar): boolean {
  return type === "int" || type === "float" || tag === "!!float" || tag === "!!int";
}

/** `parseTime` of promtool: seconds as Go reads a number, or RFC 3339. */
function isTime(text: string): boolean {
  if (/^[+-]?(?:inf(?:inity)?|nan|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/i.test(text)) return true;
  const parts = /^\d{4}-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,]\d+)?(?:Z|[+-](\d\d):(\d\d))$/.exec(text);
  if (parts === null) return false;
  const [, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number);
  const date = new Date(Date.UTC(Number(text.slice(0, 4)), month - 1, day));
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isDay && hour < 24 && minute < 60 && second < 60;
}

function wanted(go: string): string {
  if (go.startsWith("[]")) return "a list";
  return go === "string" || go === "bool" || go === "float64" ? "a single value" : "a mapping";
}

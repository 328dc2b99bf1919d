import { globMatcher } from "../../base/glob.ts";
import { finderOf } from "../../base/re2.ts";
import { parseDuration } from "../../promql/literals.ts";
import { patternOf } from "./pattern.ts";
import type {
  AlertCountDemand,
  Bounds,
  CostDemand,
  Demands,
  GroupDemands,
  KeyDemand,
  Match,
  MatcherDenial,
  NameDemand,
  NamedLabel,
  NamedValue,
  Pattern,
  Policy,
  SelectorDemand,
} from "./types.ts";

/** Plain values that have been held to the schema: what has another type than it says is left out. */
type Bag = Readonly<Record<string, unknown>>;

const isBag = (value: unknown): value is Bag =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const bagOf = (value: unknown): Bag => (isBag(value) ? value : {});
const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
const textOf = (value: unknown): string | undefined =>
  value === undefined || value === null || typeof value === "object" ? undefined : String(value);
const textsOf = (value: unknown): readonly string[] => listOf(value).flatMap((each) => textOf(each) ?? []);
const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] => Object.entries(bagOf(value));
const numberOf = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

function patternIn(value: unknown): Pattern | undefined {
  const source = textOf(value);
  return source === undefined ? undefined : patternOf(source);
}

const patternsOf = (value: unknown): readonly Pattern[] =>
  listOf(value).flatMap((each) => patternIn(each) ?? []);

function secondsOf(value: unknown): number | undefined {
  const text = textOf(value);
  const { value: seconds, error } = parseDuration(text ?? "");
  return text === undefined || error !== undefined ? undefined : seconds;
}

function boundsOf(value: unknown): Bounds | undefined {
  if (!isBag(value)) return undefined;
  return {
    min: secondsOf(value["min"]),
    max: secondsOf(value["max"]),
    required: value["required"] === true,
  };
}

/** Makes a policy of a plain value without problems. */
export function compilePolicy(value: unknown, index: number): Policy {
  const bag = bagOf(value);
  const severity = textOf(bag["severity"]);
  const asks = isBag(bag["require"]) || isBag(bag["forbid"]) || isBag(bag["typos"]);
  return {
    index,
    name: textOf(bag["name"]),
    match: listOf(bag["match"]).map(matchOf),
    severity:
      severity === "error" ||
      severity === "warning" ||
      severity === "info" ||
      severity === "hint" ||
      severity === "off"
        ? severity
        : undefined,
    message: textOf(bag["message"]),
    link: textOf(bag["link"]),
    locked: bag["locked"] === true,
    demands: asks ? demandsOf(bagOf(bag["require"]), bagOf(bag["forbid"]), bagOf(bag["typos"])) : undefined,
    overrides: textsOf(bag["override"]),
    silence: textsOf(bag["silence"]),
  };
}

function matchOf(value: unknown): Match {
  const bag = bagOf(value);
  const globs = textsOf(bag["files"]);
  return {
    files: globs.length === 0 ? undefined : globMatcher(globs),
    kinds: textsOf(bag["kinds"]).filter((kind) => kind === "alert" || kind === "record"),
    groups: patternsOf(bag["groups"]),
    names: patternsOf(bag["names"]),
    labels: entriesOf(bag["labels"]).map(namedValue),
    annotations: entriesOf(bag["annotations"]).map(namedValue),
    for: boundsOf(bag["for"]),
    keepFiringFor: boundsOf(bag["keep_firing_for"]),
    not: listOf(bag["not"]).map(matchOf),
  };
}

function namedValue([name, value]: readonly [string, unknown]): NamedValue {
  return { name: patternOf(name), value: patternIn(value) };
}

function demandsOf(require: Bag, forbid: Bag, typos: Bag): Demands {
  const aggregations = bagOf(require["aggregations"]);
  const { owner } = require;
  return {
    labels: keyDemands(require["labels"]),
    annotations: keyDemands(require["annotations"]),
    anyLabel: listOf(require["anyLabel"]).map(textsOf),
    anyAnnotation: listOf(require["anyAnnotation"]).map(textsOf),
    name: nameDemand(require["name"]),
    uniqueName: require["uniqueName"] === true,
    for: boundsOf(require["for"]),
    keepFiringFor: boundsOf(require["keep_firing_for"]),
    group: groupDemands(require),
    keep: textsOf(aggregations["keep"]),
    strip: textsOf(aggregations["strip"]),
    selectors: listOf(require["selectors"]).map(selectorDemand),
    range: boundsOf(require["range"]),
    maxOffset: secondsOf(bagOf(require["offset"])["max"]),
    maxLookback: secondsOf(bagOf(require["lookback"])["max"]),
    cost: costDemand(require["cost"]),
    maxSelectorSeries: numberOf(bagOf(require["selectorSeries"])["max"]),
    alertCount: alertCountDemand(require["alertCount"]),
    links: patternsOf(require["links"]),
    owner: owner === true ? [] : Array.isArray(owner) ? patternsOf(owner) : undefined,
    forbiddenLabels: listOf(forbid["labels"]).map(denial),
    forbiddenAnnotations: listOf(forbid["annotations"]).map(denial),
    labelsTogether: listOf(forbid["labelsTogether"]).map((each) => listOf(each).map(namedLabel)),
    forbiddenNames: patternsOf(forbid["names"]),
    metrics: patternsOf(forbid["metrics"]),
    functions: patternsOf(forbid["functions"]),
    matchers: listOf(forbid["matchers"]).map(matcherDenial),
    noFor: forbid["for"] === true,
    noKeepFiringFor: forbid["keep_firing_for"] === true,
    plainAnnotations: patternsOf(forbid["templates"]),
    knownLabels: textsOf(typos["labels"]),
    knownAnnotations: textsOf(typos["annotations"]),
  };
}

function costDemand(value: unknown): CostDemand | undefined {
  if (!isBag(value)) return undefined;
  return {
    series: numberOf(value["maxSeries"]),
    totalSamples: numberOf(value["maxTotalSamples"]),
    peakSamples: numberOf(value["maxPeakSamples"]),
    seconds: secondsOf(value["maxDuration"]),
  };
}

function alertCountDemand(value: unknown): AlertCountDemand | undefined {
  const bag = bagOf(value);
  const max = numberOf(bag["max"]);
  return max === undefined ? undefined : { max, range: secondsOf(bag["range"]) };
}

/** A list of names, or a mapping of names to demands. */
function keyDemands(value: unknown): readonly KeyDemand[] {
  if (!isBag(value)) return textsOf(value).flatMap((name) => keyDemand(name, undefined) ?? []);
  return Object.entries(value).flatMap(([name, demand]) => keyDemand(name, demand) ?? []);
}

function keyDemand(source: string, value: unknown): KeyDemand | undefined {
  const name = patternOf(source);
  if (name === undefined) return undefined;
  const bag = isBag(value) ? value : Array.isArray(value) ? { values: value } : { pattern: value };
  const is = bag["is"];
  return {
    name,
    pattern: patternIn(bag["pattern"]),
    values: bag["values"] === undefined ? undefined : textsOf(bag["values"]),
    split: textOf(bag["split"]),
    tokens: bag["token"] === undefined ? undefined : finderOf(String(bag["token"])),
    is: is === "url" || is === "promql" || is === "duration" ? is : undefined,
    template: bag["template"] === true,
    optional: bag["optional"] === true,
    fromExpression: bag["fromExpression"] === true,
  };
}

function nameDemand(value: unknown): NameDemand | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isBag(value))
    return { pattern: patternIn(value), style: undefined, maxLength: undefined, operations: false };
  const style = value["style"];
  return {
    pattern: patternIn(value["pattern"]),
    style: typeof style === "string" ? (style as NameDemand["style"]) : undefined,
    maxLength: numberOf(value["maxLength"]),
    operations: value["operations"] === true,
  };
}

function groupDemands(require: Bag): GroupDemands | undefined {
  const keys = ["groupName", "interval", "query_offset", "limit", "groupRules", "sourceTenants"];
  if (!keys.some((key) => require[key] !== undefined && require[key] !== null)) return undefined;
  const { limit } = require;
  const tenants = bagOf(require["sourceTenants"]);
  return {
    name: nameDemand(require["groupName"]),
    interval: boundsOf(require["interval"]),
    queryOffset: boundsOf(require["query_offset"]),
    limit: isBag(limit) ? { max: numberOf(limit["max"]), required: limit["required"] === true } : undefined,
    maxRules: numberOf(bagOf(require["groupRules"])["max"]),
    allowedTenants: patternsOf(tenants["allowed"]),
    tenants: entriesOf(tenants["forMetrics"]).map(([tenant, metrics]) => ({
      tenant,
      metrics: patternsOf(metrics),
    })),
  };
}

function selectorDemand(value: unknown): SelectorDemand {
  const bag = bagOf(value);
  return {
    metrics: patternsOf(bag["metrics"]),
    except: patternsOf(bag["except"]),
    inside: patternsOf(bag["inside"]),
    labels: keyDemands(bag["labels"]),
    allowLabels: patternsOf(bag["allowLabels"]),
  };
}

function denial(value: unknown): NamedValue {
  return isBag(value)
    ? { name: patternIn(value["name"]), value: patternIn(value["value"]) }
    : { name: patternIn(value), value: undefined };
}

function matcherDenial(value: unknown): MatcherDenial {
  return { ...denial(value), metrics: patternsOf(bagOf(value)["metrics"]) };
}

function namedLabel(value: unknown): NamedLabel {
  return isBag(value)
    ? { name: textOf(value["name"]) ?? "", value: patternIn(value["value"]) }
    : { name: textOf(value) ?? "", value: undefined };
}

import { parseDuration } from "../../promql/literals.ts";
import type { HclBlock, HclBody, HclValue } from "./hcl.ts";

/** A policy as `promscope.yaml` would have it, and the paths of its matches, which pint writes as patterns. */
export interface PolicyData {
  readonly value: Bag;
  readonly match: readonly Paths[];
}

/** The pattern of a match, and those of what it excludes. */
export interface Paths {
  readonly path: string | undefined;
  readonly not: readonly (string | undefined)[];
  /** Another pattern that names must have, besides those of the match. */
  readonly name?: string | undefined;
}

type Bag = Readonly<Record<string, unknown>>;
type Warn = (what: string) => void;

/** What a `rule { … }` asks, each of its checks a policy of its own (`internal/config/rule.go`). */
export function policiesOf({ body }: HclBlock, warn: Warn): readonly PolicyData[] {
  const matches = matchesOf(body, warn);
  if (matches === undefined) return [];
  const locked = body.attributes.get("locked") === true ? { locked: true } : {};
  return body.blocks.flatMap((block) => {
    if (block.type === "match" || block.type === "ignore") return [];
    const asked = demandOf(block, warn);
    if (asked === undefined) return [];
    const { names, kinds, ...demand } = asked;
    const about = matches.map((each) =>
      narrowed(kinds === undefined || "kinds" in each.value ? each : withValue(each, { kinds }), names),
    );
    return [
      dataOf(about, {
        severity: severityOf(block.body) ?? defaults[block.type] ?? "warning",
        ...locked,
        ...demand,
        ...commentOf(block.body),
      }),
    ];
  });
}

/** The checks of pint that a `rule { … }` switches on or off for what it is about. */
export interface PintSwitches {
  readonly enable: readonly string[];
  readonly disable: readonly string[];
  /** A policy with the matches of the rule and nothing else. */
  readonly about: PolicyData;
}

/** What `enable` and `disable` of a `rule { … }` say (`isEnabled` in `internal/config/parsed_rule.go`). */
export function switchesOf({ body }: HclBlock, warn: Warn): PintSwitches | undefined {
  const enable = listAt(body.attributes, "enable");
  const disable = listAt(body.attributes, "disable");
  if (enable.length === 0 && disable.length === 0) return undefined;
  const matches = matchesOf(body, warn);
  return matches === undefined ? undefined : { enable, disable, about: dataOf(matches, {}) };
}

function dataOf(about: readonly Matching[], more: Bag): PolicyData {
  const isAny = about.every(({ value, paths }) => Object.keys(value).length === 0 && isAnyPath(paths));
  const match = about.map(({ value }) => orAny(value));
  return {
    value: { ...(isAny ? {} : { match }), ...more },
    match: isAny ? [] : about.map(({ paths }) => paths),
  };
}

const withValue = ({ value, paths }: Matching, more: Bag): Matching => ({
  value: { ...value, ...more },
  paths,
});

/** With the names that a check looks at besides those of its rule: a rule must have both. */
function narrowed(matching: Matching, names: string | undefined): Matching {
  if (names === undefined || names === ".+" || names === ".*") return matching;
  const { value, paths } = matching;
  const own = value["names"];
  const both = typeof own === "string" ? { ...paths, name: own } : paths;
  return { value: { ...value, names }, paths: both };
}

const isAnyPath = ({ path, not }: Paths): boolean => path === undefined && not.length === 0;

/** What is said of checks that name no severity. */
const defaults: Readonly<Record<string, string>> = {
  for: "error",
  keep_firing_for: "error",
  link: "error",
  reject: "error",
  cost: "error",
  name: "info",
  alerts: "info",
};

const severities: Readonly<Record<string, string>> = {
  fatal: "error",
  bug: "error",
  warning: "warning",
  info: "info",
};

function severityOf({ attributes }: HclBody): string | undefined {
  return severities[textAt(attributes, "severity") ?? ""];
}

function commentOf({ attributes }: HclBody): Bag {
  const comment = textAt(attributes, "comment");
  return comment === undefined || comment === "" ? {} : { message: comment };
}

/** The demand of a block of a rule, and of which names it is. */
function demandOf(
  block: HclBlock,
  warn: Warn,
): (Bag & { readonly names?: string; readonly kinds?: string }) | undefined {
  const { type, labels, body } = block;
  const { attributes } = body;
  const [label = ""] = labels;
  const texts = (name: string): readonly string[] => listAt(attributes, name);
  switch (type) {
    case "aggregate": {
      const [keep, strip] = [texts("keep"), texts("strip")];
      const aggregations = { ...(keep.length > 0 ? { keep } : {}), ...(strip.length > 0 ? { strip } : {}) };
      return { names: label, require: { aggregations } };
    }
    case "annotation":
    case "label": {
      const token = textAt(attributes, "token");
      if (isTemplated(label, token)) {
        warn(`${type} "${label}" is left out: keys and tokens with templates are not read.`);
        return undefined;
      }
      const [value, values] = [textAt(attributes, "value"), texts("values")];
      const demand = {
        ...(value === undefined ? {} : { pattern: value }),
        ...(values.length > 0 ? { values } : {}),
        ...(token === undefined ? {} : { token }),
        ...(attributes.get("required") === true ? {} : { optional: true }),
      };
      const map = { [label]: Object.keys(demand).length === 0 ? ".*" : demand };
      return type === "label"
        ? { require: { labels: map } }
        : { kinds: "alert", require: { annotations: map } };
    }
    case "for":
    case "keep_firing_for":
      return { kinds: "alert", require: { [type]: boundsOf(attributes) } };
    case "link":
      if (attributes.has("uri")) {
        warn(`link "${label}" is left out: the uri that it asks instead is not read.`);
        return undefined;
      }
      if (attributes.has("headers"))
        warn(`headers of link "${label}" are not read: pages that ask for them are told.`);
      return { kinds: "alert", require: { links: label } };
    case "range_query":
      return { require: { range: boundsOf(attributes) } };
    case "cost": {
      const cost = pairsOf(attributes, costs);
      // Without a limit pint only tells what a query costs, as `promscope check --run` does.
      return Object.keys(cost).length === 0 ? undefined : { require: { cost } };
    }
    case "alerts": {
      const least = attributes.get("minCount");
      const range = textAt(attributes, "range");
      // Without a number pint only tells how many there were, as `promscope check --count-alerts` does.
      if (typeof least !== "number" || least < 1) return undefined;
      const alertCount = { max: least - 1, ...(range === undefined || range === "" ? {} : { range }) };
      return { kinds: "alert", require: { alertCount } };
    }
    case "name":
      return { require: { name: label } };
    case "report":
      return { forbid: { names: ".*" } };
    case "reject": {
      const parts = (kind: "label" | "annotation"): readonly unknown[] => [
        ...(attributes.get(`${kind}_keys`) === true && !isTemplated(label) ? [label] : []),
        ...(attributes.get(`${kind}_values`) === true ? [{ value: label }] : []),
      ];
      const [ofLabels, ofAnnotations] = [parts("label"), parts("annotation")];
      if (isTemplated(label) && ["label_keys", "annotation_keys"].some((key) => attributes.get(key) === true))
        warn(`reject "${label}" is not held against keys: patterns with templates are read for values.`);
      if (ofLabels.length === 0 && ofAnnotations.length === 0) return undefined;
      return {
        forbid: {
          ...(ofLabels.length > 0 ? { labels: ofLabels } : {}),
          ...(ofAnnotations.length > 0 ? { annotations: ofAnnotations } : {}),
        },
      };
    }
    case "selector":
      return { require: { selectors: selectorOf(block) } };
    case "call":
      return {
        require: {
          selectors: body.blocks
            .filter((inner) => inner.type === "selector")
            .map((inner) => ({ inside: label, ...selectorOf(inner) })),
        },
      };
  }
  warn(`${type} in a rule is not read.`);
  return undefined;
}

function selectorOf({ labels: [metric = ""], body }: HclBlock): Bag {
  const labels = body.attributes.get("requiredLabels");
  return {
    ...(metric === ".+" || metric === ".*" ? {} : { metrics: metric }),
    labels: Array.isArray(labels) ? labels : [],
  };
}

function boundsOf(attributes: HclBody["attributes"]): Bag {
  const bounds: Record<string, unknown> = {};
  for (const name of ["min", "max"]) {
    const value = textAt(attributes, name);
    if (value !== undefined && value !== "") bounds[name] = value;
  }
  return bounds;
}

/** Whether a pattern takes something from the rule: `{{ $alert }}`. */
function isTemplated(...patterns: readonly (string | undefined)[]): boolean {
  return patterns.some((pattern) => pattern?.includes("{{") === true);
}

interface Matching {
  readonly value: Bag;
  readonly paths: Paths;
}

/** What a rule is about; nothing where `pint lint` would never ask it of anything. */
function matchesOf(body: HclBody, warn: Warn): readonly Matching[] | undefined {
  const blocks = (type: string): readonly HclBlock[] => body.blocks.filter((block) => block.type === type);
  const ignored = blocks("ignore").flatMap((block) => matchOf(block.body, warn) ?? []);
  if (ignored.some(({ value, paths }) => Object.keys(value).length === 0 && paths.path === undefined))
    return undefined;
  const asked = blocks("match");
  const matches = asked.length === 0 ? [anything] : asked.flatMap((block) => matchOf(block.body, warn) ?? []);
  if (matches.length === 0) return undefined;
  if (ignored.length === 0) return matches;
  return matches.map(({ value, paths }) => ({
    value: { ...value, not: [...notsOf(value), ...ignored.map((each) => orAny(each.value))] },
    paths: {
      path: paths.path,
      not: [...notsOf(value).map(() => undefined), ...ignored.map((each) => each.paths.path)],
    },
  }));
}

const anything: Matching = { value: {}, paths: { path: undefined, not: [] } };

/** A match of a policy says something. */
const orAny = (value: Bag): Bag => (Object.keys(value).length === 0 ? { names: ".*" } : value);

function notsOf(value: Bag): readonly unknown[] {
  const { not } = value;
  return Array.isArray(not) ? not : [];
}

/** One `match` or `ignore`; nothing where it never holds for `pint lint`, which looks at all rules. */
function matchOf({ attributes, blocks }: HclBody, warn: Warn): Matching | undefined {
  const command = textAt(attributes, "command");
  const state = attributes.get("state");
  if (command !== undefined && command !== "lint") return undefined;
  if (Array.isArray(state) && !state.includes("any") && !state.includes("unmodified")) return undefined;
  const kind = textAt(attributes, "kind");
  const name = textAt(attributes, "name");
  const pairs = (type: string): Bag | undefined => {
    const found = blocks.filter((block) => block.type === type);
    return found.length === 0
      ? undefined
      : Object.fromEntries(
          found.map(({ labels: [key = ""], body }) => [key, textAt(body.attributes, "value") ?? ".*"]),
        );
  };
  const value: Record<string, unknown> = {};
  if (kind !== undefined) value["kinds"] = kind === "recording" ? "record" : "alert";
  if (name !== undefined) value["names"] = name;
  for (const [type, key] of [
    ["label", "labels"],
    ["annotation", "annotations"],
  ] as const) {
    const found = pairs(type);
    if (found !== undefined) value[key] = found;
  }
  const nots: Bag[] = [];
  for (const field of ["for", "keep_firing_for"] as const) {
    const condition = textAt(attributes, field);
    if (condition === undefined) continue;
    const bounds = comparison(condition);
    if (bounds === undefined) warn(`${field} = "${condition}" is not understood.`);
    else if ("not" in bounds) nots.push({ [field]: bounds.not }, { [field]: { max: "0s" } });
    else value[field] = bounds;
  }
  if (nots.length > 0) value["not"] = nots;
  return { value, paths: { path: textAt(attributes, "path"), not: nots.map(() => undefined) } };
}

/** `>= 5m` as bounds; a rule without the field never holds. */
function comparison(condition: string): Bag | { readonly not: Bag } | undefined {
  const [, operator = "", duration = ""] = /^\s*(=|!=|>=|>|<=|<)\s*(\w+)\s*$/.exec(condition) ?? [];
  const least = "1ms";
  const milliseconds = Math.round(parseDuration(duration).value * 1000);
  switch (operator) {
    case "=":
      return { min: duration, max: duration };
    case "!=":
      return { not: { min: duration, max: duration } };
    case ">=":
      return { min: duration };
    case ">":
      return { min: `${milliseconds + 1}ms` };
    case "<=":
      return { min: least, max: duration };
    case "<":
      return { min: least, max: `${Math.max(milliseconds - 1, 0)}ms` };
    default:
      return undefined;
  }
}

/** What `cost { … }` calls its limits, and a policy. */
const costs: readonly (readonly [pint: string, ours: string])[] = [
  ["maxSeries", "maxSeries"],
  ["maxTotalSamples", "maxTotalSamples"],
  ["maxPeakSamples", "maxPeakSamples"],
  ["maxEvaluationDuration", "maxDuration"],
];

/** Attributes by other names; zero and the empty text ask for nothing. */
function pairsOf(
  attributes: HclBody["attributes"],
  names: readonly (readonly [pint: string, ours: string])[],
): Bag {
  return Object.fromEntries(
    names.flatMap(([pint, ours]) => {
      const value = attributes.get(pint);
      return value === undefined || value === 0 || value === "" ? [] : [[ours, value]];
    }),
  );
}

function listAt(attributes: HclBody["attributes"], name: string): readonly string[] {
  const value = attributes.get(name);
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

function textAt(attributes: HclBody["attributes"], name: string): string | undefined {
  const value: HclValue | undefined = attributes.get(name);
  return typeof value === "string" ? value : undefined;
}

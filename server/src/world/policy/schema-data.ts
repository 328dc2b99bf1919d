import type { ConfigSchema } from "../config/schema.ts";

/** YAML reads `1` and `true` as no texts, and in values of labels everybody writes them bare. */
const textTypes = ["string", "number", "boolean"] as const;

const text = (description: string, more: Partial<ConfigSchema> = {}): ConfigSchema => ({
  type: textTypes,
  description,
  ...more,
});
const pattern = (description: string): ConfigSchema => text(description, { form: "re2" });
const flag = (description: string): ConfigSchema => ({ type: "boolean", description });
const object = (
  description: string,
  properties: Readonly<Record<string, ConfigSchema>>,
  more: Partial<ConfigSchema> = {},
): ConfigSchema => ({
  type: "object",
  description,
  properties,
  additionalProperties: false,
  minProperties: 1,
  ...more,
});
const list = (description: string, items: ConfigSchema, minItems = 1): ConfigSchema => ({
  type: "array",
  description,
  items,
  minItems,
});
/** A list, or its only item. */
const some = (description: string, item: ConfigSchema): ConfigSchema => ({
  description,
  anyOf: [item, list(description, item)],
});
const patterns = (description: string): ConfigSchema => some(description, pattern("RE2, anchored."));
const duration = (description: string): ConfigSchema => ({
  type: ["string", "number"],
  description,
  form: "duration",
});
const count = (description: string): ConfigSchema => ({ type: "integer", minimum: 1, description });
const map = (description: string, names: string, values: ConfigSchema): ConfigSchema => ({
  type: "object",
  description,
  propertyNames: { description: names, form: "re2" },
  additionalProperties: values,
  minProperties: 1,
});

const bounds = (description: string, required: string | undefined): ConfigSchema =>
  object(description, {
    min: duration("The shortest that is allowed, as 30s or 5m."),
    max: duration("The longest that is allowed, as 1h or 1d."),
    ...(required === undefined ? {} : { required: flag(required) }),
  });

const matchFields: Readonly<Record<string, ConfigSchema>> = {
  files: some(
    "Globs of files, relative to the folder of promscope.yaml.",
    text("A glob such as rules/priority-1/**.", { form: "glob" }),
  ),
  kinds: some("Kinds of rules.", { type: "string", enum: ["alert", "record"] }),
  groups: patterns("Names of groups: RE2, anchored."),
  names: patterns("Names of alerts or recorded metrics: RE2, anchored."),
  labels: map(
    "Labels that the rule has, each with a value that matches.",
    "The name of the label: RE2, anchored.",
    pattern("The value: RE2, anchored."),
  ),
  annotations: map(
    "Annotations that the rule has, each with a value that matches.",
    "The name of the annotation: RE2, anchored.",
    pattern("The value: RE2, anchored."),
  ),
  for: bounds("How long `for` is; a rule without it counts as 0s.", undefined),
  keep_firing_for: bounds("How long `keep_firing_for` is; a rule without it counts as 0s.", undefined),
};

const negated = some("Rules that match any of these are left out.", object("What is left out.", matchFields));
const match = some(
  "Which rules it is about: those that match all keys. Of a list of these one has to match. Without it: all rules.",
  object("Which rules it is about.", { ...matchFields, not: negated }),
);

const valueSchema = (what: string): ConfigSchema => ({
  description: `What the ${what} must say: a regular expression (RE2, anchored), a list of values, or a mapping with more.`,
  anyOf: [
    pattern(`RE2, anchored; ".+" for any value that is not empty.`),
    list("The values that are allowed.", text("A value.")),
    object(
      "What the value must be.",
      {
        pattern: pattern("The value: RE2, anchored."),
        values: list("The values that are allowed.", text("A value.")),
        split: text("The value is a list with this between its items, each of which is judged.", {
          minLength: 1,
        }),
        token: pattern(
          "RE2, not anchored: each part of the value that it takes is judged, as of `a, b` by [a-z]+.",
        ),
        is: {
          type: "string",
          enum: ["url", "promql", "duration"],
          description: "What the value is: an http(s) address, an expression that parses, a duration.",
        },
        template: flag("It must have {{ }} in it, so that it says which thing the alert is about."),
        optional: flag(`The ${what} may be absent; where it is there it is judged.`),
        ...(what === "label"
          ? { fromExpression: flag("It is enough that the results of the expression carry the label.") }
          : {}),
      },
      { minProperties: 0 },
    ),
  ],
});

const required = (what: string, plural: string): ConfigSchema => ({
  description: `${plural} that must be there: a list of names, or a mapping of names to what they must say.`,
  anyOf: [
    list(`Names of ${what}s that must be there.`, text("A name.", { minLength: 1 })),
    map(`${plural} with what they must say.`, `The name of the ${what}: RE2, anchored.`, valueSchema(what)),
  ],
});

const anyOf = (what: string): ConfigSchema =>
  list(
    `Lists of ${what}s, of each of which at least one must be there.`,
    list("At least one of these.", text("A name.", { minLength: 1 }), 2),
  );

const name = (description: string, more: Readonly<Record<string, ConfigSchema>> = {}): ConfigSchema => ({
  description,
  anyOf: [
    pattern("RE2, anchored."),
    object("What the name must be.", {
      pattern: pattern("RE2, anchored."),
      style: {
        type: "string",
        enum: [
          "PascalCase",
          "camelCase",
          "snake_case",
          "kebab-case",
          "level:metric",
          "level:metric:operations",
        ],
        description: "How the name is spelt.",
      },
      maxLength: { type: "integer", minimum: 1, description: "How many characters it may have." },
      ...more,
    }),
  ],
});

const labelNames = (description: string): ConfigSchema =>
  list(description, text("A label.", { minLength: 1 }));

const selector = object(
  "Selectors of some metrics, and what their matchers must be.",
  {
    metrics: patterns("The metrics it is about: RE2, anchored. Without it: all."),
    except: patterns("Metrics that are left out: RE2, anchored."),
    inside: patterns("Only selectors inside of calls of these functions: RE2, anchored."),
    labels: {
      description:
        "Labels that the selector must match on: a list, or a mapping to what the matched values must say.",
      anyOf: [
        labelNames("Labels that the selector must match on."),
        map("Labels with what the matched values must say.", "The label: RE2, anchored.", {
          anyOf: [
            pattern("The matched value: RE2, anchored."),
            list("The values that are allowed.", text("A value.")),
            object(
              "What the matched value must be.",
              {
                pattern: pattern("The value: RE2, anchored."),
                values: list("The values that are allowed.", text("A value.")),
                optional: flag("The matcher may be absent; where it is there it is judged."),
              },
              { minProperties: 0 },
            ),
          ],
        }),
      ],
    },
    allowLabels: patterns("The only labels that may be matched on: RE2, anchored."),
  },
  { minProperties: 1 },
);

const require = object("What the rules must have.", {
  labels: required("label", "Labels"),
  annotations: required("annotation", "Annotations"),
  anyLabel: anyOf("label"),
  anyAnnotation: anyOf("annotation"),
  name: name("What the name of the alert or of the recorded metric must be.", {
    operations: flag(
      "The operations at the end of a recorded name, as sum_rate5m, must be what the expression does.",
    ),
  }),
  uniqueName: flag("No two alerts may have the same name."),
  groupName: name("What the name of the group must be."),
  for: bounds("Bounds of `for` of alerts; with `min` it must be there.", "It must be written."),
  keep_firing_for: bounds(
    "Bounds of `keep_firing_for` of alerts; with `min` it must be there.",
    "It must be written.",
  ),
  interval: bounds("Bounds of the `interval` of groups that have one.", "It must be written."),
  query_offset: bounds("Bounds of the `query_offset` of groups that have one.", "It must be written."),
  limit: object("Bounds of the `limit` of groups.", {
    max: { type: "integer", minimum: 1, description: "The greatest that is allowed; 0, no limit, is not." },
    required: flag("It must be written."),
  }),
  groupRules: object("How many rules a group may have.", {
    max: { type: "integer", minimum: 1, description: "The most that are allowed." },
  }),
  sourceTenants: object("Mimir's `source_tenants` of groups.", {
    allowed: patterns("The tenants that are allowed: RE2, anchored."),
    forMetrics: {
      type: "object",
      description: "Tenants with the metrics for which the group must name them: RE2, anchored.",
      additionalProperties: patterns("Metrics: RE2, anchored."),
      minProperties: 1,
    },
  }),
  aggregations: object("Labels that aggregations must keep or remove.", {
    keep: labelNames("Labels that no aggregation may remove from the result."),
    strip: labelNames("Labels that aggregations must remove from the result."),
  }),
  selectors: some("What the matchers of selectors must be.", selector),
  range: bounds("Bounds of ranges and subqueries: [5m].", undefined),
  offset: object("Bounds of offsets.", { max: duration("The longest offset, forward or back.") }),
  lookback: object("How far back an expression reads in all: its ranges, subqueries and offsets.", {
    max: duration("The oldest data that it may read."),
  }),
  cost: object("What running the expression may cost, told by promscope check --run.", {
    maxSeries: count("The most series that it may give."),
    maxTotalSamples: count("The most samples that the server may read for it."),
    maxPeakSamples: count("The most samples that the server may keep at one time."),
    maxDuration: duration("The longest that the server may take."),
  }),
  selectorSeries: object("How many series a selector may have, told by promscope check --run.", {
    max: count("The most that are allowed."),
  }),
  alertCount: object(
    "How many alerts a rule may have fired of late, told by promscope check --count-alerts.",
    {
      max: { type: "integer", minimum: 0, description: "The most that are allowed." },
      range: duration("How far back is looked; default: 1d."),
    },
    { required: ["max"] },
  ),
  links: patterns(
    "Addresses in annotations that must answer with 200, told by promscope check --links: RE2, anchored.",
  ),
  owner: {
    description:
      "A comment must name who owns the rule: # promscope owner NAME, or pint's rule/owner and file/owner.",
    anyOf: [
      flag("Any name will do."),
      list("The names that are allowed: RE2, anchored.", pattern("A name: RE2, anchored.")),
    ],
  },
});

const pairs = (what: string): ConfigSchema => ({
  description: `${what}s that are not allowed: names, or mappings that narrow it to values.`,
  anyOf: [
    pattern(`The name of the ${what}: RE2, anchored.`),
    list(`${what}s that are not allowed.`, {
      anyOf: [
        pattern(`The name of the ${what}: RE2, anchored.`),
        object(`A ${what} that is not allowed.`, {
          name: pattern("The name: RE2, anchored. Without it: any."),
          value: pattern("The value: RE2, anchored. Without it: any."),
        }),
      ],
    }),
  ],
});

const matcherDenied: ConfigSchema = {
  description:
    "Labels that expressions must not name: in matchers, by, without, on, ignoring and group_left.",
  anyOf: [
    pattern("The label: RE2, anchored."),
    list("Labels that expressions must not name.", {
      anyOf: [
        pattern("The label: RE2, anchored."),
        object("A matcher that is not allowed.", {
          name: pattern("The label: RE2, anchored. Without it: any."),
          value: pattern("The matched value: RE2, anchored. Without it: any."),
          metrics: patterns("Only in selectors of these metrics: RE2, anchored."),
        }),
      ],
    }),
  ],
};

const forbid = object("What the rules must not have.", {
  labels: pairs("label"),
  annotations: pairs("annotation"),
  labelsTogether: list(
    "Lists of labels of which a rule may have only one; a mapping names the value, too.",
    list(
      "At most one of these.",
      {
        anyOf: [
          text("A label.", { minLength: 1 }),
          object("A label with a value.", {
            name: text("The label.", { minLength: 1 }),
            value: pattern("The value: RE2, anchored."),
          }),
        ],
      },
      2,
    ),
  ),
  names: patterns("Names that alerts and recorded metrics must not have: RE2, anchored."),
  metrics: patterns("Metrics that expressions must not read: RE2, anchored."),
  functions: patterns(
    "Functions and aggregations that expressions must not call, such as irate: RE2, anchored.",
  ),
  matchers: matcherDenied,
  for: flag("Alerts must not have `for`."),
  keep_firing_for: flag("Alerts must not have `keep_firing_for`."),
  templates: patterns("Annotations that must be plain texts, without {{ }}: RE2, anchored."),
});

const typos = object("Names that are often misspelt: a name that is nearly one of these is told.", {
  labels: labelNames("Labels of rules and of matchers."),
  annotations: list("Annotations of alerts.", text("An annotation.", { minLength: 1 })),
});

/** One policy: which rules it is about, and what it wants of them. */
const policy: ConfigSchema = {
  type: "object",
  description: "What the rules of this repository must have, and which rules.",
  additionalProperties: false,
  properties: {
    name: text("What people call it; findings name it, and later policies can override it.", {
      minLength: 1,
      maxLength: 60,
    }),
    match,
    severity: {
      type: "string",
      enum: ["error", "warning", "info", "hint", "off"],
      description: "How severe its findings are; default: warning. off switches it off.",
    },
    require,
    forbid,
    typos,
    message: text("A sentence that its findings end with.", { minLength: 1, maxLength: 200 }),
    link: text("Where your people read more: an address that begins with https://.", { form: "https" }),
    locked: flag("Comments in the rules do not silence what it says."),
    silence: some(
      "Checks that say nothing of the rules that match.",
      text("The id of a check.", { form: "check" }),
    ),
    override: some(
      "Names of policies above: for the rules that match, severity, message and link of this one count instead.",
      text("The name of a policy above.", { minLength: 1 }),
    ),
  },
};

/** The section `policy` of a `promscope.yaml`. */
export const policySchema: ConfigSchema = {
  type: "array",
  description: "What the rules of this repository must have. All policies that match a rule count.",
  items: policy,
};

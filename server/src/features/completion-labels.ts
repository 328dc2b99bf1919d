import type { Labels } from "../base/labels.ts";
import { quoteMeta } from "../base/re2.ts";
import type { CallPosition, Expectation } from "../promql/context.ts";
import { escapedFor, isPlainLabelName, type Quote, unquoted } from "../promql/quote.ts";
import { metricOf, selectorText } from "../promql/selector-text.ts";
import type { MatcherSketch, SelectorSketch } from "../promql/sketch.ts";
import type { EmbeddedCursor } from "./embedded.ts";
import type { LiveNames, NameSource } from "./live-names.ts";
import { argumentType, escapedName, type PromqlRequest, placesOf } from "./promql-request.ts";
import type { Suggestion, Template } from "./suggestions.ts";

/** More selectors than this are not asked for the labels of one list. */
const maxSelectors = 4;

function typedBefore(cursor: EmbeddedCursor, span: { readonly start: number }): string {
  return cursor.text.slice(span.start, cursor.offset).replace(/^["'`]/, "");
}

/** Names of labels that the selector's series have and that its other matchers do not name yet. */
export async function labelNameItems(
  { cursor, names, vocabulary }: PromqlRequest,
  expectation: Extract<Expectation, { kind: "label-name" }>,
): Promise<readonly Suggestion[]> {
  const { span, selector, matcher, quote, closed } = expectation;
  const typed = typedBefore(cursor, span);
  const search = typed === "" ? undefined : typed;
  const [{ live, wider }, external] = await Promise.all([
    narrowest(selector, matcher, (scope) => names.labelNames({ search, selector: scope })),
    names.externalLabels(),
  ]);
  const outer = new Set(external.flatMap((set) => Object.keys(set)));
  // A label can stand in several matchers, but hardly beside an equality.
  const used = new Set(
    selector.matchers
      .filter((other) => other !== matcher && (other.operator === undefined || other.operator.text === "="))
      .map(({ name }) => name),
  );
  if (selector.name !== undefined) used.add("__name__");
  const asked = names.size;
  return [...new Set([...withUsed(live, vocabulary.labels), ...outer])]
    .filter((name) => !used.has(name))
    .flatMap((name): Suggestion[] => {
      const plain = isPlainLabelName(name);
      const written = quote === undefined && plain ? name : escapedName(name, quote, closed);
      if (written === undefined) return [];
      const opens = matcher?.operator === undefined && quote === undefined;
      const insert: Template = opens ? [`${written}="`, 1, '"'] : [written];
      return [
        {
          label: name,
          kind: "label",
          insert,
          span,
          group: outer.has(name) ? 0 : name.startsWith("__") ? 2 : 1,
          match: quote === undefined && !plain ? written : name,
          detail: outer.has(name)
            ? "external label"
            : live.names.has(name)
              ? (wider ?? placesOf(name, live, asked))
              : "used in this file",
          retrigger: opens ? "suggest" : undefined,
        },
      ];
    });
}

/**
 * Asks for what fits all other matchers; where nothing does, for what the metric has, and then for what there
 * is at all: the matchers may be about to change. `wider` says so of each item.
 */
async function narrowest(
  selector: SelectorSketch,
  matcher: MatcherSketch | undefined,
  ask: (scope: string | undefined) => Promise<LiveNames>,
): Promise<{ readonly live: LiveNames; readonly wider: string | undefined }> {
  const metric = metricOf(selector);
  const scopes = new Set([
    selectorText(selector, matcher),
    metric === undefined ? undefined : selectorText({ ...selector, name: metric, matchers: [] }),
    undefined,
  ]);
  const [narrow, ...others] = scopes;
  const live = await ask(narrow);
  if (live.names.size > 0 || live.answered === 0) return { live, wider: undefined };
  for (const scope of others) {
    const more = await ask(scope);
    if (more.names.size > 0) {
      return { live: more, wider: scope === undefined ? "of other metrics" : "not with the other matchers" };
    }
  }
  return { live, wider: undefined };
}

/** The backend's names, and the file's own where the backend's are not the whole truth. */
function withUsed(live: LiveNames, used: ReadonlySet<string>): readonly string[] {
  return [...new Set([...live.names.keys(), ...(live.complete ? [] : used)])];
}

/** Values that the label has in series with the other matchers. */
export async function labelValueItems(
  { cursor, names, vocabulary }: PromqlRequest,
  expectation: Extract<Expectation, { kind: "label-value" }>,
): Promise<readonly Suggestion[]> {
  const { span, label, selector, matcher, quote, closed, regex, typed } = expectation;
  const search = regex ? typed.replace(/\\(.)/g, "$1") : typed;
  const [{ live, wider }, external] = await Promise.all([
    narrowest(selector, matcher, (scope) => {
      const query = { search: search === "" ? undefined : search, selector: scope };
      return label === "__name__" ? names.metricNames(query) : names.labelValues(label, query);
    }),
    names.externalLabels(),
  ]);
  // Where the index has not answered, the stores tell what an external label may be.
  const outer =
    live.answered > 0
      ? []
      : external.filter((set) => admits(selector, matcher, set)).flatMap((set) => set[label] ?? []);
  const metric = metricOf(selector);
  const alerts =
    label === "alertname" && (metric === "ALERTS" || metric === "ALERTS_FOR_STATE") ? vocabulary.alerts : [];
  const asked = names.size;
  return [...new Set([...live.names.keys(), ...alerts, ...outer])].flatMap((value): Suggestion[] => {
    const text = valueText(regex ? quoteMeta(value) : value, quote, closed, cursor);
    if (text === undefined) return [];
    const data =
      label === "__name__" && live.names.has(value)
        ? ({ kind: "metric", name: value, environment: live.names.get(value)?.[0] ?? "" } as const)
        : undefined;
    return [
      {
        label: value,
        kind: "value",
        insert: [text],
        span,
        group: 0,
        match: value,
        detail: live.names.has(value)
          ? (wider ?? placesOf(value, live, asked))
          : outer.includes(value)
            ? "external label"
            : "alert in this file",
        data,
      },
    ];
  });
}

/** Whether series with these external labels could match the other equalities that are typed. */
function admits(selector: SelectorSketch, under: MatcherSketch, external: Labels): boolean {
  return selector.matchers.every((matcher) => {
    if (matcher === under || matcher.operator?.text !== "=") return true;
    const own = Object.hasOwn(external, matcher.name) ? external[matcher.name] : undefined;
    return own === undefined || matcher.value?.closed !== true || unquoted(matcher.value.text) === own;
  });
}

function valueText(
  value: string,
  quote: Quote | undefined,
  closed: boolean,
  cursor: EmbeddedCursor,
): string | undefined {
  const escaped = escapedFor(value, quote ?? '"');
  if (escaped === undefined) return undefined;
  // In a plain scalar `: ` and ` #` would end the text; PromQL can write them in another way, but not in backticks.
  const safe =
    cursor.style === "plain" && quote !== "`"
      ? escaped.replace(/:(?=\s)/g, "\\x3a").replace(/\s(?=#)/g, "\\x20")
      : escaped;
  if (quote === undefined) return `"${safe}"`;
  return safe + (closed ? "" : quote);
}

/** Names for `by`, `on`, `group_left` and the like, of the series in scope. */
export async function groupingItems(
  { cursor, names, vocabulary }: PromqlRequest,
  expectation: Extract<Expectation, { kind: "grouping-label" }>,
): Promise<readonly Suggestion[]> {
  const { span, sides, used, quote, closed } = expectation;
  const typed = typedBefore(cursor, span);
  const [found, external] = await Promise.all([
    Promise.all(sides.map((side) => labelsOf(side, typed, names))),
    names.externalLabels(),
  ]);
  const known = found.filter((side) => side.names.size > 0);
  const [first] =
    known.length > 0 ? known : [await names.labelNames({ search: typed === "" ? undefined : typed })];
  const common = [...(first?.names.keys() ?? [])].filter((name) =>
    known.every((side) => side.names.has(name)),
  );
  // Labels that only one side has can still be meant (`ignoring`, or a label that a rule adds).
  const others = known.flatMap((side) => [...side.names.keys()]).filter((name) => !common.includes(name));
  const complete = first?.complete === true && known.length === sides.length;
  const item = (name: string, group: number, detail?: string): Suggestion[] => {
    if (used.includes(name) || (name === "__name__" && group < 3)) return [];
    const plain = isPlainLabelName(name);
    const text = quote === undefined && plain ? name : escapedName(name, quote, closed);
    if (text === undefined) return [];
    return [
      {
        label: name,
        kind: "label",
        insert: [text],
        span,
        group,
        detail,
        match: quote === undefined ? text : name,
      },
    ];
  };
  return [
    ...common.flatMap((name) => item(name, 0)),
    ...external
      .flatMap((set) => Object.keys(set))
      .filter((name) => !common.includes(name))
      .flatMap((name) => item(name, 1, "external label")),
    ...(expectation.keyword === "on" ? [] : others.flatMap((name) => item(name, 1, "on one side only"))),
    ...(complete ? [] : [...vocabulary.labels].flatMap((name) => item(name, 2, "used in this file"))),
    ...("__name__".startsWith(typed) ? item("__name__", 3, "the name of the metric") : []),
  ];
}

async function labelsOf(
  selectors: readonly SelectorSketch[],
  typed: string,
  source: NameSource,
): Promise<LiveNames> {
  const texts = new Set(selectors.flatMap((selector) => selectorText(selector) ?? []));
  const search = typed === "" ? undefined : typed;
  const lists = await Promise.all(
    [...texts].slice(0, maxSelectors).map((selector) => source.labelNames({ search, selector })),
  );
  const names = new Map(lists.flatMap((list) => [...list.names]));
  return {
    names,
    complete: texts.size <= maxSelectors && lists.every(({ complete }) => complete),
    answered: Math.max(0, ...lists.map(({ answered }) => answered)),
  };
}

/** What a string argument of a function is. */
function stringMeaning({ name, argument }: CallPosition): "label" | "replacement" | "regex" | undefined {
  if (name === "label_replace") {
    return argument === 1 || argument === 3 ? "label" : argument === 2 ? "replacement" : "regex";
  }
  if (name === "label_join") return argument === 2 ? undefined : "label";
  return ["count_values", "sort_by_label", "sort_by_label_desc", "histogram_quantiles"].includes(name)
    ? "label"
    : undefined;
}

/** Labels for `label_replace`, `label_join`, `sort_by_label`, `count_values`. */
export async function stringArgumentItems(
  { cursor, names, vocabulary }: PromqlRequest,
  expectation: Extract<Expectation, { kind: "string-argument" }>,
): Promise<readonly Suggestion[]> {
  const { span, call, selectors, quote, closed } = expectation;
  if (call === undefined || argumentType(call) !== "string") return [];
  const meaning = stringMeaning(call);
  const fixed = meaning === "replacement" ? ["$1"] : meaning === "regex" ? ["(.*)"] : [];
  const item = (value: string): Suggestion[] => {
    const text = escapedName(value, quote, closed);
    const kind = meaning === "label" ? "label" : "value";
    return text === undefined ? [] : [{ label: value, kind, insert: [text], span, group: 0, match: value }];
  };
  if (meaning !== "label") return fixed.flatMap(item);
  const live = await labelsOf(selectors, typedBefore(cursor, span), names);
  return withUsed(live, vocabulary.labels)
    .filter((name) => name !== "__name__")
    .flatMap(item);
}

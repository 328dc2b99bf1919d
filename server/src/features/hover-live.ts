import type { CancellationToken } from "../base/cancellation.ts";
import type { Known } from "../base/known.ts";
import type { LabelMatcher } from "../promql/ast.ts";
import { quoted } from "../promql/quote.ts";
import type { MetricHolder, MetricMetadata, Metrics, NameList } from "../world/ports.ts";
import { matcherAccepts } from "../world/relevance.ts";
import type { Snapshot } from "../world/snapshot.ts";
import type { Budget } from "./budget.ts";
import { metadataDoc } from "./completion-resolve.ts";
import { ago } from "./hover-age.ts";
import { lastRunOfMetric } from "./hover-run.ts";
import {
  block,
  bullets,
  code,
  fileLink,
  joined,
  type MarkupText,
  markup,
  paragraphs,
  plain,
} from "./markdown.ts";
import { type RecordedRule, recordedElsewhere, ruleRecording } from "./recorded-rules.ts";

/** What the makers of hovers need beside the word. */
export interface HoverRequest {
  readonly snapshot: Snapshot;
  readonly token: CancellationToken;
  readonly budget: Budget;
  readonly now: number;
}

/** Series are counted up to this number. */
const maxSeries = 10_000;
/** Values of a label that a hover shows. */
const maxValues = 8;
/** Values that are counted. */
const maxCounted = 20_000;
/** More environments than this are not asked for one hover. */
const maxEnvironments = 12;
/** More holders than this are told as a number. */
const maxHolders = 6;

/** One environment's answers; nothing where the budget ran out. */
interface Answers {
  readonly name: string;
  readonly metadata: Known<MetricMetadata | undefined> | undefined;
  readonly series: Known<number> | undefined;
  readonly holders: Known<readonly MetricHolder[]> | undefined;
}

/** Type, help and unit of a metric, and where it is; nothing for a name of which nobody can be asked. */
export async function metricDoc(metric: string, request: HoverRequest): Promise<MarkupText | undefined> {
  if (metric === "") return undefined;
  const { snapshot, now } = request;
  const recorded = ruleRecording(snapshot, metric);
  const answers = await Promise.all(
    ports(request).map(({ name, metrics }) => ask(name, metrics, metric, request)),
  );
  if (recorded === undefined && answers.length === 0) return undefined;
  return paragraphs([
    markup`**Metric** ${code(metric)}`,
    ...recordedText(recorded, request.snapshot),
    knownMetadata(answers),
    presence(answers),
    answers.length === 0 ? undefined : bullets(answers.map((answer) => placeLine(answer, answers))),
    unasked(request),
    lastRunOfMetric(metric, snapshot, now),
    age(
      answers.flatMap(({ metadata, series, holders }) => [metadata, series, holders]),
      now,
    ),
  ]);
}

/** The rule of this file or of another one of the workspace that records the metric, with the way there. */
function recordedText(
  rule: RecordedRule | undefined,
  snapshot: Snapshot,
): readonly (MarkupText | undefined)[] {
  if (rule === undefined) return [];
  const { name, expr, uri, path, line } = rule;
  const isOwn = uri === snapshot.document.uri;
  const others = recordedElsewhere(snapshot, name).length - (isOwn ? 0 : 1);
  const place = fileLink(`${path}:${line + 1}`, uri, line);
  return [
    isOwn ? markup`Recorded in this file (${place}) as` : markup`Recorded in ${place} as`,
    expr === "" ? undefined : block(expr, "promql"),
    others === 0
      ? undefined
      : plain(
          others === 1
            ? "Another rule of the workspace records it too."
            : `${others} other rules of the workspace record it too.`,
        ),
  ];
}

function unasked({ snapshot }: HoverRequest): MarkupText | undefined {
  const more = snapshot.environments.filter(({ metrics }) => metrics !== undefined).length - maxEnvironments;
  return more > 0 ? plain(`${more} more environments of this file were not asked.`) : undefined;
}

function ports({ snapshot }: HoverRequest): readonly { readonly name: string; readonly metrics: Metrics }[] {
  return snapshot.environments
    .flatMap(({ environment, metrics }) =>
      metrics === undefined ? [] : [{ name: environment.name, metrics }],
    )
    .slice(0, maxEnvironments);
}

async function ask(
  name: string,
  metrics: Metrics,
  metric: string,
  { token, budget }: HoverRequest,
): Promise<Answers> {
  const [metadata, series, holders] = await Promise.all([
    budget(metrics.metadata(metric, token)),
    budget(metrics.seriesCount(`{__name__=${quoted(metric)}}`, maxSeries, token)),
    budget(metrics.holders(metric, token)),
  ]);
  return { name, metadata, series, holders };
}

function metadataIn({ metadata }: Answers): MetricMetadata | undefined {
  return metadata === undefined || metadata.status === "unavailable" ? undefined : metadata.value;
}

/** The first environment's word on type and help; the others are told where they differ. */
function knownMetadata(answers: readonly Answers[]): MarkupText | undefined {
  for (const answer of answers) {
    const metadata = metadataIn(answer);
    if (metadata !== undefined) return metadataDoc(metadata);
  }
  return undefined;
}

/**
 * "In A and B, not in C": absence only on the word of a complete fact. Who did not answer is named, for it may
 * well have the metric.
 */
function presence(answers: readonly Answers[]): MarkupText | undefined {
  if (answers.length < 2) return undefined;
  const present: MarkupText[] = [];
  const absent: MarkupText[] = [];
  const silent: MarkupText[] = [];
  for (const { name, series } of answers) {
    const count = series === undefined || series.status === "unavailable" ? undefined : series.value;
    if (count !== undefined && count > 0) present.push(plain(name));
    else if (series?.status === "ok") absent.push(plain(name));
    else silent.push(plain(name));
  }
  const unknown = silent.length === 0 ? undefined : markup` Not known for ${listed(silent)}.`;
  if (present.length === 0) {
    if (absent.length === 0) return undefined;
    return unknown === undefined
      ? markup`In none of ${listed(absent)}.`
      : markup`Not in ${listed(absent)}.${unknown}`;
  }
  if (absent.length === 0 && unknown === undefined) return undefined;
  const where = absent.length === 0 ? plain("") : markup`, not in ${listed(absent)}`;
  return markup`In ${listed(present)}${where}.${unknown ?? plain("")}`;
}

function listed(names: readonly MarkupText[]): MarkupText {
  const last = names.at(-1);
  if (names.length < 2 || last === undefined) return joined(names, ", ");
  return markup`${joined(names.slice(0, -1), ", ")} and ${last}`;
}

function placeLine(answer: Answers, all: readonly Answers[]): MarkupText {
  const { name, series, holders } = answer;
  const own = metadataIn(answer);
  const first = all.map(metadataIn).find((metadata) => metadata !== undefined);
  const parts = [seriesText(series)];
  if (holders !== undefined && holders.status !== "unavailable" && holders.value.length > 0) {
    parts.push(markup`held by ${holdersText(holders.value)}`);
  }
  if (own !== undefined && first !== undefined && own.type !== first.type)
    parts.push(markup`here a ${code(own.type)}`);
  if (series?.status === "partial" && series.missing.length > 0) {
    parts.push(markup`incomplete: ${plain(series.missing.join(", "))}`);
  }
  return markup`**${plain(name)}**: ${joined(parts, " · ")}`;
}

function seriesText(series: Known<number> | undefined): MarkupText {
  if (series === undefined) return plain("no answer in time");
  if (series.status === "unavailable") return plain(series.message);
  const atLeast = series.status === "partial" ? "at least " : "";
  if (series.status === "partial" && series.value === 0) return plain("no series seen");
  return plain(
    series.value === 1 ? `${atLeast}1 series` : `${atLeast}${series.value.toLocaleString("en")} series`,
  );
}

/** A Prometheus is known by the values of its external labels: `prod-na/infra`. */
function holdersText(holders: readonly MetricHolder[]): MarkupText {
  if (holders.length > maxHolders) return plain(`${holders.length} Prometheus`);
  return joined(
    holders.map(({ labels, replicas }) => {
      const name = code(Object.values(labels).join("/") || "a Prometheus without external labels");
      return replicas > 1 ? markup`${name} (${plain(String(replicas))} replicas)` : name;
    }),
    ", ",
  );
}

/** A label's values in each environment, within the selector it stands in. */
export async function labelDoc(
  label: string,
  selector: string | undefined,
  request: HoverRequest,
): Promise<MarkupText | undefined> {
  const { token, budget } = request;
  const answers = await Promise.all(
    ports(request).map(async ({ name, metrics }) => ({
      name,
      values: await budget(metrics.labelValues(label, { selector, limit: maxCounted }, token)),
    })),
  );
  if (answers.length === 0) return undefined;
  return paragraphs([
    selector === undefined
      ? markup`**Label** ${code(label)}`
      : markup`**Label** ${code(label)} of ${code(selector)}`,
    bullets(answers.map(({ name, values }) => markup`**${plain(name)}**: ${valuesText(values)}`)),
    age(
      answers.map(({ values }) => values),
      request.now,
    ),
  ]);
}

function valuesText(fact: Known<NameList> | undefined): MarkupText {
  if (fact === undefined) return plain("no answer in time");
  if (fact.status === "unavailable") return plain(fact.message);
  const { names, complete } = fact.value;
  const whole = fact.status === "ok" && complete;
  if (names.length === 0) return plain(whole ? "no values" : "no values seen");
  const shown = joined(names.slice(0, maxValues).map(code), ", ");
  const count = `${whole ? "" : "at least "}${names.length.toLocaleString("en")} value${names.length === 1 ? "" : "s"}`;
  return names.length > maxValues ? markup`${plain(count)}, ${shown}, …` : markup`${plain(count)}: ${shown}`;
}

/** Which of a label's values a matcher takes, and how many series its selector selects. */
export async function matcherDoc(
  matcher: LabelMatcher,
  written: string,
  others: string | undefined,
  selector: string | undefined,
  request: HoverRequest,
): Promise<MarkupText | undefined> {
  const { token, budget } = request;
  const query = { selector: others, limit: maxCounted };
  const answers = await Promise.all(
    ports(request).map(async ({ name, metrics }) => {
      const counted = selector === undefined ? undefined : metrics.seriesCount(selector, maxSeries, token);
      const [values, series] = await Promise.all([
        budget(metrics.labelValues(matcher.name, query, token)),
        counted === undefined ? undefined : budget(counted),
      ]);
      return { name, values, series };
    }),
  );
  if (answers.length === 0) return undefined;
  return paragraphs([
    markup`**Matcher** ${code(written)}`,
    bullets(
      answers.map(({ name, values, series }) => {
        const count = selector === undefined ? undefined : seriesText(series);
        const taken = takenText(matcher, values);
        return markup`**${plain(name)}**: ${count === undefined ? taken : joined([taken, count], " · ")}`;
      }),
    ),
    age(
      answers.flatMap(({ values, series }) => [values, series]),
      request.now,
    ),
  ]);
}

function takenText(matcher: LabelMatcher, fact: Known<NameList> | undefined): MarkupText {
  if (fact === undefined) return plain("no answer in time");
  if (fact.status === "unavailable") return plain(fact.message);
  const { names, complete } = fact.value;
  const taken = names.filter((value) => matcherAccepts(matcher, value));
  const whole = fact.status === "ok" && complete;
  const of = `${whole ? "" : "at least "}${taken.length.toLocaleString("en")} of ${names.length.toLocaleString("en")} values`;
  const shown = joined(taken.slice(0, maxValues).map(code), ", ");
  if (taken.length === 0) return plain(of);
  return taken.length > maxValues ? markup`${plain(of)}, ${shown}, …` : markup`${plain(of)}: ${shown}`;
}

/** How old the oldest of the facts is. */
function age(facts: readonly (Known<unknown> | undefined)[], now: number): MarkupText | undefined {
  const times = facts.flatMap((fact) =>
    fact === undefined || fact.status === "unavailable" ? [] : [fact.asOf],
  );
  if (times.length === 0) return undefined;
  return markup`*Asked ${plain(ago(Math.min(...times), now))}*`;
}

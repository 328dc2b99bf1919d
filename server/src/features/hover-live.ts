import type { CancellationToken } from "../base/cancellation.ts";
import type { Known } from "../base/known.ts";
import { quoted } from "../promql/quote.ts";
import type { MetricHolder, MetricMetadata, Metrics, NameList } from "../world/ports.ts";
import type { Snapshot } from "../world/snapshot.ts";
import type { Budget } from "./budget.ts";
import { metadataDoc } from "./completion-resolve.ts";
import { rulesOf } from "./embedded.ts";
import { block, bullets, code, joined, type MarkupText, markup, paragraphs, plain } from "./markdown.ts";

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
/** More environments than this are not asked for one hover. */
const maxEnvironments = 6;
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
  const recorded = rulesOf(request.snapshot).find(
    ({ kind, name }) => kind === "record" && name?.value === metric,
  );
  const answers = await Promise.all(
    ports(request).map(({ name, metrics }) => ask(name, metrics, metric, request)),
  );
  if (recorded === undefined && answers.length === 0) return undefined;
  return paragraphs([
    markup`**Metric** ${code(metric)}`,
    recorded === undefined ? undefined : markup`Recorded in this file as`,
    recorded?.expr === undefined ? undefined : block(recorded.expr.text, "promql"),
    knownMetadata(answers),
    presence(answers),
    answers.length === 0 ? undefined : bullets(answers.map((answer) => placeLine(answer, answers))),
    age(
      answers.flatMap(({ metadata, series, holders }) => [metadata, series, holders]),
      request.now,
    ),
  ]);
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

/** "In A and B, not in C": only on the word of facts that are complete. */
function presence(answers: readonly Answers[]): MarkupText | undefined {
  if (answers.length < 2) return undefined;
  const present: MarkupText[] = [];
  const absent: MarkupText[] = [];
  for (const { name, series } of answers) {
    if (series?.status !== "ok") return undefined;
    (series.value > 0 ? present : absent).push(plain(name));
  }
  if (absent.length === 0) return undefined;
  if (present.length === 0) return markup`In none of ${listed(absent)}.`;
  return markup`In ${listed(present)}, not in ${listed(absent)}.`;
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
      values: await budget(metrics.labelValues(label, { selector, limit: maxValues }, token)),
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
  if (names.length === 0) return plain(fact.status === "ok" && complete ? "no values" : "no values seen");
  const shown = joined(names.slice(0, maxValues).map(code), ", ");
  return complete && fact.status === "ok" ? shown : markup`${shown} and more`;
}

/** How old the oldest of the facts is. */
function age(facts: readonly (Known<unknown> | undefined)[], now: number): MarkupText | undefined {
  const times = facts.flatMap((fact) =>
    fact === undefined || fact.status === "unavailable" ? [] : [fact.asOf],
  );
  if (times.length === 0) return undefined;
  const seconds = Math.max(0, Math.round((now - Math.min(...times)) / 1000));
  const text =
    seconds < 2
      ? "just now"
      : seconds < 90
        ? `${seconds} s ago`
        : seconds < 5400
          ? `${Math.round(seconds / 60)} min ago`
          : `${Math.round(seconds / 3600)} h ago`;
  return markup`*Asked ${plain(text)}*`;
}

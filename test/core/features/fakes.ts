import { type Known, known, partial, unavailable } from "../../../server/src/base/known.ts";
import type { Labels } from "../../../server/src/base/labels.ts";
import { compileAnchored } from "../../../server/src/base/re2.ts";
import { parseExpr } from "../../../server/src/promql/parse.ts";
import type { EnvironmentAccess } from "../../../server/src/world/environment.ts";
import type {
  MetricHolder,
  MetricMetadata,
  Metrics,
  NameList,
  NameQuery,
} from "../../../server/src/world/ports.ts";
import { noEnvironment } from "../environment.ts";

/** What a backend in memory holds. */
export interface World {
  readonly series: readonly Labels[];
  readonly metadata?: Readonly<Record<string, MetricMetadata>>;
  readonly holders?: Readonly<Record<string, readonly MetricHolder[]>>;
  /** What the Prometheus behind a Querier add to their series. */
  readonly external?: readonly Labels[];
  /** Nothing, or why all answers are late, broken or in part. */
  readonly state?: "ok" | "partial" | "offline" | "hangs";
}

export const asOf = Date.UTC(2026, 0, 1);

/** A backend in memory that selects series as a real one does, and notes what it was asked. */
export function fakeMetrics(name: string, world: World, asked: string[] = []): Metrics {
  const answer = <T>(value: T): Promise<Known<T>> => {
    if (world.state === "hangs") return new Promise(() => {});
    if (world.state === "offline") {
      return Promise.resolve(
        unavailable("offline", `${name} cannot be reached; check its address.`, name, asOf),
      );
    }
    if (world.state === "partial") return Promise.resolve(partial(value, name, asOf, ["store-1"]));
    return Promise.resolve(known(value, name, asOf));
  };
  const cut = (values: Iterable<string>, { search, limit }: NameQuery): NameList => {
    const matching = [...new Set(values)]
      .filter((value) => search === undefined || value.toLowerCase().includes(search.toLowerCase()))
      .sort();
    return { names: matching.slice(0, limit), complete: matching.length <= limit };
  };
  return {
    metricNames(query) {
      asked.push(`names ${query.selector ?? "*"} ${query.search ?? ""}`.trim());
      return answer(
        cut(
          selected(world, query.selector).map((labels) => labels["__name__"] ?? ""),
          query,
        ),
      );
    },
    labelNames(query) {
      asked.push(`labels ${query.selector ?? "*"} ${query.search ?? ""}`.trim());
      return answer(
        cut(
          selected(world, query.selector).flatMap((labels) => Object.keys(labels)),
          query,
        ),
      );
    },
    labelValues(label, query) {
      asked.push(`values ${label} ${query.selector ?? "*"} ${query.search ?? ""}`.trim());
      return answer(
        cut(
          selected(world, query.selector).flatMap((labels) => labels[label] ?? []),
          query,
        ),
      );
    },
    metadata: (metric) => answer(world.metadata?.[metric]),
    described: (metrics) =>
      answer(
        new Map(
          metrics.flatMap((metric) => {
            const metadata = world.metadata?.[metric];
            return metadata === undefined ? [] : [[metric, metadata] as const];
          }),
        ),
      ),
    seriesCount: (selector) => answer(selected(world, selector).length),
    holders: (metric) => answer(world.holders?.[metric] ?? []),
    externalLabels: () => answer(world.external ?? []),
    health: () =>
      answer({ backend: name, flavour: "prometheus", version: "3.16.0", missing: [], empty: false }),
  };
}

/** The series that a selector selects; a selector that Prometheus refuses is a mistake of the caller. */
function selected({ series }: World, selector: string | undefined): readonly Labels[] {
  if (selector === undefined) return series;
  const { expr, errors } = parseExpr(selector);
  if (expr?.kind !== "selector" || errors.length > 0) throw new Error(`refused: ${selector}`);
  const name = expr.name;
  return series.filter(
    (labels) =>
      (name === undefined || labels["__name__"] === name) &&
      expr.matchers.every((matcher) => {
        const value = labels[matcher.name] ?? "";
        const compiled = compileAnchored(matcher.value);
        const regex = compiled.ok && compiled.regex.matches(value);
        return { "=": value === matcher.value, "!=": value !== matcher.value, "=~": regex, "!~": !regex }[
          matcher.operator
        ];
      }),
  );
}

/** An environment with a backend in memory that can also run queries. */
export function fakeEnvironment(
  name: string,
  world: World | undefined,
  asked: string[] = [],
): EnvironmentAccess {
  return {
    environment: { ...noEnvironment, name, backend: world === undefined ? undefined : `http://${name}` },
    metrics: world === undefined ? undefined : fakeMetrics(name, world, asked),
    queries:
      world === undefined
        ? undefined
        : {
            run: () => Promise.reject(new Error("no feature runs queries of its own accord")),
            cost: () => Promise.reject(new Error("no feature asks what a query costs")),
          },
    cluster: undefined,
  };
}

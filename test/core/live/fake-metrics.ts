import { type Known, known, unavailable } from "../../../server/src/base/known.ts";
import type { Metrics, NameList } from "../../../server/src/world/ports.ts";

export interface FakeMetrics extends Metrics {
  readonly asked: string[];
  /** What the backend has; may be changed. */
  names: string[];
  /** Thrown instead of an answer. */
  broken: boolean;
}

/** A backend whose index holds these metrics, each with the one label `job` of the value `web`. */
export function fakeMetrics(clock: { now(): number }, ...names: string[]): FakeMetrics {
  const answer = <T>(question: string, value: () => T): Promise<Known<T>> => {
    fake.asked.push(question);
    if (fake.broken) return Promise.reject(new Error("no answer"));
    return Promise.resolve(known(value(), "Dev", clock.now()));
  };
  const listOf = (list: string[]): NameList => ({ names: list, complete: true });
  const nothing = (): Promise<Known<never>> =>
    Promise.resolve(unavailable("unsupported", "Not here.", "Dev", clock.now()));
  const fake: FakeMetrics = {
    asked: [],
    names,
    broken: false,
    presence: (metric) =>
      answer(`presence ${metric}`, () => ({ exists: fake.names.includes(metric), near: undefined })),
    metadata: (metric) => answer(`metadata ${metric}`, () => undefined),
    labelNames: ({ selector }) => answer(`labels ${selector}`, () => listOf(["__name__", "job"])),
    labelValues: (label, { selector }) =>
      answer(`values ${label} ${selector}`, () => listOf(label === "job" ? ["web"] : [])),
    holders: () => answer("holders", () => []),
    externalLabels: () => answer("external", () => []),
    metricNames: nothing,
    described: nothing,
    seriesCount: nothing,
    health: nothing,
  };
  return fake;
}

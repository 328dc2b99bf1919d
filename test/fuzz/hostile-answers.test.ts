import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBackend } from "../../server/src/adapters/prometheus/backend.ts";
import { neverCancelled as token } from "../../server/src/base/cancellation.ts";
import type { Known } from "../../server/src/base/known.ts";
import {
  type Answers,
  answering,
  type HostileServer,
  hostileServer,
  prometheusAnswers,
  thanosAnswers,
} from "./hostile.ts";

/** What is known of the metric `up`, which is there: `absent` would be a lie. */
type Verdict = "there" | "absent" | "unknown";

const of = <T>(fact: Known<T>, isThere: (value: T) => boolean): Verdict => {
  if (fact.status === "unavailable") {
    expect(fact.message).not.toMatch(/[\r\n]/);
    expect(fact.message.length).toBeLessThanOrEqual(120);
    return "unknown";
  }
  if (isThere(fact.value)) return "there";
  return fact.status === "partial" ? "unknown" : "absent";
};

let server: HostileServer;
beforeAll(async () => {
  server = await hostileServer(answering({}));
});
afterAll(() => server.close());

/** Asks everything that a hover, a completion or a query asks; each question of a backend of its own. */
async function verdicts(
  answers: Answers,
  flavour: "prometheus" | "thanos",
): Promise<Record<string, Verdict>> {
  server.behave(answering(answers));
  const backend = createBackend({ name: "Dev", backend: server.url });
  const { metrics, queries } = backend;
  try {
    const names = await metrics.metricNames({ limit: 100 }, token);
    const found: Record<string, Verdict> = {
      // A list that is said to be cut claims nothing of what is not in it.
      names: of(names, (list) => list.names.includes("up") || !list.complete),
      labels: of(await metrics.labelNames({ selector: "up", limit: 100 }, token), (l) =>
        l.names.includes("job"),
      ),
      values: of(await metrics.labelValues("job", { limit: 100 }, token), (l) => l.names.includes("a")),
      series: of(await metrics.seriesCount("up", 1000, token), (count) => count > 0),
      metadata: of(await metrics.metadata("up", token), (metadata) => metadata !== undefined),
    };
    if (flavour === "thanos")
      found["holders"] = of(await metrics.holders("up", token), (holders) => holders.length > 0);
    const outcome = await queries.run({ expression: "up" }, token);
    found["query"] = !outcome.ok
      ? "unknown"
      : outcome.answer.series.length > 0
        ? "there"
        : outcome.answer.completeness.status === "complete"
          ? "absent"
          : "unknown";
    if (!outcome.ok) expect(outcome.failure.message).not.toMatch(/[\r\n]/);
    await metrics.health(token);
    return found;
  } finally {
    backend.dispose();
  }
}

type Path = readonly (string | number)[];

/** Every place in a value, but for the keys of maps whose keys are data (labels, families). */
function places(value: unknown, path: Path = []): readonly Path[] {
  const inside =
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, one]) =>
          places(one, [...path, Array.isArray(value) ? Number(key) : key]),
        )
      : [];
  return path.length === 0 ? inside : [path, ...inside];
}

/** The value with what stands at the path replaced, or left out. */
function changed(value: unknown, [key, ...rest]: Path, to: unknown): unknown {
  if (key === undefined) return to;
  if (Array.isArray(value)) return value.map((one, at) => (at === key ? changed(one, rest, to) : one));
  const entries = Object.entries(value as object).map(([name, one]) =>
    name === key ? [name, changed(one, rest, to)] : [name, one],
  );
  return Object.fromEntries(entries.filter(([, one]) => one !== undefined));
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inside, key) => (inside as Record<string, unknown>)[key], value);
}

const kindOf = (value: unknown): string =>
  Array.isArray(value) ? "list" : value === null ? "null" : typeof value;

const strange: readonly unknown[] = [null, 0, -1e308, true, "", "x\u0000", [], [[]], {}, { a: 1 }, undefined];

interface Mutation {
  readonly flavour: "prometheus" | "thanos";
  readonly endpoint: string;
  readonly path: Path;
  readonly to: unknown;
}

/** Each place of each answer with each value of another type in its place: whoever sent this sent no such answer. */
const mutations: readonly Mutation[] = (["prometheus", "thanos"] as const).flatMap((flavour) => {
  const all = flavour === "thanos" ? thanosAnswers : prometheusAnswers;
  return Object.entries(all).flatMap(([endpoint, answer]) =>
    places(answer).flatMap((path) =>
      strange
        .filter((to) => kindOf(to) !== kindOf(at(answer, path)))
        // A map without one of its keys, and a list that is empty, are answers of their own.
        .filter((to) => to !== undefined || path.length === 1)
        .map((to) => ({ flavour, endpoint, path, to })),
    ),
  );
});

test("all is well where nothing is changed", async () => {
  for (const flavour of ["prometheus", "thanos"] as const) {
    const answers = flavour === "thanos" ? thanosAnswers : prometheusAnswers;
    const found = await verdicts(answers, flavour);
    expect(new Set(Object.values(found)), JSON.stringify(found)).toEqual(new Set(["there"]));
  }
});

test("answers of wrong shapes, at every level, never make anything look missing", async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...mutations), async ({ flavour, endpoint, path, to }) => {
      const all = flavour === "thanos" ? thanosAnswers : prometheusAnswers;
      const found = await verdicts({ ...all, [endpoint]: changed(all[endpoint], path, to) }, flavour);
      const lies = Object.entries(found).filter(([, verdict]) => verdict === "absent");
      expect(lies, JSON.stringify({ flavour, endpoint, path, to })).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

test("a list of stores that is null says nothing of who holds a metric", async () => {
  const stores = changed(thanosAnswers["stores"], ["data", "sidecar"], null);
  expect((await verdicts({ ...thanosAnswers, stores }, "thanos"))["holders"]).toBe("unknown");
});

test("answers that are any JSON at all", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("prometheus" as const, "thanos" as const),
      fc.constantFrom(...Object.keys(thanosAnswers)),
      fc.oneof(
        fc.jsonValue({ maxDepth: 3 }),
        fc.record({ status: fc.constant("success"), data: fc.jsonValue() }),
      ),
      async (flavour, endpoint, answer) => {
        const all = flavour === "thanos" ? thanosAnswers : prometheusAnswers;
        // An empty list, or map of metadata, is an answer.
        const data = (answer as { data?: unknown } | null)?.data;
        fc.pre(JSON.stringify(data) !== "[]" && JSON.stringify(data) !== "{}");
        const texts = Array.isArray(data) && data.every((one) => typeof one === "string");
        fc.pre(!texts);
        const found = await verdicts({ ...all, [endpoint]: answer }, flavour);
        expect(Object.entries(found).filter(([, verdict]) => verdict === "absent")).toEqual([]);
      },
    ),
    { numRuns: 150 },
  );
});

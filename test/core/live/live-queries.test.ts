import { describe, expect, test } from "vitest";
import { liveQueries } from "../../../server/src/adapters/prometheus/live-queries.ts";
import type {
  QueryAnswer,
  QueryFailure,
  QueryOutcome,
  QueryRequest,
} from "../../../server/src/world/query.ts";
import { emptyAnswer } from "./empty-answer.ts";

const clock = { now: () => 1_700_000_000_000 };
const answered = (more: Partial<QueryAnswer> = {}): QueryOutcome => ({
  ok: true,
  answer: { ...emptyAnswer, ...more },
});
const failed = (reason: QueryFailure["reason"], error?: string): QueryOutcome => ({
  ok: false,
  failure: { backend: "http://dev", reason, message: "It failed.", error, elapsedMs: 1 },
});

/** A backend that answers one after the other; the last for ever. */
function backend(...outcomes: readonly QueryOutcome[]) {
  const asked: QueryRequest[] = [];
  const run = async (request: QueryRequest): Promise<QueryOutcome> => {
    asked.push(request);
    return outcomes[Math.min(asked.length, outcomes.length) - 1] ?? answered();
  };
  return { asked, queries: liveQueries({ run }, "Dev", clock) };
}

describe("a query", () => {
  test("is whole, or a part, or nothing is known", async () => {
    expect(await backend(answered()).queries.run("x")).toMatchObject({ status: "ok", value: { ok: true } });
    const missing = [{ store: "prod-eu", labels: [], reason: "away" }];
    const partial = answered({ completeness: { status: "partial", missing } });
    expect(await backend(partial).queries.run("x")).toMatchObject({
      status: "partial",
      missing: ["prod-eu"],
    });
    const untold = answered({ completeness: { status: "unknown", missing: [] } });
    expect(await backend(untold).queries.run("x")).toMatchObject({ status: "partial" });
    expect(await backend(failed("offline")).queries.run("x")).toMatchObject({
      status: "unavailable",
      reason: "offline",
    });
  });

  test("that is refused is an answer in the server's words", async () => {
    expect(await backend(failed("execution", "no way")).queries.run("x")).toMatchObject({
      status: "ok",
      value: { ok: false, error: "no way" },
    });
    // A store that fails has no words about the query.
    expect(await backend(failed("execution")).queries.run("x")).toMatchObject({ status: "unavailable" });
  });

  test("of which only a part would be kept says how many there are", async () => {
    const cut = answered({ truncated: { kept: 0, total: 99 } });
    expect(await backend(cut).queries.run("x")).toMatchObject({ value: { total: 99 } });
  });

  test("asks for whole answers", async () => {
    const { asked, queries } = backend(answered());
    await queries.run("x");
    expect(asked).toMatchObject([{ expression: "x", strict: true }]);
  });
});

describe("a backend that does not answer", () => {
  test("is not asked for ever", async () => {
    const { asked, queries } = backend(failed("timeout"));
    for (let count = 0; count < 50; count++)
      expect(await queries.run(`x${count}`)).toMatchObject({ status: "unavailable" });
    expect(asked).toHaveLength(4);
    expect(queries.ended()).toBe("did not answer several queries, so no more were run.");
    expect(backend(answered()).queries.ended()).toBeUndefined();
  });

  test("is one that has enough of it", async () => {
    const { asked, queries } = backend(failed("limited", "too many outstanding requests"));
    for (let count = 0; count < 50; count++)
      expect(await queries.run(`x${count}`)).toMatchObject({ status: "unavailable" });
    expect(asked).toHaveLength(4);
    const words = "query processing would load too many samples into memory in query execution";
    expect(await backend(failed("limited", words)).queries.run("x")).toMatchObject({
      value: { error: words },
    });
  });

  test("now and then is asked again", async () => {
    const { asked, queries } = backend(
      failed("timeout"),
      failed("timeout"),
      failed("timeout"),
      answered(),
      failed("execution", "no way"),
      failed("offline"),
      failed("offline"),
      answered(),
    );
    for (let count = 0; count < 20; count++) await queries.run(`x${count}`);
    expect(asked).toHaveLength(20);
  });
});

describe("times", () => {
  const step = 60;
  const to = Math.floor(1_700_000_000 / step) * step;
  const at = (...minutes: readonly number[]): readonly (readonly [number, string])[] =>
    minutes.map((minute) => [to - minute * step, "1"]);
  const matrix = (...series: readonly (readonly (readonly [number, string])[])[]): QueryOutcome =>
    answered({
      resultType: "matrix",
      series: series.map((values, index) => ({ labels: { index: `${index}` }, values })),
    });

  test("have gaps where a series was away, and none where the backend was", async () => {
    const up = at(10, 9, 8, 5, 4, 3, 2, 1, 0);
    const { asked, queries } = backend(matrix(up), matrix(at(9, 8, 5, 4, 2)));
    expect(await queries.times("x > 1", 600, step)).toMatchObject({
      status: "ok",
      value: {
        from: to - 600,
        to,
        series: [
          [
            [to - 540, to - 240],
            [to - 120, to - 120],
          ],
        ],
      },
    });
    expect(asked.map(({ expression }) => expression)).toEqual(["count(up)", "x > 1"]);
    await queries.times("y", 600, step);
    expect(asked.map(({ expression }) => expression)).toEqual(["count(up)", "x > 1", "y"]);
  });

  test("of replicas are those of one", async () => {
    const replica = (name: string, ...minutes: readonly number[]) => ({
      labels: { job: "x", replica: name },
      values: at(...minutes),
    });
    const series = [replica("a", 9, 8, 4, 3), replica("b", 7, 6, 5, 4)];
    const run = async (): Promise<QueryOutcome> => answered({ resultType: "matrix", series });
    const fact = await liveQueries({ run }, "Dev", clock, ["replica"]).times("x", 600, step);
    expect(fact).toMatchObject({ value: { series: [[[to - 540, to - 180]]] } });
  });

  test("that are too many to be read at once are read in pieces, and put together", async () => {
    const { asked, queries } = backend(
      matrix(at(0)),
      failed("limited"),
      matrix(at(400, 399)),
      matrix(at(200), at(2)),
      matrix(at(1, 0)),
    );
    const fact = await queries.times("x", 24_000, step);
    expect(asked.length).toBeGreaterThan(3);
    expect(fact).toMatchObject({ status: "ok" });
    const pieces = asked.slice(2).map(({ range }) => range);
    expect(pieces[0]?.start).toBe(to - 24_000);
    expect(pieces.at(-1)?.end).toBe(to);
    for (const [index, piece] of pieces.entries())
      if (index > 0) expect(piece?.start).toBe((pieces[index - 1]?.end ?? 0) + step);
  });

  test.each([
    ["partly", answered({ completeness: { status: "partial", missing: [] } })],
    ["cut", answered({ truncated: { kept: 1, total: 2 } })],
    ["late", failed("timeout")],
  ])("that are known %s are not known", async (_, outcome) => {
    const { queries } = backend(matrix(at(0)), outcome);
    expect(await queries.times("x", 600, step)).toMatchObject({ status: "unavailable" });
  });
});

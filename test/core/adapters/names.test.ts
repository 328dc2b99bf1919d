import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cutNames, NameStream } from "../../../server/src/adapters/prometheus/names.ts";

/** The names in a body that arrives in pieces of these lengths. */
function streamed(
  body: string,
  lengths: readonly number[],
): { names: unknown[]; rest: Record<string, unknown> } {
  const stream = new NameStream();
  let at = 0;
  for (const length of lengths) {
    stream.feed(body.slice(at, at + length));
    at += length;
  }
  stream.feed(body.slice(at));
  const { data, ...rest } = JSON.parse(stream.end()) as { data: unknown[] };
  return { names: [...stream.names, ...data], rest };
}

describe("a list of names that arrives in pieces", () => {
  const nasty = fc.array(
    fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom('"', "\\", '","', '"]', '\\\\"', "],", "é😀")),
  );

  test("is the list, wherever it is cut", () => {
    fc.assert(
      fc.property(nasty, fc.array(fc.nat(40), { maxLength: 60 }), (names, lengths) => {
        const warnings = ["results truncated due to limit", '"]'];
        const body = JSON.stringify({ status: "success", data: names, warnings });
        expect(streamed(body, lengths)).toEqual({ names, rest: { status: "success", warnings } });
      }),
      { seed: 7, numRuns: 1_000 },
    );
  });

  test("may be laid out otherwise, and is then read at the end", () => {
    const body = JSON.stringify({ data: ["a", "b"], status: "success" }, null, 1);
    expect(streamed(body, [3, 9, 1])).toEqual({ names: ["a", "b"], rest: { status: "success" } });
  });

  test("is taken as it comes, so that a long one never stands in one text", () => {
    const stream = new NameStream();
    stream.feed('{"status":"success","data":["a","b","c');
    expect(stream.names).toEqual(["a", "b"]);
    stream.feed('d","e"');
    expect(stream.names).toEqual(["a", "b", "cd"]);
  });
});

describe("cutting", () => {
  const names = ["http_requests_total", "node_load1", "node_http", "up"];
  test("keeps the order, those that begin with the search first", () => {
    expect(cutNames({ names, complete: true }, "HTTP", 10)).toEqual({
      names: ["http_requests_total", "node_http"],
      complete: true,
    });
    expect(cutNames({ names, complete: true }, "o", 9).names).toEqual([
      "http_requests_total",
      "node_load1",
      "node_http",
    ]);
    expect(cutNames({ names, complete: true }, "node", 1)).toEqual({
      names: ["node_load1"],
      complete: false,
    });
    expect(cutNames({ names, complete: true }, "_", 1)).toEqual({
      names: ["http_requests_total"],
      complete: false,
    });
  });
  test("says when something is left out, here or before", () => {
    expect(cutNames({ names, complete: true }, undefined, 4).complete).toBe(true);
    expect(cutNames({ names, complete: true }, "", 3)).toEqual({ names: names.slice(0, 3), complete: false });
    expect(cutNames({ names, complete: false }, "up", 9)).toEqual({ names: ["up"], complete: false });
  });
});

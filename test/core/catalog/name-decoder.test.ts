import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NameDecoder } from "../../../server/src/adapters/catalog/name-decoder.ts";

const utf8 = new TextEncoder();
const text = new TextDecoder();

/** The names in a body that arrives in pieces of these lengths, and what stood around them. */
function streamed(body: Uint8Array, lengths: readonly number[]): { names: string[]; around: unknown } {
  const names: string[] = [];
  const decoder = new NameDecoder({
    add: (source, start, end) => void names.push(text.decode(source.subarray(start, end))),
    addText: (name) => void names.push(name),
  });
  let at = 0;
  for (const length of lengths) {
    decoder.feed(body.slice(at, at + length));
    at += length;
  }
  decoder.feed(body.slice(at));
  return { names, around: parsed(decoder.end()) };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return "no JSON";
  }
}

/** What JSON.parse makes of the same body. */
function whole(body: string): { names: string[]; around: unknown } {
  const value = parsed(body) as Record<string, unknown> | string;
  if (typeof value === "string" || value === null) return { names: [], around: value };
  const data = value["data"];
  if (!Array.isArray(data)) return { names: [], around: value };
  return { names: data.filter((name) => typeof name === "string"), around: { ...value, data: [] } };
}

const nasty = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }).map((name) => name.toWellFormed()),
  fc.constantFrom('"', "\\", '","', '"]', '\\\\"', "],", "é😀", "\n", "\u0000", "data", '"data":['),
);
const cuts = fc.array(fc.nat(12), { maxLength: 200 });
const layouts = fc.constantFrom(undefined, 1, "\t");

describe("a list of names that arrives in pieces", () => {
  test("is the list that JSON.parse reads, wherever it is cut", () => {
    const element = fc.oneof(nasty, fc.constantFrom(null, 1, true, { data: ["x"] }, ["]", '"'], -1.5e9));
    fc.assert(
      fc.property(fc.array(element), cuts, layouts, fc.boolean(), (data, lengths, layout, first) => {
        const rest = {
          status: "success",
          warnings: ["results truncated due to limit", '"]'],
          more: { data: [] },
        };
        const body = JSON.stringify(first ? { data, ...rest } : { ...rest, data }, null, layout);
        expect(streamed(utf8.encode(body), lengths)).toEqual(whole(body));
      }),
      { seed: 7, numRuns: 1_500 },
    );
  });

  test("is refused where JSON.parse refuses it: cut off, or with bytes that are wrong", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(nasty, fc.constantFrom(1, null, ["a"])), { maxLength: 6 }),
        fc.nat(),
        fc.constantFrom("cut", ",", "]", '"', "\\", "}", "{", "x", "\u0001"),
        cuts,
        (data, where, change, lengths) => {
          const json = JSON.stringify({ status: "success", data, end: 1 });
          const at = where % json.length;
          const body = change === "cut" ? json.slice(0, at) : json.slice(0, at) + change + json.slice(at + 1);
          const read = streamed(utf8.encode(body.toWellFormed()), lengths);
          const expected = whole(body.toWellFormed());
          if (expected.around === "no JSON") expect(read.around).toBe("no JSON");
          else if (!/"data".*"data"/s.test(body)) expect(read).toEqual(expected);
        },
      ),
      { seed: 11, numRuns: 3_000 },
    );
  });

  test("never throws, whatever comes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), cuts, (noise, lengths) => {
        const body = new Uint8Array([...utf8.encode('{"data":["a",'), ...noise]);
        expect(streamed(body, lengths).names[0]).toBe("a");
      }),
      { seed: 13, numRuns: 1_000 },
    );
  });

  test("hands names on as they come, and keeps no more than the last one", () => {
    const names: string[] = [];
    const decoder = new NameDecoder({
      add: (source, start, end) => void names.push(text.decode(source.subarray(start, end))),
      addText: (name) => void names.push(name),
    });
    decoder.feed(utf8.encode('{"status":"success","data":["a","b","c'));
    expect(names).toEqual(["a", "b"]);
    decoder.feed(utf8.encode('d","e"'));
    expect(names).toEqual(["a", "b", "cd", "e"]);
  });

  test("bytes that are no UTF-8 become the sign for that", () => {
    const body = new Uint8Array([...utf8.encode('{"data":["a'), 0xff, 0xc3, ...utf8.encode('"]}')]);
    expect(streamed(body, [14]).names).toEqual(["a\ufffd\ufffd"]);
  });

  test("what stands around the names has a limit, and so has what is no name", () => {
    const long = "x".repeat(2_000_000);
    expect(streamed(utf8.encode(`{"${long}":1,"data":[]}`), []).around).toBe("no JSON");
    expect(streamed(utf8.encode(`{"data":[{"${long}":1}]}`), []).around).toBe("no JSON");
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ListPageReader } from "../../../server/src/adapters/kubernetes/list-page.ts";

function read(text: string, cuts: readonly number[] = []): { items: unknown[]; around: unknown } {
  const bytes = Buffer.from(text);
  const items: unknown[] = [];
  const reader = new ListPageReader((item) => items.push(item));
  let from = 0;
  for (const cut of cuts.map((each) => each % (bytes.length + 1)).toSorted((a, b) => a - b)) {
    reader.push(bytes.subarray(from, cut));
    from = cut;
  }
  reader.push(bytes.subarray(from));
  return { items, around: reader.end() };
}

describe("a list that is taken apart as it arrives", () => {
  test("is what it is as a whole, wherever it is cut", () => {
    const list = fc.record({
      kind: fc.string(),
      metadata: fc.record({ continue: fc.string(), note: fc.constant('"items":[{') }),
      items: fc.array(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue()), { maxLength: 5 }),
      after: fc.jsonValue(),
    });
    fc.assert(
      fc.property(list, fc.array(fc.nat(), { maxLength: 8 }), fc.boolean(), (whole, cuts, pretty) => {
        const text = JSON.stringify(whole, null, pretty ? 2 : 0);
        const parsed = JSON.parse(text) as typeof whole;
        expect(read(text, cuts)).toEqual({ items: parsed.items, around: { ...parsed, items: [] } });
      }),
    );
  });

  test("may have no items, or none at all", () => {
    expect(read('{"kind":"PodList","items":null}')).toEqual({
      items: [],
      around: { kind: "PodList", items: null },
    });
    expect(read('{"kind":"PodList"}')).toEqual({ items: [], around: { kind: "PodList" } });
  });

  test("is refused where it is half, garbled, or no list", () => {
    for (const text of ['{"items":[{"a":1},{"b"', '{"items":[{"a":}]}', "<html>", "", '{"items":[{"a":1}'])
      expect(() => read(text), text).toThrow(SyntaxError);
    expect(() => read(`{"kind":"${"x".repeat(300_000)}"}`)).toThrow(SyntaxError);
  });
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { quoteGo } from "../../server/src/base/go-text.ts";
import { parseExpr, parseSelector } from "../../server/src/promql/parse.ts";
import { printSelector } from "../../server/src/promql/print-selector.ts";
import { Generator } from "../oracle/generate-promql.ts";
import { type Oracle, startOracle } from "../oracle/oracle.ts";
import { mismatches, report, unquotedNames, utf16Offsets } from "../oracle/promql.ts";
import { Random } from "../oracle/random.ts";

/** Bytes read one by one, those that are not UTF-8 as U+FFFD each, as Go reads them. */
function decoded(bytes: Uint8Array): { text: string; offsets: number[] } {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = "";
  const offsets: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    let length = 1;
    let character = "\ufffd";
    for (let size = 1; size <= 4; size++) {
      try {
        character = decoder.decode(bytes.subarray(at, at + size));
        length = size;
        break;
      } catch {
        // Not the end of a character yet, or none at all.
      }
    }
    for (let i = 0; i < length; i++) offsets.push(text.length);
    text += character;
    at += length;
  }
  offsets.push(text.length);
  return { text, offsets };
}

describe("PromQL, generated and mutated", () => {
  let oracle: Oracle;
  beforeAll(async () => {
    oracle = await startOracle();
  });
  afterAll(async () => await oracle.close());

  test.each([1, 2, 3, 4])("10,000 expressions of seed %i answer as Prometheus answers", async (seed) => {
    const generator = new Generator(new Random(seed));
    const texts = Array.from({ length: 10_000 }, () => generator.expression());
    expect(report(await mismatches(oracle, texts))).toBe("");
  });

  test("names of all scripts are told apart as Prometheus tells them with promql-unquoted-utf8-names", async () => {
    const generator = new Generator(new Random(8));
    const texts = Array.from({ length: 10_000 }, () => generator.expression());
    expect(report(await mismatches(oracle, texts, [unquotedNames]))).toBe("");
  });

  test("10,000 regular expressions are valid, and match the empty text, where Prometheus says so", async () => {
    const generator = new Generator(new Random(5));
    const texts = Array.from({ length: 10_000 }, () => generator.regexSelector());
    expect(report(await mismatches(oracle, texts))).toBe("");
  });

  test("selectors alone are refused as Prometheus refuses them", async () => {
    const generator = new Generator(new Random(9));
    let accepted = 0;
    for (let i = 0; i < 3000; i++) {
      const text = generator.expression();
      const toUtf16 = utf16Offsets(text);
      const theirs = (await oracle.selector(text)).errors;
      const ours = parseSelector(text).errors.map(({ message, span }) => `${span.start} ${message}`);
      expect(ours, JSON.stringify(text)).toEqual(
        theirs.map(({ start, message }) => `${toUtf16(start)} ${message}`),
      );
      if (ours.length === 0) accepted++;
    }
    expect(accepted).toBeGreaterThan(100);
  });

  test("text that is no UTF-8 is refused in the same words at the same places", async () => {
    const random = new Random(6);
    const generator = new Generator(random);
    for (let i = 0; i < 2000; i++) {
      const bytes = Buffer.from(generator.expression());
      for (let times = random.below(3); times >= 0 && bytes.length > 0; times--)
        bytes[random.below(bytes.length)] = random.pick([0x80, 0xbf, 0xc3, 0xe2, 0xf0, 0xff]);
      const { text, offsets } = decoded(bytes);
      const theirs = (await oracle.expr(bytes)).errors;
      const ours = parseExpr(text).errors.map(({ message, span }) => `${span.start} ${message}`);
      const wanted = theirs.map(({ start, message }) => `${offsets[start]} ${message.toWellFormed()}`);
      expect(ours, JSON.stringify(text)).toEqual(wanted);
    }
  });

  test("every character is printed as Go prints it", async () => {
    const size = 4096;
    for (let base = 0; base < 0x110000; base += size) {
      let text = "";
      for (let code = base; code < base + size; code++) {
        const surrogate = code >= 0xd800 && code < 0xe000;
        // What a raw character in a string literal cannot be.
        if (!surrogate && ![0x0a, 0x22, 0x5c, 0xfffd].includes(code)) text += String.fromCodePoint(code);
      }
      const { string } = await oracle.expr(`"${text}"`);
      expect(text === "" || string === quoteGo(text), `from U+${base.toString(16)}`).toBe(true);
    }
  });

  test("selectors are printed as Prometheus prints them", async () => {
    const generator = new Generator(new Random(7));
    let printed = 0;
    for (let i = 0; i < 5000; i++) {
      const text = generator.expression();
      const { expr, errors } = parseExpr(text);
      if (errors.length > 0 || expr?.kind !== "selector" || expr.nameSpan === undefined) continue;
      if (expr.offset !== undefined || expr.at !== undefined || expr.rangeModifier !== undefined) continue;
      printed++;
      const { string } = await oracle.expr(printSelector(expr.name, expr.matchers));
      expect(string).toBe((await oracle.expr(text)).string);
    }
    expect(printed).toBeGreaterThan(100);
  });
});

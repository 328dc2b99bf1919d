import fc from "fast-check";
import { expect, test } from "vitest";
import { Document, parseDocument, Scalar } from "yaml";
import { asScalar, valueAt } from "../../server/src/yaml/access.ts";
import type { YamlScalar } from "../../server/src/yaml/node.ts";
import { parseYaml } from "../../server/src/yaml/parse.ts";
import { decodeScalar } from "../../server/src/yaml/scalar.ts";

const runs = { numRuns: 1000, seed: 20_261_122 };

/** Texts like those of expressions and annotations: words, blanks, breaks, quotes, escapes, other scripts. */
const text = fc
  .array(
    fc.constantFrom(
      "a",
      "rate(x[5m])",
      " ",
      "  ",
      "\n",
      "\n\n",
      "\n  ",
      "'",
      '"',
      "\\",
      "\t",
      "#",
      ": ",
      "- ",
      "é",
      "漢",
      "😀",
      "{",
      "}",
      "\u0007",
      "z",
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join(""));

function libraryReads(source: string): unknown {
  return parseDocument(source, { schema: "failsafe" }).get("k");
}

const styles = ["PLAIN", "QUOTE_SINGLE", "QUOTE_DOUBLE", "BLOCK_LITERAL", "BLOCK_FOLDED"] as const;

/** The scalar under `k` in a file of its own, once with LF and once with CRLF. */
function scalarIn(source: string): YamlScalar | undefined {
  return asScalar(valueAt(parseYaml(source).documents[0]?.root, "k"));
}

/** What any exact map holds to, whatever the style. */
function expectExactMap(source: string, scalar: YamlScalar): void {
  const { map, value, span, style } = scalar;
  let before = span.start;
  for (let i = 0; i < value.length; i++) {
    const at = map.spanToSource({ start: i, end: i + 1 });
    expect(at.start).toBeGreaterThanOrEqual(before);
    expect(at.end).toBeLessThanOrEqual(span.end);
    before = at.start;
    const char = value[i];
    const made = source.slice(at.start, at.end);
    if (made === char) {
      expect(map.toSource(i)).toBe(at.start);
      expect(map.toValue(at.start)).toBe(i);
    } else expect(madeBy(made, style)).toContain(char);
  }
  expect(map.toSource(value.length)).toBeLessThanOrEqual(span.end);
  if (value.length > 0)
    expect(map.toSource(value.length)).toBe(
      map.spanToSource({ start: value.length - 1, end: value.length }).end,
    );
}

/** What source characters that do not stand for themselves decode to, told without our decoder. */
function madeBy(source: string, style: string): string {
  if (source === "''") return "'";
  if (style === "double" && source.startsWith("\\")) return JSON.parse(`"${jsonEscape(source)}"`) as string;
  // A fold: a space for one break, breaks for more; a scalar that ends the file has a break without a source.
  if (/^[ \t]*(?:\r?\n[ \t]*)+$/.test(source)) return " \n";
  return source === "" ? "\n" : "";
}

function jsonEscape(source: string): string {
  const special: Record<string, string> = {
    "0": "0000",
    a: "0007",
    e: "001b",
    v: "000b",
    N: "0085",
    _: "00a0",
    L: "2028",
    P: "2029",
    " ": "0020",
    "\t": "0009",
  };
  const code = special[source[1] ?? ""];
  if (code !== undefined) return `\\u${code}`;
  const wide = /^\\(?:x([0-9a-f]{2})|U([0-9a-f]{8}))$/i.exec(source);
  const hex = wide?.[1] ?? wide?.[2];
  return hex === undefined
    ? source
    : JSON.stringify(String.fromCodePoint(Number.parseInt(hex, 16))).slice(1, -1);
}

for (const style of styles)
  test(`values that the library writes as ${style} decode as it reads them, and every character maps to its source`, () => {
    fc.assert(
      fc.property(text, fc.boolean(), fc.integer({ min: 20, max: 90 }), (value, crlf, lineWidth) => {
        const scalar = new Scalar(value);
        scalar.type = style;
        const written = new Document({ k: scalar, z: 1 }).toString({ lineWidth });
        const source = crlf ? written.replaceAll("\n", "\r\n") : written;
        const read = scalarIn(source);
        expect(read).toBeDefined();
        if (read === undefined) return;
        // The library loses some leading blanks when it writes blocks: what it reads is the truth.
        const expected = libraryReads(source);
        expect(read.value).toBe(expected);
        expect(decodeScalar(source, read.style, read.span, read.value).value).toBe(expected);
        expectExactMap(source, read);
      }),
      runs,
    );
  });

const line = fc.constantFrom("a", "sum by (x) (y)", "b  c", "x 'y'", "d#", "1");
const gap = fc.constantFrom("\n", "\n\n", "\n\n\n", " \n", "\n\t\n", "  \n   \n");
const folding = fc.array(fc.tuple(line, gap, fc.integer({ min: 1, max: 6 })), { minLength: 1, maxLength: 6 });

/** Lines with line breaks and indentation of our own making. */
function fold(parts: readonly (readonly [string, string, number])[]): string {
  return parts
    .map(([words, breaks, indent], i) =>
      i === parts.length - 1 ? words : words + breaks + " ".repeat(indent),
    )
    .join("");
}

test("plain scalars folded at random decode as the library decodes them", () => {
  fc.assert(
    fc.property(folding, fc.boolean(), (parts, crlf) => {
      const written = `k: ${fold(parts)}\nz: 1\n`;
      expectDecoded(crlf ? written.replaceAll("\n", "\r\n") : written);
    }),
    runs,
  );
});

test("quoted scalars folded at random decode as the library decodes them", () => {
  const piece = fc.constantFrom(
    "a",
    "\\n",
    "\\x41",
    "\\u00e9",
    "\\U0001F600",
    "\\\\",
    '\\"',
    "\\t",
    " ",
    "\n",
    "\n\n",
    " \\\n ",
    "\\\n\n",
    "\\ ",
    "'",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.boolean(), fc.boolean(), (pieces, single, crlf) => {
      const inner = pieces.join("").replaceAll("\n", "\n  ");
      const quoted = single ? `'${inner.replaceAll("'", "''")}'` : `"${inner}"`;
      const written = `k: ${quoted}\nz: 1\n`;
      expectDecoded(crlf ? written.replaceAll("\n", "\r\n") : written);
    }),
    runs,
  );
});

test("block scalars with any header decode as the library decodes them", () => {
  const header = fc.constantFrom(
    "|",
    ">",
    "|-",
    ">-",
    "|+",
    ">+",
    "|2",
    ">2",
    "|2-",
    ">-2",
    "|+2",
    "> # c",
    "|2 # c",
  );
  const row = fc.tuple(
    fc.integer({ min: 0, max: 4 }),
    fc.constantFrom("a", "b c", "", "", "\tt", "# no comment", "x: y"),
  );
  fc.assert(
    fc.property(header, fc.array(row, { maxLength: 8 }), fc.boolean(), (head, rows, crlf) => {
      const body = rows.map(([indent, words]) => `  ${" ".repeat(indent)}${words}\n`).join("");
      const written = `k: ${head}\n${body}z: 1\n`;
      expectDecoded(crlf ? written.replaceAll("\n", "\r\n") : written);
    }),
    runs,
  );
});

/** Where the text is sound, our decoder says what the library says, and the map is exact. */
function expectDecoded(source: string): void {
  const stream = parseYaml(source);
  if (stream.documents.some(({ problems }) => problems.length > 0)) return;
  const scalar = scalarIn(source);
  expect(scalar).toBeDefined();
  if (scalar === undefined) return;
  expect(decodeScalar(source, scalar.style, scalar.span, scalar.value).value).toBe(scalar.value);
  expectExactMap(source, scalar);
}

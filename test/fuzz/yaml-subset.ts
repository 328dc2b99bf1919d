import fc from "fast-check";
import type { YamlNode, YamlStream } from "../../server/src/yaml/node.ts";

/** Everything a tree says, as plain data; with `maps`, also where each character of its scalars comes from. */
export function described(stream: YamlStream, maps: boolean): unknown {
  const node = (at: YamlNode): unknown => {
    switch (at.kind) {
      case "scalar":
        return [at.style, at.type, at.value, at.span, at.anchor, at.tag, maps ? sources(at) : 0];
      case "map":
        return [at.flow, at.span, at.pairs.map(({ key, value, span }) => [node(key), node(value), span])];
      case "seq":
        return [at.flow, at.span, at.items.map(node)];
      default:
        return [at.name, at.span];
    }
  };
  return stream.documents.map(({ root, span, problems }) => [
    root === undefined ? undefined : node(root),
    span,
    problems,
  ]);
}

function sources({ value, map }: YamlNode & { kind: "scalar" }): readonly unknown[] {
  return Array.from({ length: value.length + 1 }, (_, at) => [
    map.toSource(at),
    map.spanToSource({ start: at, end: Math.min(at + 1, value.length) }),
  ]);
}

/** Pieces that mean something to a reader of YAML. */
const pieces = [
  "\n", "\n\n", " ", "  ", "    ", "- ", "-", ": ", ":", "#", " # c", "'", '"', "\\", "|", ">", "|-\n", ">-\n      x\n",
  "|+", "|2", "{", "}", "[", "]", "{}", "[a, 'b']", "{a: b}", ",", "&a ", "*a", "!t ", "?", "? ", "%", "@", "`", "---",
  "---\n", "\n---\n", "...\n", "a", "a: b\n", "- a\n", "  - a: b\n", "a:\n", "''", '"\\n"', '"\\x"', "~", "null", "1", "\r",
  "\r\n", "\t", "\ufeff", "\u0085", "é", "😀", "<<: ", "  \n", " \n",
]; // biome-ignore format: one line for each would hide that they belong together

export type Edit = (text: string) => string;

/** One change such as a hand makes: something put in, taken out, moved in or out by some columns, said twice. */
export const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc
    .tuple(fc.nat(), fc.constantFrom(...pieces), fc.boolean())
    .map(([at, piece, atLine]) => (text: string) => {
      const offset = atLine ? lineStart(text, at % (text.length + 1)) : at % (text.length + 1);
      return text.slice(0, offset) + piece + text.slice(offset);
    }),
  fc.tuple(fc.nat(), fc.integer({ min: 1, max: 12 })).map(([at, length]) => (text: string) => {
    const offset = at % (text.length + 1);
    return text.slice(0, offset) + text.slice(offset + length);
  }),
  fc.tuple(fc.nat(), fc.integer({ min: -3, max: 3 })).map(([at, columns]) => (text: string) => {
    const start = lineStart(text, at % (text.length + 1));
    const rest = text.slice(start);
    return text.slice(0, start) + (columns < 0 ? rest.replace(/^ {1,3}/, "") : " ".repeat(columns) + rest);
  }),
  fc.tuple(fc.nat(), fc.nat(), fc.boolean()).map(([at, to, takeOut]) => (text: string) => {
    const lines = text.split("\n");
    const moved = lines.slice(at % lines.length, (at % lines.length) + 3);
    if (takeOut) lines.splice(at % lines.length, 3);
    else lines.splice(to % lines.length, 0, ...moved);
    return lines.join("\n");
  }),
  fc.nat().map((at) => (text: string) => text.slice(0, at % (text.length + 1))),
  fc.constant((text: string) => text.replaceAll("\n", "\r\n")),
);

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** Files made of the pieces, indented at random: few of them are sound, and each is short. */
export const madeUp: fc.Arbitrary<string> = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 4 }),
      fc.array(fc.oneof(fc.constantFrom("k: ", "- ", "l:\n  ", "x"), fc.constantFrom(...pieces)), {
        maxLength: 4,
      }),
    ),
    {
      maxLength: 10,
    },
  )
  .map((lines) => lines.map(([indent, parts]) => " ".repeat(indent) + parts.join("")).join("\n"));

function collection(depth: number): fc.Arbitrary<readonly string[]> {
  return fc.oneof(listOf(pair(depth)), listOf(pair(depth)), listOf(item(depth)));
}

/** Some of them with comments and empty lines between. */
function listOf(entry: fc.Arbitrary<readonly string[]>): fc.Arbitrary<readonly string[]> {
  const between = fc.constantFrom<readonly string[]>([], [], [], [""], ["# c"], ["   # c"]);
  return fc
    .array(fc.tuple(between, entry), { minLength: 1, maxLength: 4 })
    .map((entries) => entries.flatMap(([before, lines]) => [...before, ...lines]));
}

function pair(depth: number): fc.Arbitrary<readonly string[]> {
  const key = fc.constantFrom("a", "alert", "'q'", '"d e"', "x.y/z", "a b", "1", ":c", "-d", "b:c");
  // A sequence need not be indented below its key.
  const value =
    depth === 0 ? leaf : fc.oneof(leaf, nested(depth), nested(depth), below(listOf(item(depth - 1))));
  return fc.tuple(key, value).map(([name, lines]) => joined(`${name}:`, lines));
}

function item(depth: number): fc.Arbitrary<readonly string[]> {
  const value = depth === 0 ? leaf : fc.oneof(leaf, nested(depth));
  const inner = depth === 0 ? value : fc.oneof(value, listOf(item(depth - 1)).map(trimmed));
  return fc.oneof(
    value.map((lines) => joined("-", lines)),
    inner.map((lines) => (/^[-]/.test(lines[0] ?? "") ? compact(lines) : joined("-", lines))),
    fc.array(pair(depth), { minLength: 1, maxLength: 3 }).map((pairs) => compact(pairs.flat())),
  );
}

/** Without the comments and empty lines before its first entry. */
function trimmed(lines: readonly string[]): readonly string[] {
  return lines.slice(lines.findIndex((line) => line.startsWith("-")));
}

function below(lines: fc.Arbitrary<readonly string[]>): fc.Arbitrary<readonly string[]> {
  return fc.tuple(lines, fc.constantFrom("", " ", " # c")).map(([rest, behind]) => [behind, ...rest]);
}

function nested(depth: number): fc.Arbitrary<readonly string[]> {
  const indented = fc.tuple(collection(depth - 1), fc.integer({ min: 1, max: 3 }));
  return below(
    indented.map(([lines, indent]) => lines.map((line) => (line === "" ? line : " ".repeat(indent) + line))),
  );
}

/** Deeper than any collection that is made here. */
const deep = " ".repeat(20);

/** What stands behind a colon or a dash: the rest of its line, then lines of their own. */
const leaf: fc.Arbitrary<readonly string[]> = fc.oneof(
  fc
    .constantFrom(
      "",
      " ",
      " 1",
      " up == 0",
      " 'it''s'",
      ' "a\\n\\u00e9 \\\\"',
      ' [a, "b", [c]]',
      " {a: b, 'c': {d: e}}",
      " {}",
      " x # c",
      " a#b:c",
      "   5m  ",
      " http://x",
      " []  # c",
    )
    .map((text) => [text]),
  fc
    .tuple(
      fc.constantFrom(" |", " >", " |-", " >-", " | # c"),
      fc.array(
        fc.tuple(
          fc.integer({ min: 0, max: 2 }),
          fc.constantFrom("x", "", "# no comment", "a: b", "- c  ", ""),
        ),
        { maxLength: 4 },
      ),
    )
    .map(([header, lines]) => [
      header,
      `${deep}x`,
      ...lines.map(([more, line]) => (line === "" ? "" : `${deep}${" ".repeat(more)}${line}`)),
    ]),
  fc
    .array(fc.constantFrom("sum(x)", "by:y", "- z", "", "'q'", "{a}"), {
      minLength: 1,
      maxLength: 3,
    })
    .map((lines) => [" first", ...lines.map((line) => (line === "" ? line : `${deep}${line}`))]),
);

/** Sound files with every form of the subset. */
export const sound: fc.Arbitrary<string> = fc
  .tuple(
    collection(2),
    fc.constantFrom("", "---\n", "# c\n", "--- # c\n"),
    fc.constantFrom("", "\n", "# c", "---\n"),
  )
  .map(([lines, before, after]) => `${before}${lines.join("\n")}\n${after}`);

function joined(start: string, [first = "", ...rest]: readonly string[]): readonly string[] {
  return [start + first, ...rest];
}

function compact([first = "", ...rest]: readonly string[]): readonly string[] {
  return [`- ${first}`, ...rest.map((line) => (line === "" ? line : `  ${line}`))];
}

import { describe, expect, test } from "vitest";
import { asMap, asScalar, asSeq, pairOf, scalars, textOf, valueAt } from "../../../server/src/yaml/access.ts";
import { effectivePairs } from "../../../server/src/yaml/merge.ts";
import type { YamlNode } from "../../../server/src/yaml/node.ts";
import { parseYaml } from "../../../server/src/yaml/parse.ts";

function root(text: string): YamlNode | undefined {
  return parseYaml(text).documents[0]?.root;
}

/** The first problem of each document as `message at source`. */
function problems(text: string): readonly string[] {
  return parseYaml(text).documents.flatMap((document) =>
    document.problems.map(
      ({ message, span, fatal }) =>
        `${fatal ? "" : "not fatal: "}${message} @${text.slice(span.start, span.end)}`,
    ),
  );
}

function source(text: string, node: YamlNode | undefined): string | undefined {
  return node === undefined ? undefined : text.slice(node.span.start, node.span.end);
}

describe("nodes", () => {
  test("have the spans of their source, without anchors and tags", () => {
    const text = "a: &x !t\n  b: [1, {c: d}]\ne: &y |\n  f\n\ng: 'h'\n";
    expect(source(text, root(text))).toBe(text.trimEnd());
    expect(source(text, valueAt(root(text), "a"))).toBe("b: [1, {c: d}]");
    expect(source(text, valueAt(root(text), "a", "b"))).toBe("[1, {c: d}]");
    expect(source(text, asSeq(valueAt(root(text), "a", "b"))?.items[1])).toBe("{c: d}");
    expect(source(text, valueAt(root(text), "e"))).toBe("|\n  f\n");
    expect(source(text, valueAt(root(text), "g"))).toBe("'h'");
    expect(valueAt(root(text), "a")).toMatchObject({ anchor: "x", tag: "!t", kind: "map" });
    expect(valueAt(root(text), "e")).toMatchObject({ anchor: "y", style: "literal", value: "f\n" });
  });

  test("stand in where a value is missing, right behind its colon or dash", () => {
    const text = "a:\n  # nothing\nb: {c, d: }\ne:\n-\n- f\n";
    for (const node of [
      valueAt(root(text), "a"),
      valueAt(root(text), "b", "c"),
      valueAt(root(text), "b", "d"),
    ])
      expect(node).toMatchObject({ kind: "scalar", value: "", type: "null" });
    expect(valueAt(root(text), "a")?.span).toEqual({ start: 2, end: 2 });
    const dash = asSeq(valueAt(root(text), "e"))?.items[0];
    expect(dash).toMatchObject({ type: "null", span: { start: text.indexOf("-") + 1 } });
  });

  test("keep both of two equal keys", () => {
    expect(asMap(root("a: 1\na: 2\n"))?.pairs.map(({ value }) => textOf(value))).toEqual(["1", "2"]);
  });
});

describe("documents", () => {
  test("are told apart, with a byte order mark and CRLF", () => {
    const text = "\ufeff# first\r\na: 1\r\n---\r\nb: |\r\n  x\r\n  y\r\n---\r\n";
    const { documents } = parseYaml(text);
    expect(documents.map(({ root }) => root?.kind)).toEqual(["map", "map", undefined]);
    expect(textOf(valueAt(documents[1]?.root, "b"))).toBe("x\ny\n");
    expect(problems(text)).toEqual([]);
  });

  test("of nothing have no root", () => {
    for (const text of ["", "\n\n", "# only a comment\n", "---\n"]) {
      expect(root(text)).toBeUndefined();
      expect(problems(text)).toEqual([]);
    }
  });

  test("keep their problems to themselves", () => {
    const { documents } = parseYaml("a: b: c\n---\nb: 1\n---\nc: @\n");
    expect(documents.map(({ problems }) => problems.length)).toEqual([1, 0, 1]);
  });

  test("with git's conflict markers have that one problem", () => {
    const text = "groups:\n<<<<<<< HEAD\n- name: a\n=======\n- name: b\n>>>>>>> theirs\n";
    const { documents } = parseYaml(text);
    expect(documents).toHaveLength(1);
    expect(documents[0]?.root).toBeUndefined();
    expect(problems(text)).toEqual([expect.stringContaining("resolve them first. @<<<<<<< HEAD")]);
  });
});

describe("aliases", () => {
  test("stand for the latest anchor before them", () => {
    const text = "a: &x 1\nb: *x\nc: &x 2\nd: *x\n";
    expect(textOf(valueAt(root(text), "b"))).toBe("1");
    expect(textOf(valueAt(root(text), "d"))).toBe("2");
  });

  test("to nothing, and into themselves, are problems and harmless", () => {
    expect(problems("a: *nope\n")).toEqual(["unknown anchor 'nope' referenced @*nope"]);
    expect(problems("a: &x [*x]\n")).toEqual(["anchor 'x' value contains itself @*x"]);
    expect(problems("a: &x 1\n---\nb: *x\n")).toEqual(["unknown anchor 'x' referenced @*x"]);
  });

  test("are never expanded", () => {
    const lines = ["a0: &a0 {k: v}"];
    for (let i = 1; i < 60; i++) lines.push(`a${i}: &a${i} {<<: [${`*a${i - 1}, `.repeat(9)}*a${i - 1}]}`);
    const text = `${lines.join("\n")}\n`;
    expect(problems(text)).toEqual([]);
    expect(textOf(valueAt(root(text), "a59", "k"))).toBe("v");
    expect(pairOf(valueAt(root(text), "a59"), "absent")).toBeUndefined();
  });
});

test("merges bring keys that the mapping does not have, the first mapping of a list wins", () => {
  const text = "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz: {a: 0, <<: [*x, *y], d: 3}\n";
  const z = asMap(valueAt(root(text), "z"));
  const pairs = z === undefined ? [] : effectivePairs(z);
  expect(pairs.map(({ key, value }) => `${textOf(key)}${textOf(value)}`)).toEqual(["a0", "d3", "b1", "c2"]);
  expect(textOf(valueAt(z, "b"))).toBe("1");
});

test.each([
  ["", "null"],
  ["~", "null"],
  ["Null", "null"],
  ["true", "bool"],
  ["FALSE", "bool"],
  ["yes", "string"],
  ["no", "string"],
  ["1", "int"],
  ["-1_000", "int"],
  ["0x1F", "int"],
  ["0o17", "int"],
  ["017", "int"],
  ["0b11", "int"],
  ["18446744073709551615", "int"],
  ["18446744073709551616", "float"],
  ["1.5", "float"],
  [".5", "float"],
  ["1e3", "float"],
  ["-.inf", "float"],
  [".NaN", "float"],
  ["1.5.2", "string"],
  ["5m", "string"],
  ["2020-01-01", "string"],
  ["'1'", "string"],
  ["!!str 1", "string"],
  ["<<", "string"],
])("go-yaml takes %s for %s", (text, type) => {
  expect(asScalar(valueAt(root(`k: ${text}\n`), "k"))).toMatchObject({ type });
});

describe("go-yaml's verdict", () => {
  test.each([
    ["a: 'b\nc'\nd: 1\n", "b c"],
    ['a: "b\n\n c\\\nd"\nd: 1\n', "b\ncd"],
    ["x:\n  a: 'b\n  c ''d'\n  e: 1\n", undefined],
  ])("takes quoted scalars that go on at any indentation: %j", (text, value) => {
    expect(problems(text)).toEqual([]);
    if (value !== undefined) expect(textOf(valueAt(root(text), "a"))).toBe(value);
  });

  test("of a lone carriage return is a line break", () => {
    expect(textOf(valueAt(root("a: b\rc: d\r"), "c"))).toBe("d");
  });

  test("of an indented root that ends early is silence about the rest", () => {
    expect(problems("  groups:\n- name: a\n")).toEqual([
      expect.stringMatching(/^not fatal: What follows is ignored/),
    ]);
  });

  test.each([
    ["%YAML 1.2\n---\na: 1\n", "found incompatible YAML document @%YAML 1.2"],
    ["a: b\u0007\n", "control characters are not allowed @\u0007"],
    ["a: 1\n: b\n", "line 1: did not find expected key @:"],
    ["a:\n\t\n  b: 1\n", "line 2: found character that cannot start any token (a tab) @\t"],
    ["a:\n-\tb\n", "line 2: found character that cannot start any token (a tab) @\t"],
  ])("refuses what the library accepts: %j", (text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  test.each([
    "a: |\n  b\n  \t\n",
    "a: [b,\n\t\n c]\n",
    "a:\tb\n",
    "a: b\t\n",
    "a: b\n  \tc\n",
    "%YAML 1.1\n---\na: 1\n",
  ])("accepts tabs and directives where they do no harm: %j", (text) => {
    const library = parseYaml(text).documents.flatMap(({ problems: all }) => all);
    expect(library.filter(({ message }) => /tab|directive|incompatible/.test(message))).toEqual([]);
  });
});

describe("hostile input", () => {
  test.each(["[", "{a: ", "- ", "? "])("100,000 levels of %j do not overflow", (level) => {
    const { documents } = parseYaml(level.repeat(100_000));
    expect(documents.length).toBeGreaterThan(0);
  });

  test("a tree is composed down to the limit", () => {
    const nested = (depth: number): string => `${"[".repeat(depth)}1${"]".repeat(depth)}`;
    expect(root(nested(300))?.kind).toBe("seq");
    expect([...scalars(root(nested(500)))]).toEqual([]);
    expect(problems(nested(500))).toEqual([expect.stringMatching(/^not fatal: Nested deeper/)]);
  });

  test("a hole in a file shows once, where it is", () => {
    const rules = "- a: 1\n  b: 2\n".repeat(2000);
    expect(problems(`x: 'y\n${rules}`)).toEqual([
      "line 4002: found unexpected end of stream (Missing closing 'quote) @'y",
    ]);
    expect(problems(`x: {\n${rules}`)).toHaveLength(1);
  });
});

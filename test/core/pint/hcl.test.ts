import { describe, expect, test } from "vitest";
import { parseHcl } from "../../../server/src/world/pint/hcl.ts";

describe("HCL", () => {
  const dollar = "$";

  test("has texts, numbers, lists, objects, heredocs and comments", () => {
    const text = `
a = "x \\"y\\" \\u0041 ${dollar}{ENV_B}" // one
b = [1, -2.5, true, null, "c",
  "d", /* two */
]
c = { e = "f", "g-h" : [] }
block "one" two {
  d = <<-END
    first
      second
  END
}
empty {}
`;
    const read = parseHcl(text);
    if (!read.ok) throw new Error(`line ${read.line}`);
    expect(Object.fromEntries(read.body.attributes)).toEqual({
      a: `x "y" A ${dollar}{ENV_B}`,
      b: [1, -2.5, true, null, "c", "d"],
      c: { e: "f", "g-h": [] },
    });
    const [block, empty] = read.body.blocks;
    expect(block).toMatchObject({ type: "block", labels: ["one", "two"], line: 7 });
    expect(block?.body.attributes.get("d")).toBe("first\n  second\n");
    expect(empty?.type).toBe("empty");
  });

  test.each([
    "a = b.c",
    "a = f(1)",
    "a",
    "a {",
    'a = "b',
    "a = [1",
    "}",
    'a = "\\x"',
    "a = <<X\nb\n",
    "a = {".repeat(90),
  ])("refuses %s", (text) => {
    expect(parseHcl(text).ok).toBe(false);
  });
});

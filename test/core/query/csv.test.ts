import { expect, test } from "vitest";
import { csvText } from "../../../server/src/base/csv.ts";

test("quotes what RFC 4180 says must be quoted", () => {
  expect(csvText([["a,b", 'say "x"', "two\nlines", "cr\rhere", " plain "], []])).toBe(
    '"a,b","say ""x""","two\nlines","cr\rhere", plain \r\n\r\n',
  );
});

test("a cell can never be a formula, and a number stays a number", () => {
  const cells = ["=1+1", "+cmd|' /C calc'!A0", "-1+1", "@SUM(A1)", "\t=1", '=HYPERLINK("x")'];
  for (const one of cells) expect(csvText([[one]])).toMatch(/^"?'/);
  const numbers = ["-2", "+Inf", "-Inf", "NaN", "1e+06", "-1.5e-7", "0.1"];
  expect(csvText([numbers])).toBe(`${numbers.join(",")}\r\n`);
});

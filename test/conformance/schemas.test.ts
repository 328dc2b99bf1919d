import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { definitionsFolder, generatedFile, generateOperatorSchemas } from "../../scripts/schemas.ts";

test("the grammars of the operator's kinds are those of its pinned module", () => {
  expect(readFileSync(generatedFile, "utf8")).toBe(generateOperatorSchemas(definitionsFolder()));
});

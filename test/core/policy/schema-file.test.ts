import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { projectSchemaFile, projectSchemaPath } from "../../../scripts/project-schema.ts";

test("docs/promscope.schema.json is what `npm run project-schema` writes", () => {
  expect(readFileSync(projectSchemaPath, "utf8")).toBe(projectSchemaFile());
});

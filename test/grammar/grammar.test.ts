import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { createRegistry, type IGrammarConfig } from "vscode-tmgrammar-test/dist/common/index.js";
import { parseGrammarTestCase, runGrammarTestCase } from "vscode-tmgrammar-test/dist/unit/index.js";
import { ensureCodeServer } from "../vscode/install.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const fixtures = fileURLToPath(new URL("fixtures", import.meta.url));

/** The grammars that a manifest contributes, with absolute paths. */
function grammarsOf(folder: string): IGrammarConfig[] {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    contributes: { grammars: IGrammarConfig[] };
  };
  return manifest.contributes.grammars.map((grammar) => ({ ...grammar, path: join(folder, grammar.path) }));
}

let registry: ReturnType<typeof createRegistry>;

beforeAll(async () => {
  // VS Code's own YAML grammar: how an injection behaves depends on the rules around it.
  const { serverMain } = await ensureCodeServer();
  const yaml = join(dirname(dirname(serverMain)), "extensions", "yaml");
  registry = createRegistry([...grammarsOf(yaml), ...grammarsOf(root)]);
}, 600_000);

describe("every assertion of the fixtures holds", () => {
  for (const file of readdirSync(fixtures)) {
    test(file, async () => {
      const testCase = parseGrammarTestCase(readFileSync(join(fixtures, file), "utf8"));
      expect(testCase.assertions.length).toBeGreaterThan(0);
      const failures = await runGrammarTestCase(registry, testCase);
      const told = failures.map(({ line, srcLine, start, end, missing, unexpected, actual }) => ({
        at: `${file}:${line + 1}:${start}-${end} ${testCase.source[srcLine]?.slice(start, end)}`,
        missing,
        unexpected,
        actual,
      }));
      expect(told).toEqual([]);
    });
  }
});

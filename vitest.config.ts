import { defineConfig } from "vitest/config";

/** One project for each kind of test, so that `npm run test:core` and its siblings name exactly one. */
const kinds = ["core", "lsp", "cli", "grammar", "conformance", "fuzz", "stack"] as const;

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export.
export default defineConfig({
  resolve: { alias: { yaml: "yaml/browser/index.js" } },
  test: {
    projects: kinds.map((kind) => ({
      extends: true,
      test: {
        name: kind,
        include: [`test/${kind}/**/*.test.ts`],
        // The real servers need time to start; a test there waits for states, and this is only its last resort.
        testTimeout: kind === "stack" || kind === "conformance" || kind === "fuzz" ? 120_000 : 20_000,
        hookTimeout: kind === "core" || kind === "grammar" ? 20_000 : 180_000,
        fileParallelism: kind !== "stack",
      },
    })),
  },
});

import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** One project for each kind of test, so that `npm run test:core` and its siblings name exactly one. */
const kinds = ["core", "lsp", "cli", "grammar", "conformance", "fuzz", "stack", "editors"] as const;

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export.
export default defineConfig({
  // The browser build, as in the bundles; the package does not export it by name, so the alias is a path.
  resolve: {
    alias: { yaml: fileURLToPath(new URL("node_modules/yaml/browser/index.js", import.meta.url)) },
  },
  test: {
    projects: kinds.map((kind) => ({
      extends: true,
      test: {
        name: kind,
        include: [`test/${kind}/**/*.test.ts`],
        setupFiles: ["test/seed.ts"],
        // A test waits for states, and this is only its last resort: on a busy machine all takes many times longer.
        testTimeout: ["stack", "conformance", "fuzz"].includes(kind) ? 600_000 : 180_000,
        hookTimeout: kind === "stack" ? 400_000 : 180_000,
        // vitest's own second is nothing to a real server on a busy machine.
        expect: { poll: { timeout: kind === "stack" ? 60_000 : 5_000 } },
        fileParallelism: kind !== "stack",
      },
    })),
  },
});

/** One part of `npm test`. */
export interface Step {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /**
   * How it tells how many tests passed: vitest's JSON report, or a last line `N passed, N failed`.
   * Without it the step as a whole is one test.
   */
  readonly counts?: "vitest" | "line";
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What has to be built in the background before it can start. */
  readonly needs?: "servers" | "vscode";
  /** Whether nothing may be built beside it: its servers have deadlines to keep. */
  readonly quiet?: true;
}

function vitest(name: string, more: Pick<Step, "needs" | "env" | "quiet"> = {}): Step {
  return {
    name,
    command: "vitest",
    args: ["run", "--project", name, "--reporter=default", "--reporter=json"],
    counts: "vitest",
    ...more,
  };
}

/** In the order in which they run: what says most in the shortest time comes first. */
export const steps: readonly Step[] = [
  { name: "lint", command: "biome", args: ["check", "--error-on-warnings", "."] },
  { name: "types", command: "npm", args: ["run", "--silent", "typecheck"] },
  { name: "build", command: "npm", args: ["run", "--silent", "package"] },
  vitest("core"),
  vitest("lsp"),
  vitest("cli"),
  // promtool and the oracle are built with the servers, and not within the time of a test.
  vitest("conformance", { needs: "servers" }),
  // The same inputs in every run; `npm run fuzz` takes fresh ones.
  vitest("fuzz", { needs: "servers", env: { SEED: "1" } }),
  vitest("stack", { needs: "servers", quiet: true }),
  // Our grammars are held against those that VS Code brings.
  vitest("grammar", { needs: "vscode" }),
  {
    name: "vscode",
    command: "node",
    args: ["test/vscode/run.ts"],
    counts: "line",
    needs: "vscode",
  },
];

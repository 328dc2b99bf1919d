/** One test of a suite that runs outside vitest: in the extension host or against a browser. */
export interface Case {
  readonly name: string;
  readonly run: () => Promise<void> | void;
}

export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** Runs the cases one after the other and prints each; a case that throws has failed, and the others go on. */
export async function runCases(
  cases: readonly Case[],
  print: (line: string) => void,
  onFailure: (failed: Case) => Promise<void> = async () => {},
): Promise<Tally> {
  let passed = 0;
  for (const one of cases) {
    const started = performance.now();
    const took = () => `(${Math.round(performance.now() - started)} ms)`;
    try {
      await one.run();
      passed++;
      print(`  ok    ${one.name} ${took()}`);
    } catch (error) {
      print(`  FAIL  ${one.name} ${took()}`);
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      for (const line of text.split("\n")) print(`          ${line}`);
      await onFailure(one);
    }
  }
  return { passed, failed: cases.length - passed };
}

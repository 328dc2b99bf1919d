import type { Span } from "../../base/text.ts";
import type { Snapshot } from "../../world/snapshot.ts";
import { testSpan, testsIn } from "./outcome.ts";

/** A line above a test that runs it, or all of the file. */
export interface TestLens {
  readonly span: Span;
  readonly title: string;
  /** Its place in `tests`; nothing for all. */
  readonly test: number | undefined;
}

/** One line at the top of a test file that runs all of it, and one above each of its tests. */
export function testLenses({ document }: Snapshot): readonly TestLens[] {
  const tests = testsIn(document);
  if (tests === undefined || tests.tests.length === 0) return [];
  const { start } = tests.root.span;
  return [
    { span: { start, end: start }, title: "▶ Run all tests", test: undefined },
    ...tests.tests.map((group) => ({ span: testSpan(group), title: "▶ Run test", test: group.index })),
  ];
}

import { expect, test } from "vitest";
import { lastWords, readLineReport, readVitestReport } from "../../../scripts/test-report.ts";

const red = (text: string): string => `${String.fromCharCode(27)}[31m${text}${String.fromCharCode(27)}[39m`;

test("failed tests of vitest are told by file, name and the beginning of the error", () => {
  const lines = Array.from({ length: 40 }, (_, index) => `  at line ${index}`).join("\n");
  const report = {
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 1,
    numTodoTests: 1,
    testResults: [
      {
        name: "/repo/test/stack/a.test.ts",
        status: "failed",
        assertionResults: [
          { fullName: "a group passes", status: "passed", failureMessages: [] },
          {
            fullName: "a group fails",
            status: "failed",
            failureMessages: [`${red("Error: no answer")}\n${lines}`],
          },
        ],
      },
      {
        name: "/repo/test/stack/b.test.ts",
        status: "failed",
        message: "Cannot find module",
        assertionResults: [],
      },
      { name: "/repo/test/stack/c.test.ts", status: "passed", message: "", assertionResults: [] },
    ],
  };
  const read = readVitestReport(JSON.stringify(report), "/repo/");
  expect(read).toMatchObject({ passed: 3, failed: 1, skipped: 2 });
  expect(read.failures).toHaveLength(2);
  expect(read.failures[0]).toMatch(
    /^test\/stack\/a\.test\.ts > a group fails\n {4}Error: no answer\n {4}at line 0\n/,
  );
  expect(read.failures[0]?.split("\n")).toHaveLength(13);
  expect(read.failures[1]).toBe("test/stack/b.test.ts\n    Cannot find module");
});

test("failed cases of a step that prints its own lines are told with what stands under them", () => {
  const said = [
    "host",
    "  ok    one (1 ms)",
    "  FAIL  two (2 ms)",
    "          Error: 1 != 2",
    "              at somewhere",
    "  ok    three (1 ms)",
    "  FAIL  four (2 ms)",
    "2 passed, 2 failed",
    "",
  ].join("\n");
  expect(readLineReport(said)).toEqual({
    passed: 2,
    failed: 2,
    skipped: 0,
    failures: ["two (2 ms)\n    Error: 1 != 2\n    at somewhere", "four (2 ms)"],
  });
  expect(readLineReport("a crash\n")).toBeUndefined();
});

test("a step that counts nothing is told by its last words", () => {
  const said = Array.from({ length: 30 }, (_, index) => `line ${index}\n\n`).join("");
  expect(lastWords(said).split("\n")).toHaveLength(12);
  expect(lastWords(red("x.ts: error"))).toBe("    x.ts: error");
});

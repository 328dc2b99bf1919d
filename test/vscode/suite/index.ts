import { type Case, runCases } from "../harness.ts";
import { activationCases } from "./activation.test.ts";
import { formatCases } from "./format.test.ts";
import { offlineCases } from "./offline.test.ts";
import { serverCases } from "./server.test.ts";
import { testCases } from "./tests.test.ts";

/** Called by VS Code in its extension host; what it throws becomes the exit code. */
export async function run(): Promise<void> {
  const cases: Case[] = [...activationCases, ...serverCases, ...testCases, ...formatCases, ...offlineCases];
  const { passed, failed } = await runCases(cases, (line) => console.log(line));
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0) throw new Error(`${failed} failed`);
}

import { connectSuite } from "./connect-suite.ts";
import type { Tally } from "./harness.ts";
import { hostSuite } from "./host-suite.ts";
import { panelSuite } from "./panel-suite.ts";
import { uiSuite } from "./ui-suite.ts";

/**
 * The tests in a real VS Code: `node test/vscode/run.ts [panel] [host] [connect] [ui]`. `--pictures` makes the README's
 * pictures anew instead; `PROMSCOPE_PICTURES=FOLDER` puts every picture in every theme into that folder.
 */
const suites: Readonly<Record<string, (options: { pictures: boolean }) => Promise<Tally>>> = {
  panel: panelSuite,
  host: hostSuite,
  connect: connectSuite,
  ui: uiSuite,
};

const pictures = process.argv.includes("--pictures");
const named = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const wanted = named.length > 0 ? named : pictures ? ["ui"] : Object.keys(suites);

let passed = 0;
let failed = 0;
for (const name of wanted) {
  const suite = suites[name];
  if (suite === undefined)
    throw new Error(`There is no suite ${name}: use ${Object.keys(suites).join(", ")}.`);
  process.stdout.write(`${name}\n`);
  try {
    const tally = await suite({ pictures });
    passed += tally.passed;
    failed += tally.failed;
  } catch (error) {
    failed++;
    process.stdout.write(
      `  FAIL  ${name} could not run: ${error instanceof Error ? error.stack : String(error)}\n`,
    );
  }
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;

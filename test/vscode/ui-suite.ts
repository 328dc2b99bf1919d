import { execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { type Federation, startFederation } from "../stack/federation.ts";
import { openBrowser } from "./browser.ts";
import { type Editor, startEditor } from "./editor.ts";
import { type Case, runCases, type Tally } from "./harness.ts";
import { openWorkbench, screenshot } from "./page.ts";
import { takePictures } from "./pictures.ts";
import { uiCases } from "./ui-cases.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const vsix = join(root, "dist", "promscope.vsix");

/** What a test of the user's path works with. */
export interface Stage {
  readonly page: Page;
  readonly browser: Browser;
  readonly editor: Editor;
  readonly federation: Federation;
  /** A copy of the examples. */
  readonly workspace: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly vsix: string;
}

/** The user's path through the real product: packaged, installed, in a browser's VS Code, against a real federation. */
export async function uiSuite({ pictures }: { pictures: boolean }): Promise<Tally> {
  // What is built now, not what was packaged some time ago.
  execFileSync(process.execPath, [join(root, "scripts", "package.ts")], { stdio: "pipe" });
  // A folder of one's own gets every picture in every theme.
  const own = process.env["PROMSCOPE_PICTURES"];
  const temporary = await mkdtemp(join(tmpdir(), "promscope-pictures-"));
  const out = own ?? (pictures ? join(root, "images") : temporary);
  const failures = join(root, "test", "vscode", "out");
  const workspace = await copyExamples();
  const federation = await startFederation();
  const browser = await openBrowser();
  const settings = settingsFor(federation);
  let editor: Editor | undefined;
  try {
    editor = await startEditor({ workspace, vsix, settings });
    const page = await openWorkbench(browser, editor.url);
    const stage: Stage = { page, browser, editor, federation, workspace, settings, vsix };
    const keepPicture = async ({ name }: Case): Promise<void> => {
      await mkdir(failures, { recursive: true });
      const file = name.replaceAll(/[^a-z0-9]+/gi, "-");
      const open = browser.contexts().flatMap((context) => context.pages());
      for (const [index, one] of open.entries())
        await screenshot(one, join(failures, `${file}-${index}.png`));
    };
    const cases = pictures ? [] : uiCases(stage);
    const picture: Case = {
      name: "the pictures of the README",
      run: () => takePictures(stage, out, own !== undefined),
    };
    return await runCases([picture, ...cases], print, keepPicture);
  } finally {
    await browser.close();
    await editor?.stop();
    await federation.stop();
    await rm(dirname(workspace), { recursive: true, force: true });
    await rm(temporary, { recursive: true, force: true });
  }
}

/** The examples, and files that are none of ours. */
async function copyExamples(): Promise<string> {
  const workspace = join(await mkdtemp(join(tmpdir(), "promscope-workspace-")), "monitoring");
  await cp(join(root, "examples"), workspace, { recursive: true });
  await writeFile(join(workspace, "values.yaml"), "replicas: 2\nimage:\n  expr: sum(\n  tag: x\n");
  return workspace;
}

function settingsFor(federation: Federation): Readonly<Record<string, unknown>> {
  const files = ["rules/{recording,priority-1,priority-2}/**", "operator/**", "monitors/**"];
  return {
    "editor.minimap.enabled": false,
    "promscope.environments": federation.environments.map(({ name, backend, scope }) => ({
      name,
      backend,
      scope,
      ...(name === "Prod NA" ? {} : { files }),
      ...(name === "Prod EU" ? { protected: true } : {}),
    })),
  };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

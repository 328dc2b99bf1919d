import { execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { type Federation, startFederation, waitForAnswer } from "../stack/federation.ts";
import { type GuardedPrometheus, startGuardedPrometheus } from "../stack/guarded-prometheus.ts";
import { openBrowser } from "./browser.ts";
import { connectCases } from "./connect-cases.ts";
import { type Editor, startEditor } from "./editor.ts";
import { type GuardedProxy, guardedProxy } from "./guarded-proxy.ts";
import { type Case, runCases, type Tally } from "./harness.ts";
import { openWorkbench, screenshot } from "./page.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const vsix = join(root, "dist", "promscope.vsix");

/** What a test of the first five minutes works with: a real editor in which nothing is set. */
export interface ConnectStage {
  readonly page: Page;
  readonly browser: Browser;
  readonly vsix: string;
  readonly editor: Editor;
  readonly federation: Federation;
  /** Before the same Thanos, with a token. */
  readonly proxy: GuardedProxy;
  readonly token: string;
  /** Wants a client certificate and a password, and shows a certificate of an authority of its own. */
  readonly vault: GuardedPrometheus;
  readonly workspace: string;
  /** Keeps a picture of the window, where a folder for pictures is named. */
  picture(name: string): Promise<void>;
}

/** From an address to an environment that works, by keyboard, in a real VS Code against a real federation. */
export async function connectSuite(): Promise<Tally> {
  execFileSync(process.execPath, [join(root, "scripts", "package.ts")], { stdio: "pipe" });
  const workspace = join(await mkdtemp(join(tmpdir(), "promscope-workspace-")), "monitoring");
  await cp(join(root, "examples"), workspace, { recursive: true });
  await rm(join(workspace, "promscope.yaml"), { force: true });
  const failures = join(root, "test", "vscode", "out");
  const pictures = process.env["PROMSCOPE_PICTURES"];
  const token = "geheim-0123456789";
  const federation = await startFederation();
  const proxy = await guardedProxy(federation.thanosUrl, token);
  const vault = await startGuardedPrometheus({
    clientCertificate: true,
    externalLabels: { cluster: "vault" },
  });
  const browser = await openBrowser();
  let editor: Editor | undefined;
  try {
    await waitForAnswer(federation.thanosUrl, "min(up == 1)");
    // A trace holds every message between client and server: the strictest place for a secret to show.
    const settings = {
      "editor.minimap.enabled": false,
      "promscope.trace.server": "verbose",
      // Files are chosen in VS Code's own box, which takes keys; the system's cannot be driven.
      "files.simpleDialog.enable": true,
    };
    editor = await startEditor({ workspace, vsix, settings, logLevel: "trace" });
    const page = await openWorkbench(browser, editor.url);
    const stage: ConnectStage = {
      page,
      browser,
      vsix,
      editor,
      federation,
      proxy,
      token,
      vault,
      workspace,
      async picture(name) {
        if (pictures === undefined) return;
        await mkdir(pictures, { recursive: true });
        await screenshot(page, join(pictures, `connect-${name}.png`));
      },
    };
    const keepPicture = async ({ name }: Case): Promise<void> => {
      await mkdir(failures, { recursive: true });
      const file = name.replaceAll(/[^a-z0-9]+/gi, "-");
      const open = browser.contexts().flatMap((context) => context.pages());
      for (const [index, one] of open.entries())
        await screenshot(one, join(failures, `${file}-${index}.png`));
    };
    return await runCases(connectCases(stage), (line) => void process.stdout.write(`${line}\n`), keepPicture);
  } finally {
    await browser.close();
    await editor?.stop();
    await proxy.close();
    await vault.stop();
    await federation.stop();
    await rm(dirname(workspace), { recursive: true, force: true });
  }
}

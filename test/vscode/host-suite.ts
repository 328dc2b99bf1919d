import { cp, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser } from "playwright-core";
import { freePorts } from "../stack/ports.ts";
import { findTool } from "../stack/tools/locate.ts";
import { openBrowser } from "./browser.ts";
import { startTestHost, type TestHost } from "./editor.ts";
import type { Tally } from "./harness.ts";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const patienceMs = 240_000;

/** Tests that run inside VS Code's extension host, with VS Code's own API. */
export async function hostSuite(): Promise<Tally> {
  const workspace = await mkdtemp(join(tmpdir(), "promscope-workspace-"));
  await cp(join(root, "examples"), workspace, { recursive: true });
  const [deadPort = 0] = await freePorts(1);
  const page = await serveHtml();
  const environments = [
    { name: "Down", backend: `http://127.0.0.1:${deadPort}`, files: ["nothing/**"] },
    { name: "Page", backend: page.url, files: ["nothing/**"] },
  ];
  const host = await startTestHost({
    "promscope.environments": environments,
    "promscope.promtool": (await findTool("promtool")) ?? "",
  });
  const browser = await openBrowser();
  try {
    const bundle = join(host.run.folder, "suite", "index.js");
    await bundleSuite(bundle);
    return await runInHost(browser, host, workspace, bundle);
  } finally {
    await browser.close();
    await host.run.stop();
    page.stop();
    await rm(workspace, { recursive: true, force: true });
  }
}

async function bundleSuite(outfile: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: ["test/vscode/suite/index.ts"],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    external: ["vscode"],
    logLevel: "warning",
  });
}

/** Opens the page that makes VS Code run the suite, and waits for its end. */
async function runInHost(
  browser: Browser,
  host: TestHost,
  workspace: string,
  bundle: string,
): Promise<Tally> {
  const remote = (path: string): string => `vscode-remote://${host.authority}${path}`;
  const payload = JSON.stringify([
    ["extensionDevelopmentPath", remote(root)],
    ["extensionTestsPath", remote(bundle)],
    ["skipWelcome", "true"],
  ]);
  const url = `http://${host.authority}/?folder=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(payload)}`;
  const page = await browser.newPage();
  let tally: Tally | undefined;
  const log = (_type: string, args: readonly unknown[]): void => {
    const line = String(args[0]);
    const totals = /^(\d+) passed, (\d+) failed$/.exec(line);
    if (totals !== null) tally = { passed: Number(totals[1]), failed: Number(totals[2]) };
    else if (line.startsWith("  ")) process.stdout.write(`${line}\n`);
  };
  await page.exposeFunction("codeAutomationLog", log);
  const exit = new Promise<number>((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`the suite did not end within ${patienceMs} ms`)),
      patienceMs,
    );
    void page.exposeFunction("codeAutomationExit", (code: number) => {
      clearTimeout(late);
      resolve(code);
    });
  });
  await page.goto(url);
  const code = await exit;
  await page.close();
  if (tally === undefined) throw new Error(`the suite ended with ${code} and no result`);
  if (code !== 0 && tally.failed === 0) throw new Error(`the suite ended with ${code}`);
  return tally;
}

/** A server that answers everything with a page, as a proxy's login does. */
async function serveHtml(): Promise<{ url: string; stop(): void }> {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "text/html").end("<html><body>Please log in</body></html>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the page has no port");
  const stop = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${address.port}`, stop };
}

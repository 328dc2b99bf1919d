import { openBrowser } from "./browser.ts";
import { runCases, type Tally } from "./harness.ts";
import { panelCases } from "./panel-cases.ts";
import { servePanel } from "./panel-page.ts";

/** The results panel's page alone in Chromium. */
export async function panelSuite(): Promise<Tally> {
  const browser = await openBrowser();
  const { url, server } = await servePanel();
  try {
    return await runCases(panelCases(browser, url), print);
  } finally {
    server.close();
    server.closeAllConnections();
    await browser.close();
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

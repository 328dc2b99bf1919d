import { type Browser, chromium } from "playwright-core";
import { ensureChromium } from "./install.ts";

/** A headless Chromium that asks nothing of the network by itself. Whoever opens it closes it. */
export async function openBrowser(progress: (line: string) => void = () => {}): Promise<Browser> {
  return chromium.launch({
    executablePath: await ensureChromium(progress),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

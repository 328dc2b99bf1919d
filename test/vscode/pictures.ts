import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import * as edit from "./page.ts";
import type { Stage } from "./ui-suite.ts";

const themes = {
  dark: { name: "Dark Modern", kind: "vs-dark" },
  light: { name: "Light Modern", kind: "vs" },
  "high-contrast": { name: "Default High Contrast", kind: "hc-black" },
  "high-contrast-light": { name: "Default High Contrast Light", kind: "hc-light" },
} as const;

type Theme = keyof typeof themes;

/** What the README shows. */
const ofReadme: readonly (readonly [picture: string, theme: Theme])[] = [
  ["rule", "dark"],
  ["results", "dark"],
  ["monitor", "light"],
];

/**
 * Takes the pictures of the README, or every picture in every theme, to look at; `PROMSCOPE_PICTURES_OF` names some
 * of them with commas between.
 */
export async function takePictures(stage: Stage, folder: string, all: boolean): Promise<void> {
  const only = process.env["PROMSCOPE_PICTURES_OF"]?.split(",");
  const names = Object.keys(pictures).filter((name) => only?.includes(name) ?? true);
  const everything = (Object.keys(themes) as Theme[]).flatMap((theme) =>
    names.map((name) => [name, theme] as const),
  );
  const page = await edit.openWorkbench(stage.browser, stage.editor.url, { width: 1000, height: 640 });
  await edit.command(page, "View: Toggle Primary Side Bar Visibility");
  let current: Theme | undefined;
  for (const [name, theme] of all ? everything : ofReadme) {
    if (theme !== current) await edit.chooseTheme(page, themes[theme].name, themes[theme].kind);
    current = theme;
    const leave = await pictures[name]?.(page, stage);
    await edit.screenshot(page, join(folder, `${name}-${theme}.png`));
    await leave?.();
  }
  await page.context().close();
}

const buckets = "sum by (le) (rate(http_request_duration_seconds_bucket[5m]))";

/** Arranges the window for one picture; gives what puts it back. */
type Arrange = (page: Page, stage: Stage) => Promise<() => Promise<void>>;

const pictures: Readonly<Record<string, Arrange>> = {
  async rule(page) {
    await edit.openFile(page, "rules/priority-1/checkout.yaml");
    await edit.goTo(page, 6, 66);
    await edit.lenses(page);
    await page.keyboard.press("Backspace");
    await edit.waitForSquiggle(page, "error");
    await edit.hover(page, "parse error");
    return async () => {
      await page.keyboard.press("Escape");
      await revert(page);
    };
  },
  async completion(page) {
    await edit.openFile(page, "rules/priority-1/checkout.yaml");
    await edit.goTo(page, 6, 15);
    await page.keyboard.type("sum(http_");
    await edit.completionItem(page, "http_requests_total");
    return async () => {
      await page.keyboard.press("Escape");
      await revert(page);
    };
  },
  async hover(page) {
    await edit.openFile(page, "rules/recording/services.yaml");
    await edit.goTo(page, 7, 52);
    await edit.hover(page, "http_requests_total");
    return () => page.keyboard.press("Escape");
  },
  async monitor(page, { workspace }) {
    await edit.openFile(page, "monitors/service-x.yaml");
    const lines = (await readFile(join(workspace, "monitors/service-x.yaml"), "utf8")).split("\n");
    await edit.goTo(page, lines.indexOf("metadata:") + 1, 2);
    await edit.waitForSquiggle(page, "error");
    await edit.openFixes(page, "Indent the children");
    return () => page.keyboard.press("Escape");
  },
  async results(page) {
    await edit.openFile(page, "rules/recording/services.yaml");
    await edit.goTo(page, 7, 52);
    await edit.runLens(page, "Run on Dev");
    await edit.resultRows(page);
    await enlargePanel(page);
    const frame = await edit.resultsFrame(page);
    await frame.locator("button", { hasText: "Range" }).click();
    await frame.locator("#tab-Graph").click();
    await frame.locator(".page:not(.stale) .plot canvas").waitFor();
    return async () => {
      await frame.locator("#tab-Table").click();
      await edit.command(page, "View: Hide Panel");
    };
  },
  table: (page) => showResult(page, "http_requests_total"),
  heat: (page) => showResult(page, buckets, { mode: "Range", tab: "Heat-map" }),
  several: (page) => showResult(page, "sum by (service) (rate(http_requests_total[5m]))", { several: true }),
  failure: (page) => showResult(page, "sum by (service) (rate(http_requests_total[5m])", { fails: true }),
  history: (page) => showResult(page, "up", { tab: "History" }),
  async partial(page, { federation }) {
    federation.freeze("dev/k8s/b sidecar");
    const leave = await showResult(page, "count by (service) (up)");
    return async () => {
      federation.resume("dev/k8s/b sidecar");
      await leave();
    };
  },
};

/** Runs an expression in the panel and shows one of its pages. */
async function showResult(
  page: Page,
  expr: string,
  options: {
    readonly mode?: "Range";
    readonly tab?: string;
    readonly several?: boolean;
    readonly fails?: boolean;
  } = {},
): Promise<() => Promise<void>> {
  await edit.openFile(page, "rules/recording/services.yaml");
  await edit.goTo(page, 7, 52);
  await edit.runLens(page, "Run on Dev");
  await edit.resultRows(page);
  await enlargePanel(page);
  const frame = await edit.resultsFrame(page);
  await frame.locator("textarea").fill(expr);
  await frame.locator("textarea").press("Enter");
  if (options.mode !== undefined) await frame.locator("button", { hasText: options.mode }).click();
  if (options.several === true) {
    await frame.locator("button", { hasText: "Side by Side" }).click();
    const run = page.locator(".monaco-dialog-box").getByRole("button", { name: "Run", exact: true });
    const last = frame.locator(".badge").nth(2);
    // A query that was allowed once is not asked about again in this window.
    await Promise.any([run.click(), last.waitFor()]);
    await last.waitFor();
  }
  const settled = frame.locator(".toolbar .primary");
  await settled.waitFor();
  if (options.fails === true) await frame.locator(".failure").waitFor();
  if (options.tab !== undefined) await frame.locator(`#tab-${options.tab}`).click();
  return async () => {
    if (options.several === true) {
      // It runs again, for one environment, and the tabs are made anew with the answer.
      await frame.locator("button", { hasText: "Side by Side" }).click();
      await frame.locator(".badge").nth(1).waitFor({ state: "detached" });
      await settled.waitFor();
    }
    // What fails has no table, and the tab of the answer before is going away.
    if (options.fails !== true) await frame.locator("#tab-Table").click();
    await edit.command(page, "View: Hide Panel");
  };
}

async function revert(page: Page): Promise<void> {
  await edit.command(page, "File: Revert File");
  await page.locator(".tab.active.dirty").waitFor({ state: "detached" });
}

/** Pulls the upper border of the panel up, so that a graph has room. */
async function enlargePanel(page: Page): Promise<void> {
  const box = await page.locator(".part.panel").boundingBox();
  if (box === null) throw new Error("the panel is not open");
  await page.mouse.move(box.x + box.width / 2, box.y - 1);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, 240, { steps: 5 });
  await page.mouse.up();
}

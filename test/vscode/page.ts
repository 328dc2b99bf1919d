import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Frame, Locator, Page } from "playwright-core";

/** How long a state of the editor may take to come, in milliseconds; a test waits for states, never for time. */
const patience = 30_000;

/** Opens the workbench and waits until the explorer shows the workspace. */
export async function openWorkbench(
  browser: Browser,
  url: string,
  size: { readonly width: number; readonly height: number } = { width: 1280, height: 800 },
): Promise<Page> {
  const context = await browser.newContext({ viewport: size, deviceScaleFactor: 1 });
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  await page.goto(url);
  await page.locator(".explorer-viewlet .monaco-list-row").first().waitFor();
  return page;
}

/** Opens a file of the workspace by its path and waits until its editor has the focus. */
export async function openFile(page: Page, path: string): Promise<void> {
  const parts = path.split("/");
  const name = parts.pop() ?? path;
  const row = page
    .locator(".quick-input-list .monaco-list-row", { hasText: name })
    .filter({ hasText: parts.join("/") })
    .first();
  const tab = page.locator(`.tab.active[data-resource-name="${name}"]`);
  await until(async () => {
    try {
      const input = await quickInput(page, "Control+P");
      await input.fill(path, { timeout: 2000 });
      await row.click({ timeout: 5000 });
    } catch {
      // The list is drawn anew while the search goes on, and closes when something else takes the focus.
      await page.keyboard.press("Escape");
    }
    return shows(tab, 5000);
  }, `${path} did not open`);
  await page.locator(".editor-group-container.active .monaco-editor.focused .view-line").first().waitFor();
}

/** Runs a command of the palette by its title. */
export async function command(page: Page, title: string): Promise<void> {
  const input = await quickInput(page, "F1");
  await input.fill(`>${title}`);
  await page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first().click();
}

/** Chooses a colour theme by its name, as a person does; `kind` is the class that VS Code gives its window then. */
export async function chooseTheme(
  page: Page,
  name: string,
  kind: "vs" | "vs-dark" | "hc-black" | "hc-light",
): Promise<void> {
  await until(async () => {
    try {
      await command(page, "Preferences: Color Theme");
      const input = page.locator('.quick-input-widget:visible input[placeholder*="Color Theme"]');
      await input.fill(name, { timeout: 5000 });
      await page
        .locator(".quick-input-list .monaco-list-row", { hasText: name })
        .first()
        .click({ timeout: 5000 });
    } catch {
      // Another list took the place of this one.
      await page.keyboard.press("Escape");
    }
    return shows(page.locator(`.monaco-workbench.${kind}`), 5000);
  }, `the theme ${name} did not come`);
  await page.mouse.move(0, 0);
}

/** Puts the cursor before the given character; both count from 1, as the status bar shows them. */
export async function goTo(page: Page, line: number, column: number): Promise<void> {
  const input = await quickInput(page, "Control+G");
  await input.fill(`:${line}:${column}`);
  await input.press("Enter");
  await page.locator(".statusbar-item", { hasText: `Ln ${line}, Col ${column}` }).waitFor();
}

async function quickInput(page: Page, key: string): Promise<Locator> {
  await page.keyboard.press(key);
  const input = page.locator(".quick-input-widget:visible input.input");
  await input.waitFor();
  return input;
}

/** Waits for underlined text in the active editor; gives how many pieces of it are in view. */
export async function waitForSquiggle(page: Page, severity: "error" | "warning" | "info"): Promise<number> {
  const squiggles = page.locator(`.editor-group-container.active .squiggly-${severity}`);
  await squiggles.first().waitFor({ state: "attached" });
  return squiggles.count();
}

/** Waits until the active editor has no underlined errors and warnings. */
export async function waitForNoSquiggle(page: Page): Promise<void> {
  const squiggles = page.locator(".editor-group-container.active :is(.squiggly-error, .squiggly-warning)");
  await until(async () => (await squiggles.count()) === 0, "the squiggles did not go away");
}

/** Findings of the Problems panel, as its rows read. */
export async function problems(page: Page): Promise<readonly string[]> {
  await command(page, "View: Focus Problems (Errors, Warnings, Infos)");
  const rows = page.locator(".markers-panel .monaco-list-row .marker-message-line");
  await rows.first().waitFor();
  return (await rows.allTextContents()).map(plain);
}

/** The completion list at the cursor: asks for it and gives the labels in view. */
export async function complete(page: Page): Promise<readonly string[]> {
  await page.keyboard.press("Control+Space");
  const rows = page.locator(".suggest-widget.visible .monaco-list-row");
  await rows.first().waitFor();
  return (await rows.locator(".label-name").allTextContents()).map(plain);
}

/** Waits until the open completion list has a label, and gives that row. */
export async function completionItem(page: Page, label: string): Promise<Locator> {
  // What `has` names is looked for inside the row.
  const name = page.locator(".label-name", { hasText: label });
  const row = page.locator(".suggest-widget.visible .monaco-list-row", { has: name }).first();
  await row.waitFor();
  return row;
}

/** What the hover at the cursor says, once it says `expected`. */
export async function hover(page: Page, expected: string): Promise<string> {
  const content = page.locator(".monaco-hover:visible .hover-contents", { hasText: expected }).first();
  await until(async () => {
    await page.keyboard.press("Control+K");
    await page.keyboard.press("Control+I");
    return shows(content, 2000);
  }, `no hover says ${expected}`);
  const all = await page.locator(".monaco-hover:visible .hover-contents").allTextContents();
  return plain(all.join("\n"));
}

/** Clicks a CodeLens by its text. */
export async function runLens(page: Page, text: string): Promise<void> {
  await page.locator(".codelens-decoration a", { hasText: text }).first().click();
}

/** The texts of the CodeLenses in view, once there is one. */
export async function lenses(page: Page): Promise<readonly string[]> {
  const found = page.locator(".codelens-decoration a");
  await found.first().waitFor();
  return (await found.allTextContents()).map(plain);
}

/** Opens the light bulb's menu at the cursor and takes the fix with this title; the file is changed, not saved. */
export async function applyFix(page: Page, title: string): Promise<void> {
  const text = page.locator(".editor-group-container.active .view-lines").first();
  const before = await text.textContent();
  const fix = await openFixes(page, title);
  await fix.click();
  // The menu closes before the edit is made.
  await until(async () => (await text.textContent()) !== before, `"${title}" changed nothing`);
}

/** Opens the light bulb's menu at the cursor; gives the entry with this title. */
export async function openFixes(page: Page, title: string): Promise<Locator> {
  const fix = page.locator(".action-widget .monaco-list-row", { hasText: title }).first();
  const none = page.locator(".monaco-editor-overlaymessage", { hasText: "No code actions" });
  await until(async () => {
    await page.keyboard.press("Control+.");
    // In an open menu Control+. takes the entry, so it is pressed again only after an answer.
    await shows(fix.or(none).filter({ visible: true }).first(), 10_000);
    if (await fix.isVisible()) return true;
    await page.keyboard.press("Escape");
    // It stays for a while, and must not be taken for the next answer.
    await none.waitFor({ state: "hidden" });
    return false;
  }, `there is no fix "${title}"`);
  return fix;
}

/** Saves the active editor and waits until it is saved. */
export async function save(page: Page): Promise<void> {
  await page.keyboard.press("Control+S");
  await page.locator(".tab.active.dirty").waitFor({ state: "detached" });
}

/** The frame of the results panel, once its page is there. */
export async function resultsFrame(page: Page): Promise<Frame> {
  let found: Frame | undefined;
  await until(async () => {
    for (const frame of page.frames()) {
      if ((await countIn(frame, ".toolbar textarea")) > 0) found = frame;
    }
    return found !== undefined;
  }, "the results panel did not open");
  if (found === undefined) throw new Error("the results panel has no page");
  return found;
}

/** Waits until the results panel has run and shows a table; gives the text of its rows. */
export async function resultRows(page: Page): Promise<readonly string[]> {
  const frame = await resultsFrame(page);
  await frame.locator(".page:not(.stale) tbody tr").first().waitFor();
  const rows = await frame.locator("tbody tr").all();
  return Promise.all(rows.map(async (row) => (await row.locator("td").allTextContents()).join(" ")));
}

/** A picture of the whole window; the pointer and its effects are out of it. */
export async function screenshot(page: Page, file: string): Promise<void> {
  await page.mouse.move(0, 0);
  await page.screenshot({ path: file, caret: "hide" });
}

/** Picks an entry, by its name, of the list with this title, once that list is open. */
export async function pick(page: Page, title: string, name: string): Promise<void> {
  // The rows of the list before stay in the page until the new list has its title.
  const list = page.locator(".quick-input-widget:visible").filter({ hasText: title });
  await list.locator(".monaco-list-row", { hasText: name }).first().click();
  await list.waitFor({ state: "detached" });
}

/** The text that the status-bar item of the environment shows, once it fits. */
export async function environmentStatus(page: Page, expected: string): Promise<string> {
  const item = page.locator('.statusbar-item[id="promscope.promscope-vscode.promscope.environment"]');
  await item.filter({ hasText: expected }).waitFor();
  return plain((await item.textContent()) ?? "");
}

async function shows(locator: Locator, milliseconds: number): Promise<boolean> {
  try {
    await locator.waitFor({ timeout: milliseconds });
    return true;
  } catch {
    return false;
  }
}

/** A frame may go away while it is looked at: webviews are made anew when they move. */
async function countIn(frame: Frame, selector: string): Promise<number> {
  try {
    return await frame.locator(selector).count();
  } catch {
    return 0;
  }
}

async function until(probe: () => Promise<boolean>, late: string): Promise<void> {
  const end = performance.now() + patience;
  while (!(await probe())) {
    if (performance.now() > end) throw new Error(`${late} within ${patience / 1000} s`);
    await delay(100);
  }
}

/** VS Code draws spaces as no-break spaces. */
function plain(text: string): string {
  return text.replaceAll("\u00a0", " ").trim();
}

import { openBrowser } from "../vscode/browser.ts";
import { openPanel, servePanel } from "../vscode/panel-page.ts";
import { percentile } from "./measure.ts";

/**
 * `node test/bench/panel.ts` (after `npm run build`): the results panel with 10,000 series in a real Chromium, beside
 * a plain HTML table with the same cells. Paint: from the message to the second frame after it. Scroll: the time
 * between two frames while the table scrolls from end to end.
 */
const many = 10_000;

/** The little of a browser's page that is used below; the rest of the tests knows no DOM. */
interface PageElement {
  readonly scrollHeight: number;
  readonly clientHeight: number;
  readonly style: { cssText: string };
  readonly body: PageElement;
  scrollTop: number;
  value: string;
  textContent: string;
  click(): void;
  append(child: PageElement): void;
  replaceChildren(child: PageElement): void;
  insertRow(): PageElement;
  insertCell(): PageElement;
  createElement(tag: string): PageElement;
  querySelector(selector: string): PageElement | null;
  dispatchEvent(event: Event): boolean;
}
interface PageGlobals {
  readonly document: PageElement;
  requestAnimationFrame(callback: (time: number) => void): void;
  dispatchEvent(event: Event): boolean;
}

const browser = await openBrowser();
const { url, server } = await servePanel();
try {
  const { page } = await openPanel(browser, url);
  const figures = await page.evaluate(async (rows: number) => {
    const window = globalThis as unknown as PageGlobals;
    const { document } = window;
    const frame = (): Promise<number> => new Promise((resolve) => window.requestAnimationFrame(resolve));
    const painted = async (work: () => void): Promise<number> => {
      const started = performance.now();
      work();
      await frame();
      await frame();
      return performance.now() - started;
    };
    const scroll = async (element: PageElement): Promise<number[]> => {
      const times: number[] = [];
      let last = await frame();
      for (let step = 1; step <= 60; step++) {
        element.scrollTop = ((element.scrollHeight - element.clientHeight) * step) / 60;
        const now = await frame();
        times.push(now - last);
        last = now;
      }
      return times;
    };
    const series = Array.from({ length: rows }, (_, index) => ({
      labels: {
        __name__: "http_requests_total",
        cluster: "prod-na",
        instance: `10.0.${index >> 8}.${index & 255}:8080`,
        job: `job-${index % 40}`,
        pod: `checkout-${index.toString(36)}-x7k2p`,
        code: String(200 + (index % 5) * 100),
      },
      values: [[1_700_000_000, String((index * 7919) % 100_003)]],
    }));
    const answer = {
      backend: "http://p",
      expression: "x",
      resultType: "vector",
      series,
      warnings: [],
      infos: [],
      completeness: { status: "complete", missing: [] },
      elapsedMs: 1,
      stats: null,
    };
    const query = { expr: "x", environment: "", compare: [], mode: "instant" };
    const results = [{ environment: "", params: { expr: "x", time: 1 }, outcome: { ok: true, answer } }];
    const data = { type: "results", query, results, done: true };
    const ours = await painted(() => window.dispatchEvent(new MessageEvent("message", { data })));
    const scroller = document.querySelector(".scroller");
    if (scroller === null) throw new Error("there is no table");
    const ourFrames = await scroll(scroller);
    const heading = document.querySelector("th:last-child button");
    const sorted = await painted(() => heading?.click());
    const filter = document.querySelector("input[type=search]");
    const filtered = await painted(() => {
      if (filter !== null) filter.value = "job-7 500";
      filter?.dispatchEvent(new Event("input"));
    });
    const plain = document.createElement("div");
    plain.style.cssText = "height: 200px; overflow: auto";
    const whole = await painted(() => {
      const table = document.createElement("table");
      for (const { labels, values } of series) {
        const row = table.insertRow();
        for (const text of [...Object.values(labels), ...values.map(([, value]) => String(value))])
          row.insertCell().textContent = text;
      }
      plain.append(table);
      document.body.replaceChildren(plain);
    });
    return { ours, ourFrames, sorted, filtered, whole, wholeFrames: await scroll(plain) };
  }, many);
  const ms = (value: number): string => `${value.toFixed(0)} ms`;
  const frames = (times: readonly number[]): string =>
    `${ms(percentile(times, 0.5))} / ${ms(percentile(times, 0.95))}`;
  console.log("| what | ours | a plain table of all rows |");
  console.log("|---|---|---|");
  console.log(
    `| ${many.toLocaleString("en")} series, message to paint | ${ms(figures.ours)} | ${ms(figures.whole)} |`,
  );
  console.log(
    `| frame while it scrolls, p50 / p95 | ${frames(figures.ourFrames)} | ${frames(figures.wholeFrames)} |`,
  );
  console.log(`| sort by value | ${ms(figures.sorted)} | – |`);
  console.log(`| filter by two words | ${ms(figures.filtered)} | – |`);
} finally {
  server.close();
  server.closeAllConnections();
  await browser.close();
}

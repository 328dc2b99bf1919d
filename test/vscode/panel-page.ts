import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import {
  defaultQuery,
  type FromPanel,
  type PanelQuery,
  type PanelResult,
  type ToPanel,
} from "../../client/src/panel-messages.ts";
import type { QueryAnswer } from "../../server/src/protocol.ts";

const dist = fileURLToPath(new URL("../../client/dist", import.meta.url));

/** The panel's bundle in a plain page under the same policy as in VS Code, with a recorder in the place of VS Code. */
export interface PanelPage {
  readonly page: Page;
  send(message: ToPanel): Promise<void>;
  /** What the panel has sent so far. */
  received(): Promise<readonly FromPanel[]>;
  /** Shows an answer as if the query had just been run. */
  answer(answer: Partial<QueryAnswer>, expr?: string, query?: Partial<PanelQuery>): Promise<void>;
  /** Shows what several environments said side by side; a text is the message of a failure. */
  answers(of: Readonly<Record<string, Partial<QueryAnswer> | string>>): Promise<void>;
}

const html = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; script-src 'nonce-test'">
<link rel="stylesheet" href="/panel.css"></head>
<body class="vscode-dark"><script nonce="test">
globalThis.received = [];
globalThis.acquireVsCodeApi = () => ({
  postMessage: (message) => received.push(message),
  getState: () => JSON.parse(sessionStorage.getItem("state") ?? "null"),
  setState: (state) => sessionStorage.setItem("state", JSON.stringify(state)),
});
</script><script nonce="test" src="/panel.js"></script></body></html>`;

/** Serves the panel on a free port of the loopback. */
export async function servePanel(): Promise<{ url: string; server: Server }> {
  const types = { "/panel.js": "text/javascript", "/panel.css": "text/css" };
  const server = createServer(async (request, response) => {
    const path = request.url ?? "/";
    if (path === "/") return response.setHeader("content-type", "text/html").end(html);
    if (path !== "/panel.js" && path !== "/panel.css") return response.writeHead(404).end();
    return response.setHeader("content-type", types[path]).end(await readFile(dist + path));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the panel's server has no port");
  return { url: `http://127.0.0.1:${address.port}/`, server };
}

export async function openPanel(browser: Browser, url: string): Promise<PanelPage> {
  const page = await browser.newPage({ viewport: { width: 1000, height: 320 } });
  await page.goto(url);
  await page.waitForSelector(".toolbar");
  const panel: PanelPage = {
    page,
    send: (message) =>
      page.evaluate((data) => {
        (globalThis as unknown as { postMessage(data: unknown, origin: string): void }).postMessage(
          data,
          "*",
        );
        // A message that this page sends itself is delivered in a task of its own; the next one comes after it.
        return new Promise<void>((resolve) => setTimeout(resolve, 0));
      }, message),
    received: () =>
      page.evaluate(() => (globalThis as unknown as { received: readonly FromPanel[] }).received),
    async answer(answer, expr = "up", part = {}) {
      const query = { ...defaultQuery, ...part, expr };
      const times = part.mode === "range" ? askedRange : { time: askedMoment };
      await panel.send({ type: "started", query });
      const outcome = { ok: true, answer: { ...emptyAnswer, expression: expr, ...answer } } as const;
      const results = [{ environment: "", params: { expr, ...times }, outcome }];
      await panel.send({ type: "results", query, results, done: true });
    },
    async answers(of) {
      const query = { ...defaultQuery, expr: "up", compare: Object.keys(of) };
      const results = Object.entries(of).map(([environment, said]): PanelResult => {
        const params = { expr: "up", environment, time: askedMoment };
        const failure = { backend: "", reason: "offline", elapsedMs: 1 } as const;
        if (typeof said === "string")
          return { environment, params, outcome: { ok: false, failure: { ...failure, message: said } } };
        return {
          environment,
          params,
          outcome: { ok: true, answer: { ...emptyAnswer, ...said, environment } },
        };
      });
      await panel.send({ type: "started", query });
      await panel.send({ type: "results", query, results, done: true });
    },
  };
  return panel;
}

const askedMoment = 1_700_000_000;
const askedRange = { start: askedMoment - 60, end: askedMoment + 60, step: 15 };

const emptyAnswer: QueryAnswer = {
  backend: "http://127.0.0.1:9090",
  expression: "up",
  resultType: "vector",
  series: [],
  warnings: [],
  infos: [],
  completeness: { status: "complete", missing: [] },
  elapsedMs: 12,
  stats: null,
};

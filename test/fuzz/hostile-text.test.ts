import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CompletionItem, CompletionList, Hover, MarkupContent } from "vscode-languageserver/node";
import type { QueryOutcome, StatusParams } from "../../server/src/protocol.ts";
import { type CliRun, Sandbox } from "../cli/run.ts";
import { TestClient } from "../lsp/client.ts";
import { answering, type HostileServer, hostileServer, prometheusAnswers } from "./hostile.ts";

/** What must never be more than text, whoever shows it. */
const nasty: Readonly<Record<string, string>> = {
  markdown: "**bold** [click](command:workbench.action.quit) ![](https://evil.example/x.png) # head",
  html: '<img src=x onerror=alert(1)><script>alert(1)</script><a href="https://evil.example">x</a>',
  link: "https://evil.example www.evil.example me@evil.example $(flame) <https://evil.example>",
  fence: "```\n# out of the fence\n```",
  terminal: "\u001b[31mred\u001b]0;title\u0007\u001b[2J\u009b1m\u0008\u007f",
  bidi: "abc\u202edcba\u2066x\u2069\u200f\u061c",
  lines: "one\ntwo\r\nthree\u2028four\u0085five",
  long: `x${"y".repeat(1_000_000)}`,
  surrogates: "\ud800half\udc00",
  nul: "a\u0000b",
  yaml: "x: [1, 2]\n- {{ template }} # comment",
};
const values = Object.values(nasty);

const uri = "file:///workspace/rules/web.yaml";
const rules = (expr: string): string => `groups:
- name: web
  rules:
  - alert: Down
    expr: ${expr}
`;

const now = Math.floor(Date.now() / 1000);
const answers = {
  ...prometheusAnswers,
  "status/buildinfo": { status: "success", data: { version: nasty["terminal"] } },
  labels: { status: "success", data: ["__name__", "job", ...values] },
  "label/job/values": { status: "success", data: values },
  metadata: {
    status: "success",
    data: { up: [{ type: "gauge", help: values.join(" "), unit: nasty["markdown"] }] },
  },
  series: { status: "success", data: values.map((job) => ({ __name__: "up", job })) },
  query: {
    status: "success",
    warnings: values.slice(0, 6),
    infos: values.slice(6),
    data: {
      resultType: "vector",
      result: values.map((job) => ({
        metric: { __name__: "up", job, [job.slice(0, 50)]: job },
        value: [now, "1"],
      })),
    },
  },
};

interface Token {
  readonly type: string;
  readonly children: readonly Token[] | null;
}
const MarkdownIt: new (options: object) => { parse(text: string, env: object): Token[] } = createRequire(
  import.meta.url,
)("markdown-it");
const renderer = new MarkdownIt({ html: true, linkify: false });
const typesIn = (text: string): Set<string> =>
  new Set(
    renderer
      .parse(text, {})
      .flatMap(({ type, children }) => [type, ...(children ?? []).map((child) => child.type)]),
  );
const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

function expectTextOnly(markdown: string): void {
  const types = typesIn(markdown);
  for (const type of ["html_inline", "html_block", "image", "heading_open", "link_open"])
    expect(types, markdown.slice(0, 500)).not.toContain(type);
  expect(markdown).not.toMatch(control);
  expect(markdown.isWellFormed()).toBe(true);
  expect(markdown.length).toBeLessThan(100_000);
}

function queryUp(sandbox: Sandbox, url: string, format: string): Promise<CliRun> {
  return sandbox.run(["query", "up", "--backend", url, "--yes", "--format", format]);
}

describe("hostile texts of a backend", () => {
  let server: HostileServer;
  let client: TestClient;
  /** All that the server said, as it stood on the wire. */
  const said: string[] = [];

  beforeAll(async () => {
    server = await hostileServer(answering(answers));
    client = await TestClient.start("in-band", {
      settings: { environments: [{ name: "Dev", backend: server.url }] },
    });
    await client.until(() => {
      const last = client.notifications.findLast(({ method }) => method === "promscope/status");
      return (last?.params as StatusParams | undefined)?.environments[0]?.health === "ok" ? true : undefined;
    });
  });
  afterAll(async () => {
    await client.stop();
    await server.close();
  });

  test("are text in a hover of the metric and of a label", async () => {
    await client.open(uri, rules('up{job="a"} == 0'));
    for (const character of [11, 14]) {
      const hover = await client.at<Hover>("textDocument/hover", uri, 4, character);
      expectTextOnly((hover.contents as MarkupContent).value);
      said.push(JSON.stringify(hover));
    }
    await client.close(uri);
  });

  test("are one line in completion, and stay within the quotes that they are put into", async () => {
    await client.open(uri, rules('up{job=""} == 0'));
    const list = await client.at<CompletionList>("textDocument/completion", uri, 4, 18);
    expect(list.items.length).toBeGreaterThan(3);
    for (const item of list.items) {
      expect(item.label).not.toMatch(/[\r\n\u2028\u2029]/);
      expect(item.label).not.toMatch(control);
      expect(`${item.detail ?? ""}${item.textEdit?.newText}`.isWellFormed()).toBe(true);
      expect(item.textEdit?.newText).not.toMatch(/[\r\n]/);
      const full = await client.connection.sendRequest<CompletionItem>("completionItem/resolve", item);
      if (full.documentation !== undefined) expectTextOnly((full.documentation as MarkupContent).value);
      // What is inserted is still an expression, and the file the same file.
      const edit = item.textEdit;
      if (edit === undefined || !("range" in edit)) throw new Error("a completion without its place");
      const line = 'up{job=""} == 0';
      const [from, to] = [edit.range.start.character - 10, edit.range.end.character - 10];
      await client.change(uri, rules(line.slice(0, from) + edit.newText + line.slice(to)));
      const wrong = (await client.pull(uri)).filter(({ severity }) => severity === 1);
      expect(wrong, edit.newText.slice(0, 200)).toEqual([]);
      await client.change(uri, rules(line));
    }
    said.push(JSON.stringify(list));
    await client.close(uri);
  });

  test("steer nothing in the status and the logs", async () => {
    const texts = client.notifications.map(({ params }) => JSON.stringify(params ?? null));
    said.push(...texts);
    const last = client.notifications.findLast(({ method }) => method === "promscope/status");
    const [status] = (last?.params as StatusParams | undefined)?.environments ?? [];
    expect(status?.message).toMatch(/^Prometheus/);
    for (const text of [status?.message, status?.version]) expect(text).not.toMatch(control);
  });

  test("go to the results as they are, but as JSON that every editor can read", async () => {
    const outcome = await client.connection.sendRequest<QueryOutcome>("workspace/executeCommand", {
      command: "promscope.query",
      arguments: [{ expr: "up", confirmed: true }],
    });
    said.push(JSON.stringify(outcome));
    if (!outcome.ok) throw new Error(outcome.failure.message);
    const jobs = outcome.answer.series.map(({ labels }) => labels["job"]);
    expect(jobs).toEqual(values.map((value) => value.toWellFormed()));
    // A half of a surrogate pair would be an escape that parsers in other languages refuse.
    for (const text of said) expect(text).not.toMatch(/\\ud[89a-f][0-9a-f]{2}(?!\\ud)/i);
  });

  test.each(["table", "csv", "json"])("do not steer the terminal of the command line: %s", async (format) => {
    const sandbox = new Sandbox();
    try {
      const { out, err, code } = await queryUp(sandbox, server.url, format);
      expect(code, err).toBe(0);
      expect(out).toContain("bold");
      // CSV is for programs: it holds the values as they are.
      if (format !== "csv") expect(out).not.toMatch(control);
      expect(err).not.toMatch(control);
    } finally {
      sandbox.dispose();
    }
  });
});

test("samples of another clock, in the future or before our time, are shown as they are", async () => {
  const skewed = Math.floor(Date.now() / 1000) + 7 * 3_600;
  const server = await hostileServer((request, response) => {
    response.setHeader("date", new Date(skewed * 1000).toUTCString());
    answering({
      ...prometheusAnswers,
      query: {
        status: "success",
        data: {
          resultType: "vector",
          result: [skewed, -1, 1e15, 1e308].map((at) => ({ metric: { at: String(at) }, value: [at, "1"] })),
        },
      },
    })(request, response);
  });
  const sandbox = new Sandbox();
  try {
    for (const format of ["table", "csv", "json"]) {
      const { code, out } = await queryUp(sandbox, server.url, format);
      expect(code).toBe(0);
      if (format === "table") expect(out).toContain(new Date(skewed * 1000).toISOString());
    }
  } finally {
    sandbox.dispose();
    await server.close();
  }
});

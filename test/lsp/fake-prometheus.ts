import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface FakePrometheus {
  readonly url: string;
  /** Paths that were asked, in order, with their query. */
  readonly asked: string[];
  /** The `Authorization` headers that came. */
  readonly authorizations: string[];
  /** Sent along with the result of every query. */
  readonly infos: string[];
  /** What every query is refused with, where it is set. */
  refuses: { readonly errorType: string; readonly error: string } | undefined;
  close(): Promise<void>;
}

type Reply = (params: URLSearchParams) => unknown;

const series = [
  { __name__: "http_requests_total", job: "web", code: "200" },
  { __name__: "http_requests_total", job: "web", code: "500" },
  { __name__: "http_requests_total", job: "api", code: "200" },
  { __name__: "queue_depth", job: "api" },
] as const;

function matching(params: URLSearchParams): Record<string, string>[] {
  const match = params.getAll("match[]");
  return series.filter((labels) =>
    match.every((selector) => {
      const pairs = [...selector.matchAll(/([a-z_]+)="([^"]*)"/g)];
      const name = /^([a-z_:]+)/.exec(selector)?.[1];
      const values = labels as Record<string, string>;
      return (
        (name === undefined || values["__name__"] === name) &&
        pairs.every(([, label = "", value]) => values[label] === value)
      );
    }),
  ) as Record<string, string>[];
}

const unique = (values: Iterable<string | undefined>): string[] =>
  [...new Set([...values].filter((value) => value !== undefined))].sort();

const metadata: Record<string, unknown> = {
  http_requests_total: [{ type: "counter", help: "Requests <b>served</b>.", unit: "" }],
  queue_depth: [{ type: "gauge", help: "Jobs that wait.", unit: "" }],
};

const replies: Readonly<Record<string, Reply>> = {
  "/api/v1/status/buildinfo": () => ({ version: "3.16.0", revision: "x", branch: "", goVersion: "" }),
  "/api/v1/labels": (params) => unique(matching(params).flatMap((labels) => Object.keys(labels))),
  "/api/v1/series": (params) => matching(params),
  "/api/v1/metadata": (params) => {
    const metric = params.get("metric");
    if (metric === null) return metadata;
    return metadata[metric] === undefined ? {} : { [metric]: metadata[metric] };
  },
  "/api/v1/query_range": (params) => ({
    resultType: "matrix",
    // `up` has been there all the time, and nothing else ever.
    result:
      params.get("query")?.includes("up)") === true
        ? [
            {
              metric: {},
              values: [
                [Number(params.get("start")), "1"],
                [Number(params.get("end")), "1"],
              ],
            },
          ]
        : [],
  }),
  "/api/v1/query": () => ({
    resultType: "vector",
    result: [{ metric: { job: "web" }, value: [1_700_000_000, "42"] }],
  }),
};

/** `port`: default a free one. Answers like a Prometheus of four series; for tests of the protocol, not of Prometheus. */
export async function fakePrometheus(port = 0): Promise<FakePrometheus> {
  const asked: string[] = [];
  const authorizations: string[] = [];
  const infos: string[] = [];
  const fake: Pick<FakePrometheus, "refuses"> = { refuses: undefined };
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const url = new URL(request.url ?? "/", "http://localhost");
      const params = new URLSearchParams([
        ...url.searchParams,
        ...new URLSearchParams(Buffer.concat(chunks).toString()),
      ]);
      asked.push(`${url.pathname}?${params}`);
      if (request.headers.authorization !== undefined) authorizations.push(request.headers.authorization);
      const label = /^\/api\/v1\/label\/([^/]+)\/values$/.exec(url.pathname)?.[1];
      const reply =
        label !== undefined
          ? (p: URLSearchParams) => unique(matching(p).map((l) => l[label]))
          : replies[url.pathname];
      if (reply === undefined) {
        response.writeHead(404, { "content-type": "text/plain" }).end("404 page not found\n");
        return;
      }
      const { refuses } = fake;
      if (refuses !== undefined && url.pathname.startsWith("/api/v1/query")) {
        response
          .writeHead(422, { "content-type": "application/json" })
          .end(JSON.stringify({ status: "error", ...refuses }));
        return;
      }
      response.writeHead(200, { "content-type": "application/json" }).end(
        JSON.stringify({
          status: "success",
          data: reply(params),
          ...(url.pathname.startsWith("/api/v1/query") && infos.length > 0 ? { infos } : {}),
        }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const { port: given } = server.address() as AddressInfo;
  return Object.assign(fake, {
    url: `http://127.0.0.1:${given}`,
    asked,
    authorizations,
    infos,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

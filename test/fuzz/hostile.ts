import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** The answers of a backend by endpoint, as it sends them when all is well. */
export type Answers = Readonly<Record<string, unknown>>;

const now = Math.floor(Date.now() / 1000);

/** A Prometheus that holds `up` of the job `a`. */
export const prometheusAnswers: Answers = {
  "status/buildinfo": { status: "success", data: { version: "3.16.0", revision: "x", goVersion: "go1.26" } },
  "status/config": { status: "success", data: { yaml: "global:\n  external_labels:\n    cluster: dev\n" } },
  "status/flags": { status: "success", data: { "enable-feature": "" } },
  labels: { status: "success", data: ["__name__", "job"] },
  "label/__name__/values": { status: "success", data: ["go_goroutines", "up"] },
  "label/job/values": { status: "success", data: ["a", "b"] },
  series: { status: "success", data: [{ __name__: "up", job: "a" }] },
  metadata: { status: "success", data: { up: [{ type: "gauge", help: "Is it up?", unit: "" }] } },
  query: {
    status: "success",
    data: { resultType: "vector", result: [{ metric: { __name__: "up", job: "a" }, value: [now, "1"] }] },
  },
};

/** A Thanos Querier with one store, which holds `up`. */
export const thanosAnswers: Answers = {
  ...prometheusAnswers,
  "status/buildinfo": { status: "success", data: { version: "0.42.4", revision: "x", goVersion: "go1.26" } },
  "status/flags": {
    status: "success",
    data: { "query.replica-label": "replica", endpoint: "10.0.0.1:10901" },
  },
  stores: {
    status: "success",
    data: {
      sidecar: [
        {
          name: "10.0.0.1:10901",
          lastCheck: new Date().toISOString(),
          lastError: null,
          labelSets: [{ cluster: "dev", replica: "a" }],
          minTime: 0,
          maxTime: 9223372036854775000,
        },
      ],
    },
  },
};

function endpointOf(request: IncomingMessage): string {
  return (request.url ?? "/").split("?")[0]?.replace("/api/v1/", "") ?? "";
}

/** Answers as JSON, and Go's 404 for what it does not have. */
export function answering(answers: Answers): RequestListener {
  return (request, response) => {
    const answer = answers[endpointOf(request)];
    if (answer === undefined)
      response.writeHead(404, { "content-type": "text/plain; charset=utf-8" }).end("404 page not found\n");
    else response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  };
}

export interface HostileServer {
  readonly url: string;
  readonly host: string;
  readonly asked: { readonly endpoint: string; readonly authorization: string | undefined }[];
  /** What answers from now on. */
  behave(listener: RequestListener): void;
  close(): Promise<void>;
}

/** A server that does whatever a test wants of it, at once or after it was well for a while. */
export async function hostileServer(first: RequestListener): Promise<HostileServer> {
  let listener = first;
  const asked: HostileServer["asked"] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    asked.push({ endpoint: endpointOf(request), authorization: request.headers.authorization });
    response.on("error", () => undefined);
    request.resume();
    request.on("end", () => listener(request, response));
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    asked,
    behave(next) {
      listener = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface FaultServer {
  readonly url: string;
  readonly host: string;
  /** Method, path and body of what was asked. */
  readonly asked: {
    readonly method: string;
    readonly url: string;
    readonly headers: NodeJS.Dict<string | string[]>;
    readonly body: string;
  }[];
}

/** A server for what no real one can be made to do; it is closed when the test is over. */
export async function faultServer(listener: RequestListener): Promise<FaultServer> {
  const asked: FaultServer["asked"] = [];
  const server: Server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      asked.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, body });
      listener(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}`, asked };
}

/** Answers every path with this status, type and body. */
export function always(
  status: number,
  contentType: string,
  body: string,
  headers: Record<string, string> = {},
): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { "content-type": contentType, ...headers }).end(body);
  };
}

/** Answers paths of the API with `data` and all others with Go's 404. */
export function api(data: Readonly<Record<string, unknown>>): RequestListener {
  return (request, response) => {
    const path = (request.url ?? "").split("?")[0]?.replace("/api/v1/", "") ?? "";
    const found = Object.hasOwn(data, path);
    if (!found) {
      response.writeHead(404, { "content-type": "text/plain; charset=utf-8" }).end("404 page not found\n");
      return;
    }
    const body = data[path];
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(typeof body === "string" ? body : JSON.stringify({ status: "success", data: body }));
  };
}

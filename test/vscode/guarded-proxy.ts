import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

export interface GuardedProxy {
  readonly url: string;
  /** Whether it passes on what has the token; else it answers 503. */
  open(yes: boolean): void;
  close(): Promise<void>;
}

/** Stands before a real backend and asks for a bearer token, as auth proxies do. */
export async function guardedProxy(backend: string, token: string): Promise<GuardedProxy> {
  let isOpen = true;
  const server = createServer((incoming, outgoing) => {
    if (!isOpen) {
      outgoing.writeHead(503, { "content-type": "text/plain" }).end("down for maintenance\n");
      return;
    }
    if (incoming.headers.authorization !== `Bearer ${token}`) {
      outgoing.writeHead(401, { "www-authenticate": "Bearer", "content-type": "text/plain" }).end("no\n");
      return;
    }
    const { method, headers } = incoming;
    const sent = request(`${backend}${incoming.url ?? "/"}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    sent.on("error", () => outgoing.writeHead(502).end());
    incoming.pipe(sent);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    open(yes) {
      isOpen = yes;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

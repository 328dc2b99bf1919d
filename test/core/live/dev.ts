import { type FakeIndexOptions, fakeIndex } from "./fake-index.ts";

const series = [
  { __name__: "up", job: "node", instance: "a" },
  { __name__: "up", job: "api-server", instance: "b" },
  { __name__: "http_requests_total", job: "api-server", code: "200", method: "GET" },
  { __name__: "http_requests_total", job: "api-server", code: "404", method: "GET" },
  { __name__: "queue_depth", job: "worker" },
] as const;
/** The index of a small Prometheus. */
export const dev = (options: FakeIndexOptions = {}) => fakeIndex({ series, ...options });

import { expect, test } from "vitest";
import { readPastedAddress } from "../../../server/src/adapters/discovery/pasted-address.ts";

test.each([
  ["https://prom.example", "https://prom.example"],
  ["https://prom.example/", "https://prom.example"],
  ["https://prom.example/graph?g0.expr=up&g0.tab=1#x", "https://prom.example"],
  ["https://prom.example/query?g0.expr=up", "https://prom.example"],
  ["https://prom.example/classic/graph", "https://prom.example"],
  ["https://prom.example/-/ready", "https://prom.example"],
  ["https://prom.example/service-discovery", "https://prom.example"],
  ["https://mimir.example/prometheus/", "https://mimir.example/prometheus"],
  ["https://mimir.example/prometheus/api/v1/query?query=up", "https://mimir.example/prometheus"],
  ["https://vm.example/select/0/prometheus/vmui/?g0.expr=up", "https://vm.example/select/0/prometheus"],
  [
    "https://g.example/api/datasources/proxy/uid/abc/api/v1/labels",
    "https://g.example/api/datasources/proxy/uid/abc",
  ],
  ["  <https://prom.example/sub/path/graph>  ", "https://prom.example/sub/path"],
  ["localhost:9090", "http://localhost:9090"],
  ["127.0.0.1:9090/graph", "http://127.0.0.1:9090"],
  ["[::1]:9090", "http://[::1]:9090"],
  ["prometheus.internal:9090", "http://prometheus.internal:9090"],
  ["thanos.example.org", "https://thanos.example.org"],
  ["thanos.example.org:8443", "https://thanos.example.org:8443"],
  ["kubernetes:monitoring/prometheus-k8s:web", "kubernetes:monitoring/prometheus-k8s:web"],
])("%s is tried first as %s", (pasted, base) => {
  expect(readPastedAddress(pasted)).toMatchObject({ ok: true, candidates: expect.arrayContaining([base]) });
  const read = readPastedAddress(pasted);
  expect(read.ok && read.candidates[0]).toBe(base);
});

test.each([
  "",
  "  ",
  "prometheus",
  "ftp://x.example",
  "file:///etc/passwd",
  "kubernetes:x",
  "two words",
  "https://",
])("%j is no address", (pasted) => {
  const read = readPastedAddress(pasted);
  expect(read.ok).toBe(false);
  if (!read.ok) expect(read.message.length).toBeLessThanOrEqual(120);
});

test("without a scheme both are tried, and the usual prefixes", () => {
  const read = readPastedAddress("mimir.example");
  expect(read.ok && read.candidates).toEqual([
    "https://mimir.example",
    "https://mimir.example/prometheus",
    "https://mimir.example/select/0/prometheus",
    "http://mimir.example",
    "http://mimir.example/prometheus",
    "http://mimir.example/select/0/prometheus",
  ]);
});

test("a name and password are taken out of the address", () => {
  const read = readPastedAddress("https://ann:p%40ss@prom.example/graph");
  expect(read).toMatchObject({
    ok: true,
    credentials: { authorization: { type: "basic", username: "ann", password: "p@ss" } },
  });
  expect(read.ok && read.candidates.join(" ")).not.toMatch(/ann|p%40ss/);
});

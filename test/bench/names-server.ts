import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A program that answers like a Prometheus of a million metrics, for the bench only: no real one is filled with so
 * many names in a minute. It prints its address.
 */
const areas =
  "apiserver aws cache container cortex envoy etcd grpc http istio kafka kube mongo node redis".split(" ");
const things = "batch client connection cpu disk fetch index lease log memory network queue request".split(
  " ",
);
const ends =
  "active bytes_total count duration_seconds_bucket errors_total limit_bytes seconds_total usage_ratio".split(
    " ",
  );
const total = 1_000_000;

const names: string[] = [];
for (let n = 0; names.length < total; n++)
  for (const area of areas)
    for (const thing of things)
      for (const end of ends) if (names.length < total) names.push(`${area}_${thing}_app${n}_${end}`);
names.sort();
const body = Buffer.from(JSON.stringify({ status: "success", data: names }));

/** The type that a metric's end says. */
function typeOf(name: string): string {
  if (name.endsWith("_total") || name.endsWith("_count")) return "counter";
  return name.endsWith("_bucket") ? "histogram" : "gauge";
}

const server = createServer((request, response) => {
  const url = new URL(request.url ?? "/", "http://localhost");
  const json = (data: unknown): void => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ status: "success", data }));
  };
  const limit = Number(url.searchParams.get("limit") ?? total);
  if (url.pathname === "/api/v1/label/__name__/values" && url.searchParams.get("match[]") === null) {
    response.writeHead(200, { "content-type": "application/json", "content-length": body.length });
    response.end(body);
  } else if (url.pathname.endsWith("/values")) json([]);
  else if (url.pathname === "/api/v1/status/buildinfo") json({ version: "3.16.0", revision: "x" });
  else if (url.pathname === "/api/v1/features") json({ api: {} });
  else if (url.pathname === "/api/v1/metadata") {
    const some = names.filter((_, index) => index % Math.ceil(total / Math.min(total, limit)) === 0);
    json(
      Object.fromEntries(
        some.map((name) => [name, [{ type: typeOf(name), help: `Help of ${name}.`, unit: "" }]]),
      ),
    );
  } else response.writeHead(404, { "content-type": "text/plain" }).end("404 page not found\n");
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  console.log(JSON.stringify({ url: `http://127.0.0.1:${port}`, bytes: body.length }));
});

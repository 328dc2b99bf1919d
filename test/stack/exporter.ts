import { createServer } from "node:http";
import { clusterNames, type Target, targetsOf } from "./history-estate.ts";
import { exposition } from "./history-write.ts";

/**
 * All small exporters in one process: `/CLUSTER/PROMETHEUS/NUMBER` is the metrics page of one target.
 * Arguments: port, scale.
 */
const [port, scale] = process.argv.slice(2).map(Number);
const pages = new Map<string, Target>(
  clusterNames.flatMap((cluster) =>
    (["k8s", "infra"] as const).flatMap((prometheus) =>
      targetsOf(cluster, prometheus, scale).map(
        (target, at) => [`/${cluster}/${prometheus}/${at}`, target] as const,
      ),
    ),
  ),
);

createServer((request, response) => {
  const now = Date.now() / 1000;
  const target = pages.get(request.url ?? "");
  if (request.url === "/") response.end("ok");
  else if (target === undefined) response.writeHead(404).end();
  else if (target.down(now)) response.writeHead(503).end();
  else {
    response.setHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    response.end(exposition(target, now));
  }
}).listen(port, "127.0.0.1");

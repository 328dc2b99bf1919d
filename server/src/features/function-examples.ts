import { functions } from "../promql/functions.ts";

/** Examples of functions and aggregations whose use their signature alone does not show. */
const examples: ReadonlyMap<string, string> = new Map([
  ["absent", 'absent(up{job="api"})'],
  ["absent_over_time", 'absent_over_time(up{job="api"}[1h])'],
  ["bottomk", "bottomk(3, node_filesystem_avail_bytes)"],
  ["changes", "changes(process_start_time_seconds[1h]) > 2"],
  ["clamp", "clamp(temperature_celsius, 0, 100)"],
  ["count", "count by (job) (up == 0)"],
  ["count_values", 'count_values("version", build_info)'],
  ["delta", "delta(temperature_celsius[2h])"],
  ["deriv", "deriv(queue_depth[30m]) > 0"],
  ["group", "group by (namespace, pod) (kube_pod_info)"],
  ["histogram_fraction", "histogram_fraction(0, 0.2, rate(request_duration_seconds[5m]))"],
  [
    "histogram_quantile",
    "histogram_quantile(0.99, sum by (le, job) (rate(request_duration_seconds_bucket[5m])))",
  ],
  ["increase", "sum by (job) (increase(http_requests_total[1h]))"],
  ["info", 'info(rate(http_requests_total[5m]), {k8s_cluster_name="prod"})'],
  ["irate", "irate(http_requests_total[5m])"],
  ["label_join", 'label_join(up, "target", "/", "job", "instance")'],
  ["label_replace", 'label_replace(up, "host", "$1", "instance", "(.*):.*")'],
  ["predict_linear", "predict_linear(node_filesystem_avail_bytes[6h], 4 * 3600) < 0"],
  ["quantile", "quantile(0.9, queue_depth)"],
  ["quantile_over_time", "quantile_over_time(0.9, queue_depth[1h])"],
  ["rate", "sum by (job) (rate(http_requests_total[5m]))"],
  ["resets", "resets(http_requests_total[1d])"],
  ["scalar", "queue_depth / scalar(queue_limit)"],
  ["sum", "sum by (job) (rate(http_requests_total[5m]))"],
  ["time", "time() - process_start_time_seconds"],
  ["timestamp", "time() - timestamp(backup_last_success)"],
  ["topk", "topk(5, sum by (job) (rate(http_requests_total[5m])))"],
  ["vector", "errors or vector(0)"],
]);

/** An example of a call; for most functions of one argument it is made of the argument's type. */
export function exampleOf(name: string): string | undefined {
  const written = examples.get(name);
  if (written !== undefined) return written;
  const [first, ...others] = functions.get(name)?.parameters ?? [];
  if (first === undefined || others.some(({ fallback }) => fallback === undefined)) return undefined;
  if (first.type === "matrix") return `${name}(queue_depth[5m])`;
  return first.type === "vector" && first.fallback === undefined ? `${name}(queue_depth)` : undefined;
}

/** Expressions of the shapes that real rule files hold, each with its own number so that none is parsed from memory. */
const shapes: readonly ((n: number) => string)[] = [
  (n) =>
    `sum by (job, instance) (rate(http_requests_total{job="service-${n}", code=~"5.."}[5m])) > ${n % 90}`,
  (n) =>
    `histogram_quantile(0.99, sum by (le, job) (rate(request_duration_seconds_bucket{job="service-${n}"}[5m])))`,
  (n) => `up{job="service-${n}"} == 0`,
  (n) =>
    `node_filesystem_avail_bytes{mountpoint="/data${n}"} / node_filesystem_size_bytes < 0.${10 + (n % 80)}`,
  (n) => `absent(kube_pod_info{namespace="team-${n}"}) or on (namespace) vector(0) > ${n % 7}`,
  (n) =>
    `max_over_time(queue_depth{queue="q${n}"}[1h:1m]) - min_over_time(queue_depth{queue="q${n}"}[1h] offset 1d) > 100`,
];

/** A rule file of `count` rules in groups of 20, about 250 bytes a rule. */
export function ruleFile(count: number, first = 0): string {
  let text = "groups:\n";
  for (let n = first; n < first + count; n++) {
    if ((n - first) % 20 === 0) text += `- name: group-${n}\n  rules:\n`;
    const expr = shapes[n % shapes.length]?.(n) ?? "up";
    text += `  - alert: Alert${n}\n    expr: ${expr}\n    for: 5m\n    labels:\n      severity: warning\n    annotations:\n      summary: "{{ $labels.job }} is at {{ $value }}"\n`;
  }
  return text;
}

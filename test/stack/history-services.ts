import type { Family, Series, Service } from "./history-estate.ts";
import {
  both,
  bursts,
  counted,
  type Flow,
  fraction,
  type Span,
  startOf,
  times,
  waves,
} from "./history-signals.ts";

/** Twenty minutes of errors and slow answers in checkout and payments in every incident period. */
const incident: Span = { from: 90 * 60, to: 110 * 60 };
const troubled: ReadonlySet<string> = new Set(["checkout", "payments"]);

interface Answers {
  readonly method: string;
  readonly code: string;
  readonly flow: Flow;
}

/** Everything that a Pod answers, by method and code. */
function answersOf({ name, load }: Service, pod: string, factor: number): readonly Answers[] {
  const all = waves(load * factor, pod);
  const errors = troubled.has(name) ? bursts(load * factor * 0.08, incident) : times(all, 0);
  return [
    { method: "GET", code: "200", flow: times(all, 0.83) },
    { method: "GET", code: "404", flow: times(all, 0.012) },
    { method: "GET", code: "500", flow: both(times(all, 0.001), times(errors, 0.5)) },
    { method: "POST", code: "201", flow: times(all, 0.155) },
    { method: "POST", code: "500", flow: both(times(all, 0.002), times(errors, 0.5)) },
  ];
}

/** All requests of a Pod; `factor` is the load of its cluster. */
export function serviceRate(service: Service, pod: string, factor: number): Flow {
  return answersOf(service, pod, factor)
    .map(({ flow }) => flow)
    .reduce(both);
}

const bounds = ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "2.5"] as const;
/** Which part of the requests is answered within each bound, on a good day and in an incident. */
const quick = [0.1, 0.35, 0.62, 0.8, 0.91, 0.97, 0.99, 0.998, 1] as const;
const slow = [0, 0.01, 0.05, 0.1, 0.2, 0.35, 0.55, 0.75, 0.9] as const;

function durations(service: Service, pod: string, factor: number): readonly Series[] {
  const good = serviceRate(service, pod, factor);
  const bad = troubled.has(service.name) ? bursts(service.load * factor * 0.3, incident) : times(good, 0);
  const all = both(good, bad);
  const buckets = bounds.map((le, at) => {
    const flow = both(times(good, quick[at] ?? 1), times(bad, slow[at] ?? 1));
    return { suffix: "_bucket", labels: { le }, value: (time: number) => counted(flow, pod, time) };
  });
  return [
    ...buckets,
    { suffix: "_bucket", labels: { le: "+Inf" }, value: (time) => counted(all, pod, time) },
    { suffix: "_count", labels: {}, value: (time) => counted(all, pod, time) },
    {
      suffix: "_sum",
      labels: {},
      value: (time) => counted(both(times(good, 43), times(bad, 900)), pod, time) / 1000,
    },
  ];
}

/** What a Pod of a service shows on /metrics. */
export function serviceFamilies(service: Service, pod: string, factor: number): readonly Family[] {
  const all = serviceRate(service, pod, factor);
  const cpu = times(all, 0.011);
  const gauge = (name: string, help: string, value: (time: number) => number): Family => ({
    name,
    type: "gauge",
    help,
    series: [{ labels: {}, value }],
  });
  const families: Family[] = [
    {
      name: "http_requests_total",
      type: "counter",
      help: "Total number of HTTP requests, by method and status code.",
      series: answersOf(service, pod, factor).map(({ method, code, flow }) => ({
        labels: { code, method },
        value: (time) => counted(flow, pod, time),
      })),
    },
    {
      name: "http_request_duration_seconds",
      type: "histogram",
      help: "Time from the first byte of a request to the last byte of its answer, in seconds.",
      series: durations(service, pod, factor),
    },
    gauge("http_requests_in_flight", "Number of HTTP requests being served right now.", (time) =>
      Math.round(all.rate(time) * 0.4),
    ),
    {
      name: "process_cpu_seconds_total",
      type: "counter",
      help: "Total user and system CPU time spent in seconds.",
      series: [{ labels: {}, value: (time) => counted(times(cpu, 100), pod, time) / 100 }],
    },
    gauge("process_resident_memory_bytes", "Resident memory size in bytes.", (time) =>
      Math.round(9e7 + 4e7 * fraction(pod) + all.rate(time) * 2e5 + (time - startOf(pod, time)) * 20),
    ),
    gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.", (time) =>
      startOf(pod, time),
    ),
    {
      name: "app_build_info",
      type: "gauge",
      help: "A metric with a constant '1' value, labelled by the version that is running.",
      series: [{ labels: { version: factor < 0.1 ? "2.8.0-rc.1" : "2.7.3" }, value: () => 1 }],
    },
  ];
  return service.queue === undefined
    ? families
    : [...families, ...queueFamilies(service.queue, all, service.load * factor, pod)];
}

function queueFamilies(queue: string, all: Flow, usual: number, pod: string): readonly Family[] {
  const depth = (time: number) => Math.max(0, Math.round((all.rate(time) / usual) * 14 - 4));
  return [
    {
      name: "queue_depth",
      type: "gauge",
      help: "Number of messages waiting in the queue.",
      series: [{ labels: { queue }, value: depth }],
    },
    {
      name: "queue_oldest_message_age_seconds",
      type: "gauge",
      help: "Age of the oldest message that still waits, in seconds.",
      series: [{ labels: { queue }, value: (time) => depth(time) * 1.7 }],
    },
    {
      name: "queue_messages_processed_total",
      type: "counter",
      help: "Total number of messages taken from the queue and processed.",
      series: [{ labels: { queue }, value: (time) => counted(times(all, 0.6), pod, time) }],
    },
  ];
}

import type { Family, Series } from "./history-estate.ts";
import { counted, type Flow, fraction, startOf, times, waves } from "./history-signals.ts";

const gib = 2 ** 30;
/** A disk fills up for three days, then someone cleans it. */
const fillPeriod = 3 * 24 * 3600;

/** What the node exporter shows for a machine. */
export function nodeFamilies(node: string): readonly Family[] {
  const work = waves(0.5, node);
  const memory = 16 * gib;
  const gauge = (name: string, help: string, series: readonly Series[]): Family => ({
    name,
    type: "gauge",
    help,
    series,
  });
  const counter = (name: string, help: string, series: readonly Series[]): Family => ({
    name,
    type: "counter",
    help,
    series,
  });
  const one = (value: (time: number) => number) => [{ labels: {}, value }];
  const since = (flow: Flow) => (time: number) => counted(times(flow, 100), node, time) / 100;
  const idle: Flow = {
    rate: (time) => 1 - 0.9 * work.rate(time),
    total: (time) => time - 0.9 * work.total(time),
  };
  const modes: readonly (readonly [string, Flow])[] = [
    ["idle", idle],
    ["iowait", times(work, 0.05)],
    ["system", times(work, 0.2)],
    ["user", times(work, 0.65)],
  ];
  return [
    counter(
      "node_cpu_seconds_total",
      "Seconds the CPUs spent in each mode.",
      ["0", "1"].flatMap((cpu) =>
        modes.map(([mode, flow]) => ({ labels: { cpu, mode }, value: since(flow) })),
      ),
    ),
    gauge(
      "node_load1",
      "1m load average.",
      one((time) => Math.round(work.rate(time) * 240) / 100),
    ),
    gauge(
      "node_memory_MemTotal_bytes",
      "Memory information field MemTotal_bytes.",
      one(() => memory),
    ),
    gauge(
      "node_memory_MemAvailable_bytes",
      "Memory information field MemAvailable_bytes.",
      one((time) => Math.round(memory * (0.75 - 0.4 * work.rate(time)))),
    ),
    gauge(
      "node_filesystem_size_bytes",
      "Filesystem size in bytes.",
      disks.map(({ labels, size }) => ({ labels, value: () => size })),
    ),
    gauge(
      "node_filesystem_avail_bytes",
      "Filesystem space available to non-root users in bytes.",
      disks.map(({ labels, size, fills }) => ({
        labels,
        value: (time) => Math.round(size * (fills ? freePart(node, time) : 0.6)),
      })),
    ),
    counter("node_network_receive_bytes_total", "Network device statistic receive_bytes.", [
      { labels: { device: "eth0" }, value: (time) => counted(times(work, 3e6), node, time) },
    ]),
    gauge(
      "node_boot_time_seconds",
      "Node boot time, in unixtime.",
      one((time) => startOf(node, time)),
    ),
  ];
}

const disks = [
  { labels: { device: "/dev/vda1", fstype: "ext4", mountpoint: "/" }, size: 80 * gib, fills: false },
  {
    labels: { device: "/dev/vdb", fstype: "xfs", mountpoint: "/var/lib/data" },
    size: 400 * gib,
    fills: true,
  },
];

function freePart(node: string, time: number): number {
  const at = ((time + fraction(node) * fillPeriod) % fillPeriod) / fillPeriod;
  return 0.7 - 0.66 * at;
}

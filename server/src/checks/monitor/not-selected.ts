import type { MonitorCheck } from "./monitor-check.ts";
import { readingOf } from "./reading.ts";
import { notSelected } from "./selection.ts";

/** The operator passes monitors over that no selector picks, without a word: nothing is scraped. */
export const monitorNotSelected: MonitorCheck = {
  unit: "document",
  id: "monitor.not-selected",
  severity: "warning",
  kinds: ["ServiceMonitor", "PodMonitor"],
  beyondFile: true,
  summary: "No Prometheus picks a monitor by its labels, so what it names is never scraped.",
  run(context) {
    const reading = readingOf(context);
    if (reading === undefined) return [];
    return notSelected(monitorNotSelected.id, reading.monitor.kind, reading.root, context);
  },
};

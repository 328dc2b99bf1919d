import { layoutFindings } from "./layout-findings.ts";
import type { MonitorCheck } from "./monitor-check.ts";

export const lostIndent: MonitorCheck = {
  unit: "document",
  id: "monitor.lost-indent",
  severity: "error",
  kinds: ["ServiceMonitor", "PodMonitor"],
  summary: "The children of a key stand beside it instead of under it.",
  run: (context) => layoutFindings(context, "lost", "monitor.lost-indent"),
};

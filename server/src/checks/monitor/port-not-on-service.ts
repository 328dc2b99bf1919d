import type { MonitorCheck } from "./monitor-check.ts";
import { portFindings } from "./service-port.ts";

export const portNotOnService: MonitorCheck = {
  unit: "document",
  id: "monitor.port-not-on-service",
  severity: "warning",
  kinds: ["ServiceMonitor"],
  summary: "An endpoint's port is the name of no port of a Service that the monitor selects.",
  run: (context) => portFindings(context, "monitor.port-not-on-service"),
};

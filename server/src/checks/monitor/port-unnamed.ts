import type { MonitorCheck } from "./monitor-check.ts";
import { portFindings } from "./service-port.ts";

export const portUnnamed: MonitorCheck = {
  unit: "document",
  id: "monitor.port-unnamed",
  severity: "warning",
  kinds: ["ServiceMonitor"],
  summary: "An endpoint names a port, but the Service that the monitor selects gives its ports no names.",
  run: (context) => portFindings(context, "monitor.port-unnamed"),
};

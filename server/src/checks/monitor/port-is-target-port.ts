import type { MonitorCheck } from "./monitor-check.ts";
import { portFindings } from "./service-port.ts";

export const portIsTargetPort: MonitorCheck = {
  unit: "document",
  id: "monitor.port-is-target-port",
  severity: "warning",
  kinds: ["ServiceMonitor"],
  summary: "An endpoint's port is the name of a container port; the Service has another name for it.",
  run: (context) => portFindings(context, "monitor.port-is-target-port"),
};

import type { Check } from "../check.ts";
import { portFindings } from "./service-port.ts";

export const portIsTargetPort: Check = {
  id: "monitor.port-is-target-port",
  severity: "warning",
  kinds: ["ServiceMonitor"],
  summary: "An endpoint's port is the name of a container port; the Service has another name for it.",
  run: (context) => portFindings(context, "monitor.port-is-target-port"),
};

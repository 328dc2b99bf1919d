import { layoutFindings } from "./layout-findings.ts";
import type { MonitorCheck } from "./monitor-check.ts";

export const misplacedKey: MonitorCheck = {
  unit: "document",
  id: "monitor.misplaced-key",
  severity: "error",
  kinds: ["ServiceMonitor", "PodMonitor"],
  summary: "A key stands at a level that does not know it, while a level around it or beside it does.",
  run: (context) => layoutFindings(context, "misplaced", "monitor.misplaced-key"),
};

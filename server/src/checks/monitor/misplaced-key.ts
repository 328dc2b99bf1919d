import type { Check } from "../check.ts";
import { layoutFindings } from "./layout-findings.ts";

export const misplacedKey: Check = {
  id: "monitor.misplaced-key",
  severity: "error",
  kinds: ["ServiceMonitor", "PodMonitor"],
  summary: "A key stands at a level that does not know it, while a level around it or beside it does.",
  run: (context) => layoutFindings(context, "misplaced", "monitor.misplaced-key"),
};

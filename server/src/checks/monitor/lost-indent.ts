import type { Check } from "../check.ts";
import { layoutFindings } from "./layout-findings.ts";

export const lostIndent: Check = {
  id: "monitor.lost-indent",
  severity: "error",
  kinds: ["ServiceMonitor", "PodMonitor"],
  summary: "The children of a key stand beside it instead of under it.",
  run: (context) => layoutFindings(context, "lost", "monitor.lost-indent"),
};

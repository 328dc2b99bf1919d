import type { CheckContext, DocumentCheck, Finding } from "../check.ts";

/** A check of ServiceMonitors and PodMonitors: each looks at an object as a whole. */
export interface MonitorCheck extends DocumentCheck {
  run(context: CheckContext): Iterable<Finding>;
}

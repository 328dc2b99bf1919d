import { schemaProblems } from "../../schema/validate.ts";
import { isNull, keyOf, valueAt } from "../../yaml/access.ts";
import type { YamlMap } from "../../yaml/node.ts";
import type { Finding } from "../check.ts";
import type { MonitorCheck } from "./monitor-check.ts";
import { readingOf } from "./reading.ts";

const id = "monitor.missing-field";

export const missingField: MonitorCheck = {
  unit: "document",
  id,
  severity: "error",
  kinds: ["ServiceMonitor", "PodMonitor"],
  summary: "A field is missing without which the API server refuses the object.",
  *run(context) {
    const reading = readingOf(context);
    if (reading === undefined) return;
    const { root } = reading;
    if (isNull(valueAt(root, "metadata", "name")) && isNull(valueAt(root, "metadata", "generateName")))
      yield missing(
        root,
        "metadata",
        "The monitor has no name. metadata.name: Required value: name or generateName is required",
      );
    for (const problem of schemaProblems(root, reading.schema)) {
      if (problem.kind !== "missing") continue;
      const parent = problem.path.split(".").slice(0, -1).join(".");
      const where = parent === "" ? "the monitor" : `\`${parent}\``;
      yield missing(
        problem.map,
        parent,
        `\`${problem.key}\` is missing in ${where}. ${problem.path}: Required value`,
      );
    }
  },
};

/** On the key above what is missing, or on the first key of the mapping. */
function missing(map: YamlMap, parent: string, message: string): Finding {
  const key = parent.split(".").at(-1);
  const above = map.pairs.find((pair) => keyOf(pair) === key)?.key.span;
  const first = map.pairs[0]?.key.span;
  return { check: id, severity: "error", message, span: above ?? first ?? map.span, refusedBy: "kubernetes" };
}

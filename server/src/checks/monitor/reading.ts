import type { MonitorModel } from "../../model/monitor.ts";
import { readMonitor } from "../../model/monitor.ts";
import { type Layout, layoutOf } from "../../schema/layout.ts";
import { operatorSchema } from "../../schema/operator.ts";
import { repairedRoot } from "../../schema/repaired.ts";
import type { ObjectSchema } from "../../schema/schema.ts";
import type { YamlMap } from "../../yaml/node.ts";
import type { CheckContext } from "../check.ts";

/** A monitor as its author meant it: keys at the wrong level are read where the grammar says that they belong. */
export interface MonitorReading {
  readonly schema: ObjectSchema;
  readonly layout: Layout;
  readonly root: YamlMap;
  readonly monitor: MonitorModel;
}

/** Nothing for parts that are no monitors, and for text that YAML itself cannot read. */
export function readingOf({ part }: CheckContext): MonitorReading | undefined {
  const { model, yaml } = part;
  if (model.kind !== "ServiceMonitor" && model.kind !== "PodMonitor") return undefined;
  if (yaml?.problems.some((problem) => problem.fatal) === true) return undefined;
  const schema = operatorSchema(model.kind);
  const layout = layoutOf(model.monitor.root, schema);
  if (layout.faults.length === 0) return { schema, layout, root: model.monitor.root, monitor: model.monitor };
  const root = repairedRoot(layout, model.monitor.root);
  return { schema, layout, root, monitor: readMonitor(root, model.kind) };
}

import { type Evidence, serviceEvidence, workloadEvidence } from "../checks/monitor/evidence.ts";
import type { DocumentPart } from "../model/document.ts";
import type { ContainerPort, ServicePort } from "../model/kubernetes.ts";
import { endpointsKey, type MonitorModel } from "../model/monitor.ts";
import { operatorSchema } from "../schema/operator.ts";
import { describeType, schemaAt } from "../schema/schema.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { pathAt, pathNames } from "../yaml/access.ts";
import { bullets, code, joined, type MarkupText, markup, paragraphs, plain } from "./markdown.ts";
import { monitorFieldDocs } from "./monitor-docs-data.ts";
import type { Hover } from "./types.ts";

/** So many Services or workloads are listed. */
const maxListed = 10;

/**
 * What a field of a monitor does, and for its selector and ports what they reach: Services and workloads of the
 * files and of the clusters. Nothing outside of monitors.
 */
export function hoverMonitor(snapshot: Snapshot, offset: number): Hover | undefined {
  for (const part of snapshot.document.parts) {
    const { model } = part;
    if (model.kind !== "ServiceMonitor" && model.kind !== "PodMonitor") continue;
    const hover = hoverIn(snapshot, part, model.monitor, offset);
    if (hover !== undefined) return hover;
  }
  return undefined;
}

function hoverIn(
  snapshot: Snapshot,
  { yaml }: DocumentPart,
  monitor: MonitorModel,
  offset: number,
): Hover | undefined {
  const path = pathAt(monitor.root, offset);
  const last = path?.steps.at(-1);
  if (yaml === undefined || path === undefined || last?.kind !== "key" || last.name === undefined)
    return undefined;
  const names = pathNames(path);
  const schema = schemaAt(operatorSchema(monitor.kind), names);
  if (schema === undefined || names[0] !== "spec" || path.node.kind !== "scalar") return undefined;
  const doc = monitorFieldDocs[last.name];
  const field = path.onKey
    ? markup`${code(last.name)} ${plain(`(${describeType(schema)})`)}${doc === undefined ? plain("") : markup`: ${plain(doc)}`}`
    : undefined;
  const contents = paragraphs([field, reachOf(snapshot, monitor, names)]);
  return contents === "" ? undefined : { contents, span: path.node.span };
}

/** What a selector or a port reaches. */
function reachOf(
  snapshot: Snapshot,
  monitor: MonitorModel,
  names: readonly (string | number)[],
): MarkupText | undefined {
  const [, second, , key] = names;
  const isPort = second === endpointsKey[monitor.kind] && (key === "port" || key === "targetPort");
  if (second !== "selector" && !isPort) return undefined;
  const services = monitor.kind === "ServiceMonitor" ? serviceEvidence(snapshot, monitor) : [];
  const wantsContainers = monitor.kind === "PodMonitor" || key === "targetPort";
  const lists = wantsContainers
    ? workloadEvidence(snapshot, monitor, services).map((source) =>
        listOf(source, ({ owner, ports }) => [owner, ports.map(containerPort)] as const),
      )
    : services.map((source) =>
        listOf(source, ({ name, ports }) => [`Service ${name}`, ports.map(servicePort)] as const),
      );
  const found = lists.filter((list) => list !== undefined);
  return found.length === 0 ? undefined : paragraphs(found);
}

function listOf<T>(
  { selected, live }: Evidence<T>,
  describe: (object: T) => readonly [name: string, ports: readonly MarkupText[]],
): MarkupText | undefined {
  if (selected.length === 0) return undefined;
  const lines = selected.slice(0, maxListed).map((object) => {
    const [name, ports] = describe(object);
    return ports.length === 0 ? plain(`${name}: no ports`) : markup`${plain(name)}: ${joined(ports, ", ")}`;
  });
  const rest = selected.length - lines.length;
  if (rest > 0) lines.push(plain(`and ${rest} more`));
  const where = live === undefined ? "In the files of the workspace" : `I${live.words.slice(1)}`;
  const [missing] = live?.missing ?? [];
  return paragraphs([
    plain(`${where}${missing === undefined ? "" : `, without ${missing}`}:`),
    bullets(lines),
  ]);
}

function servicePort({ name, port, targetPort }: ServicePort): MarkupText {
  const target = targetPort === undefined ? "" : ` to ${targetPort}`;
  return markup`${code(name === "" ? "(no name)" : name)} ${plain(`${port}${target}`)}`;
}

function containerPort({ name, containerPort: number }: ContainerPort): MarkupText {
  return markup`${code(name === "" ? "(no name)" : name)} ${plain(String(number))}`;
}

import { nearest } from "../../base/nearest.ts";
import type { ContainerPort, ContainerPorts } from "../../model/kubernetes.ts";
import type { EndpointModel, MonitorModel } from "../../model/monitor.ts";
import { portTest } from "../../world/selectors.ts";
import type { YamlScalar } from "../../yaml/node.ts";
import type { CheckContext, Finding, Fix } from "../check.ts";
import { placeOf, serviceEvidence, workloadEvidence } from "./evidence.ts";
import { missingIn, whereWords } from "./judgement.ts";
import type { MonitorCheck } from "./monitor-check.ts";
import { readingOf } from "./reading.ts";
import { listOf, short } from "./words.ts";

const id = "monitor.target-port-not-declared";

export const targetPortNotDeclared: MonitorCheck = {
  unit: "document",
  id,
  severity: "warning",
  kinds: ["ServiceMonitor", "PodMonitor"],
  summary: "No container behind the monitor declares the port that is asked for.",
  *run(context) {
    const reading = readingOf(context);
    if (reading === undefined) return;
    for (const endpoint of reading.monitor.endpoints) {
      const asked = containerPortOf(reading.monitor, endpoint);
      if (asked !== undefined) yield* judge(context, reading.monitor, asked);
    }
  },
};

/** The container port that an endpoint asks for (`promcfg.go`: the first that is set wins); digits in quotes aside. */
function containerPortOf(monitor: MonitorModel, endpoint: EndpointModel): YamlScalar | undefined {
  const { port, portNumber, targetPort } = endpoint;
  const asked =
    monitor.kind === "PodMonitor"
      ? (port ?? portNumber ?? targetPort)
      : port === undefined
        ? targetPort
        : undefined;
  if (asked === undefined || asked.value === "" || asked.value === "0") return undefined;
  const isNumber = /^\d+$/.test(asked.value);
  return isNumber && (asked.type !== "int" || asked === port) ? undefined : asked;
}

function* judge(context: CheckContext, monitor: MonitorModel, asked: YamlScalar): Iterable<Finding> {
  const services = monitor.kind === "ServiceMonitor" ? serviceEvidence(context.snapshot, monitor) : [];
  const sources = workloadEvidence(context.snapshot, monitor, services);
  const number = asked.type === "int" ? Number(asked.value) : undefined;
  const matches = portTest(asked.value);
  const isIt = ({ name, containerPort }: ContainerPort): boolean =>
    number === undefined ? name !== "" && matches(name) : containerPort === number;
  const verdict = missingIn(sources, ({ ports }) => ports.some(isIt));
  if (verdict === undefined) return;
  const { selected, severity, live } = verdict;
  const declared = selected.flatMap(({ ports }) => ports);
  const mapped = services
    .flatMap((source) => source.selected)
    .flatMap(({ ports }) => ports.filter(({ port }) => port === number))
    .map(({ targetPort }) => targetPort)
    .find((target) => declared.some((each) => each.name === target || each.containerPort === target));
  const wanted = short(asked.value, 24);
  yield {
    check: id,
    severity,
    message:
      mapped === undefined
        ? `No container of ${live === undefined ? ownerOf(selected) : `the Pods${whereWords(live)}`} declares port \`${wanted}\`: ${portsIn(declared)}.`
        : `${wanted} is the Service's port; the container's, which \`targetPort\` means, is \`${mapped}\`.`,
    span: asked.span,
    related: selected
      .slice(0, 5)
      .flatMap((each) =>
        placeOf(
          each,
          each.owner.split(" ")[1] ?? "",
          `${each.owner}: ${portsIn(each.ports)}.`,
          context.snapshot.document.uri,
        ),
      ),
    fixes: fixesFor(asked, declared, mapped),
  };
}

function ownerOf([first, ...others]: readonly ContainerPorts[]): string {
  const name = `\`${short(first?.owner ?? "", 32)}\``;
  return others.length === 0 ? name : `${name} and ${others.length} more`;
}

function portsIn(ports: readonly ContainerPort[]): string {
  const names = [
    ...new Set(
      ports.map(({ name, containerPort }) =>
        name === "" ? String(containerPort) : `${name} ${containerPort}`,
      ),
    ),
  ];
  return names.length === 0
    ? "it declares none"
    : `it declares ${listOf(
        names.map((name) => short(name, 24)),
        30,
      )}`;
}

function fixesFor(
  asked: YamlScalar,
  declared: readonly ContainerPort[],
  mapped: string | number | undefined,
): readonly Fix[] {
  const write = (value: string | number, safe: boolean): Fix => ({
    title: `Use the container port \`${value}\``,
    safe,
    edits: [{ span: asked.span, newText: String(value) }],
  });
  if (mapped !== undefined) return [write(mapped, true)];
  if (asked.type === "int") return [];
  const names = [...new Set(declared.map(({ name }) => name).filter((name) => name !== ""))];
  const best = nearest(asked.value, names) ?? (names.length === 1 ? names[0] : undefined);
  return best === undefined ? [] : [write(best, false)];
}

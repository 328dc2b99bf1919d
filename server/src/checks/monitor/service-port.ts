import { nearest } from "../../base/nearest.ts";
import type { KubernetesService } from "../../model/kubernetes.ts";
import type { EndpointModel } from "../../model/monitor.ts";
import { portTest } from "../../world/selectors.ts";
import type { YamlScalar } from "../../yaml/node.ts";
import type { CheckContext, Finding, Fix } from "../check.ts";
import { serviceEvidence, servicePlaces, workloadEvidence } from "./evidence.ts";
import { missingIn, whereWords } from "./judgement.ts";
import { readingOf } from "./reading.ts";
import { listOf, scalarText, short } from "./words.ts";

/** The three ways in which an endpoint's `port` is no port of a matching Service. */
export type PortFault =
  | "monitor.port-not-on-service"
  | "monitor.port-unnamed"
  | "monitor.port-is-target-port";

/** The findings of one kind about the `port` of ServiceMonitors. */
export function* portFindings(context: CheckContext, fault: PortFault): Iterable<Finding> {
  const reading = readingOf(context);
  if (reading?.monitor.kind !== "ServiceMonitor") return;
  for (const endpoint of reading.monitor.endpoints) {
    const finding = judge(context, reading.monitor, endpoint);
    if (finding?.check === fault) yield finding;
  }
}

/** The value of `port` if it can be a name: numbers have a check of their own. */
function portName({ port }: EndpointModel): YamlScalar | undefined {
  return port === undefined || port.type !== "string" || /^\d*$/.test(port.value) ? undefined : port;
}

function judge(
  context: CheckContext,
  monitor: NonNullable<ReturnType<typeof readingOf>>["monitor"],
  endpoint: EndpointModel,
): Finding | undefined {
  const port = portName(endpoint);
  if (port === undefined) return undefined;
  const services = serviceEvidence(context.snapshot, monitor);
  const matches = portTest(port.value);
  const verdict = missingIn(services, ({ ports }) => ports.some(({ name }) => name !== "" && matches(name)));
  if (verdict === undefined) return undefined;
  const { selected, severity, live } = verdict;
  const base = {
    severity,
    span: port.span,
    related: servicePlaces(selected.slice(0, 5), context.snapshot.document.uri),
  };
  const wanted = short(port.value, 24);
  const where = whereWords(live);
  const all = selected.flatMap(({ ports }) => ports);
  const names = [...new Set(all.map(({ name }) => name).filter((name) => name !== ""))];
  const service = short(selected[0]?.name ?? "", 24);

  const behind = [
    ...new Set(all.filter(({ targetPort }) => targetPort === port.value).map(({ name }) => name)),
  ];
  const [exposed] = behind;
  if (exposed !== undefined && exposed !== "") {
    return {
      ...base,
      check: "monitor.port-is-target-port",
      message: `\`${wanted}\` is the container's port; Service \`${service}\`${where} calls it \`${short(exposed, 24)}\`.`,
      fixes: [renameTo(port, exposed, behind.length === 1 && selected.length === 1)],
    };
  }
  const declared = workloadEvidence(context.snapshot, monitor, services).some((source) =>
    source.selected.some(({ ports }) => ports.some(({ name }) => name === port.value)),
  );
  if (declared) {
    return {
      ...base,
      check: "monitor.port-is-target-port",
      message: `\`${wanted}\` is a container port that no matching Service${where} exposes: use \`targetPort\`.`,
      fixes: targetPortFix(endpoint, port.value),
    };
  }
  if (names.length === 0) {
    const number = all.length === 1 ? all[0] : undefined;
    return {
      ...base,
      check: "monitor.port-unnamed",
      message: `Service \`${service}\`${where} has no named port: name it \`${wanted}\`, or use \`targetPort\` here.`,
      fixes: number === undefined ? [] : targetPortFix(endpoint, String(number.targetPort ?? number.port)),
    };
  }
  return {
    ...base,
    check: "monitor.port-not-on-service",
    message: `No matching Service${where} has a port \`${wanted}\`: ${has(selected, names)}.`,
    fixes: nameFixes(port, names),
  };
}

function has(services: readonly KubernetesService[], names: readonly string[]): string {
  const [only] = services;
  const who =
    services.length === 1 ? `\`${short(only?.name ?? "", 24)}\` has` : `${services.length} Services have`;
  return `${who} ${listOf(
    names.map((name) => short(name, 24)),
    36,
  )}`;
}

/** Only another way to write the same word is beyond doubt; any other port is a guess. */
function nameFixes(port: YamlScalar, names: readonly string[]): readonly Fix[] {
  const fold = (text: string): string => text.toLowerCase().replace(/[-_.]/g, "");
  const same = names.filter((name) => fold(name) === fold(port.value));
  const holding = names.filter((name) => name.includes(port.value) || port.value.includes(name));
  const only = (list: readonly string[]): string | undefined => (list.length === 1 ? list[0] : undefined);
  const best = nearest(port.value, names) ?? only(holding) ?? only(names);
  if (best !== undefined) return [renameTo(port, best, same.length === 1 && same[0] === best)];
  return names.slice(0, 3).map((name) => renameTo(port, name, false));
}

/** Replaces the value. */
export function renameTo(port: YamlScalar, name: string, safe: boolean): Fix {
  return {
    title: `Use the port \`${name}\``,
    safe,
    edits: [{ span: port.span, newText: scalarText(name) }],
  };
}

/** Turns `port: x` into `targetPort: x`; not where a `targetPort` stands already. */
export function targetPortFix({ node, port, targetPort }: EndpointModel, value: string): readonly Fix[] {
  const pair = node.pairs.find((each) => each.value === port);
  if (pair === undefined || targetPort !== undefined) return [];
  return [
    {
      title: `Use \`targetPort: ${value}\``,
      safe: false,
      edits: [
        { span: { start: pair.key.span.start, end: pair.value.span.end }, newText: `targetPort: ${value}` },
      ],
    },
  ];
}

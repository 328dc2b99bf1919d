import type { EndpointModel } from "../../model/monitor.ts";
import type { YamlScalar } from "../../yaml/node.ts";
import type { CheckContext, Finding, Fix } from "../check.ts";
import { serviceEvidence } from "./evidence.ts";
import type { MonitorCheck } from "./monitor-check.ts";
import { type MonitorReading, readingOf } from "./reading.ts";
import { renameTo, targetPortFix } from "./service-port.ts";

const id = "monitor.port-number";

/** Digits in quotes; a bare integer in `port` is refused by its type. */
export const portNumber: MonitorCheck = {
  unit: "document",
  id,
  severity: "warning",
  kinds: ["ServiceMonitor", "PodMonitor"],
  summary: "A port's number stands where its name is read.",
  *run(context) {
    const reading = readingOf(context);
    if (reading === undefined) return;
    for (const endpoint of reading.monitor.endpoints) {
      const { port, targetPort } = endpoint;
      if (isQuotedNumber(port)) yield* quotedPort(context, reading, endpoint, port);
      if (isQuotedNumber(targetPort)) yield quotedTarget(targetPort);
    }
  },
};

function isQuotedNumber(scalar: YamlScalar | undefined): scalar is YamlScalar {
  return scalar !== undefined && scalar.type === "string" && /^\d+$/.test(scalar.value);
}

function* quotedPort(
  context: CheckContext,
  reading: MonitorReading,
  endpoint: EndpointModel,
  port: YamlScalar,
): Iterable<Finding> {
  const services = serviceEvidence(context.snapshot, reading.monitor).flatMap(({ selected }) => selected);
  // A port may be named "9042": rare, but then it is right.
  if (services.some(({ ports }) => ports.some(({ name }) => name === port.value))) return;
  yield {
    check: id,
    severity: "warning",
    message: `\`port\` is the name of a port: "${port.value}" is no number here. Write the name, or use \`targetPort\`.`,
    span: port.span,
    fixes: numberFixes(context, reading, endpoint, port),
  };
}

/** A container port's name has a letter in it, so that digits in quotes are never one. */
function quotedTarget(scalar: YamlScalar): Finding {
  return {
    check: id,
    severity: "warning",
    message: `"${scalar.value}" in quotes is read as a port's name and matches nothing: write the number without quotes.`,
    span: scalar.span,
    fixes: [
      { title: "Remove the quotes", safe: true, edits: [{ span: scalar.span, newText: scalar.value }] },
    ],
  };
}

/** What a number in `port` stands for: the name that the matching Services give to it, or a container port. */
export function numberFixes(
  context: CheckContext,
  { monitor }: MonitorReading,
  endpoint: EndpointModel,
  port: YamlScalar,
): readonly Fix[] {
  const number = Number(port.value);
  const services =
    monitor.kind === "ServiceMonitor"
      ? serviceEvidence(context.snapshot, monitor).flatMap(({ selected }) => selected)
      : [];
  const names = new Set(
    services
      .flatMap(({ ports }) =>
        ports.filter((each) => each.name !== "" && (each.port === number || each.targetPort === number)),
      )
      .map(({ name }) => name),
  );
  const target =
    monitor.kind === "ServiceMonitor"
      ? targetPortFix(endpoint, port.value)
      : portNumberFix(endpoint, port.value);
  return [...[...names].map((name) => renameTo(port, name, names.size === 1)), ...target];
}

function portNumberFix({ node, port }: EndpointModel, value: string): readonly Fix[] {
  const pair = node.pairs.find((each) => each.value === port);
  if (pair === undefined) return [];
  const span = { start: pair.key.span.start, end: pair.value.span.end };
  return [
    {
      title: `Use \`portNumber: ${value}\``,
      safe: false,
      edits: [{ span, newText: `portNumber: ${value}` }],
    },
  ];
}

import type { Labels } from "../../base/labels.ts";
import { nearest } from "../../base/nearest.ts";
import type { ContainerPorts, KubernetesService } from "../../model/kubernetes.ts";
import type { MonitorModel, SelectorModel } from "../../model/monitor.ts";
import { inScope, mechanismOf } from "../../world/monitor-services.ts";
import { unmet } from "../../world/selectors.ts";
import { asMap, keyOf, valueAt } from "../../yaml/access.ts";
import type { CheckContext, Finding, Fix } from "../check.ts";
import { type Evidence, placeOf, serviceEvidence, workloadEvidence } from "./evidence.ts";
import { whereWords } from "./judgement.ts";
import type { MonitorCheck } from "./monitor-check.ts";
import { readingOf } from "./reading.ts";
import { scalarText, short } from "./words.ts";

const id = "monitor.selector-matches-nothing";

/** An object that a monitor could have meant. */
interface Candidate {
  readonly name: string;
  readonly noun: string;
  readonly namespace: string | undefined;
  readonly labels: Labels;
  /** The labels of the Pods behind a Service: people take them for the Service's own. */
  readonly podLabels: Labels;
  readonly portNames: readonly string[];
  readonly uri?: string | undefined;
  readonly offset?: number | undefined;
}

interface Miss {
  readonly candidate: Candidate;
  /** What is wrong with it, as the end of a sentence. */
  readonly words: string;
  readonly fix: Fix | undefined;
}

export const selectorMatchesNothing: MonitorCheck = {
  unit: "document",
  id,
  severity: "warning",
  kinds: ["ServiceMonitor", "PodMonitor"],
  summary: "A monitor's selector selects nothing, while something near it is there.",
  *run(context) {
    const reading = readingOf(context);
    const selector = reading?.monitor.selector;
    if (reading === undefined || selector === undefined) return;
    const { monitor } = reading;
    if (selector.matchLabels.size + selector.expressions.length === 0) return;
    const sources = candidatesOf(context, monitor);
    if (sources.some(({ selected }) => selected.length > 0)) return;
    const miss = nearMiss(
      monitor,
      selector,
      sources.flatMap(({ all }) => all),
      context.snapshot.document.uri,
    );
    const silent = sources.find(({ live }) => live?.complete === true)?.live;
    // Files are only a part of what is deployed: without anything near, nothing is said.
    if (miss === undefined && silent === undefined) return;
    yield findingOf(context, monitor, selector, miss, silent);
  },
};

function findingOf(
  context: CheckContext,
  monitor: MonitorModel,
  selector: SelectorModel,
  miss: Miss | undefined,
  silent: Parameters<typeof whereWords>[0],
): Finding {
  const noun = monitor.kind === "PodMonitor" ? "Pod" : "Service";
  const key = monitor.root.pairs.find((pair) => keyOf(pair) === "spec")?.value;
  const pair = asMap(key)?.pairs.find((each) => keyOf(each) === "selector");
  const start = `The selector selects no ${noun}${whereWords(silent)}`;
  const near = miss?.candidate;
  return {
    check: id,
    severity: "warning",
    message:
      near === undefined
        ? `${start}: check its labels and the namespaces.`
        : `${start}${silent === undefined ? " here" : ""}: \`${short(near.name, 24)}\` ${miss?.words ?? ""}.`,
    span: pair?.key.span ?? selector.node.span,
    related:
      near === undefined
        ? []
        : placeOf(
            near,
            near.name,
            `The nearest ${near.noun} is ${near.name}.`,
            context.snapshot.document.uri,
          ),
    fixes: miss?.fix === undefined ? [] : [miss.fix],
  };
}

function candidatesOf(context: CheckContext, monitor: MonitorModel): readonly Evidence<Candidate>[] {
  if (monitor.kind === "ServiceMonitor")
    return serviceEvidence(context.snapshot, monitor).map((source) => ({
      live: source.live,
      all: source.all.map(fromService),
      selected: source.selected.map(fromService),
    }));
  return workloadEvidence(context.snapshot, monitor, []).map((source) => ({
    live: source.live,
    all: source.all.map(fromWorkload),
    selected: source.selected.map(fromWorkload),
  }));
}

function fromService(service: KubernetesService): Candidate {
  const { name, namespace, labels, selector, ports, uri, offset } = service;
  const portNames = ports.map((port) => port.name);
  return { name, noun: "Service", namespace, labels, podLabels: selector, portNames, uri, offset };
}

function fromWorkload({ owner, namespace, labels, ports, uri, offset }: ContainerPorts): Candidate {
  const [noun = "", name = ""] = owner.split(" ");
  return {
    name,
    noun,
    namespace,
    labels,
    podLabels: {},
    portNames: ports.map((port) => port.name),
    uri,
    offset,
  };
}

/** The object that the author most likely meant, by what little keeps it from being selected. */
function nearMiss(
  monitor: MonitorModel,
  selector: SelectorModel,
  all: readonly Candidate[],
  own: string,
): Miss | undefined {
  const mechanism = mechanismOf(monitor);
  const missing = (labels: Labels): ReturnType<typeof unmet> => unmet(selector, labels, mechanism);
  const reachable = all.filter((each) => inScope(monitor, each));
  for (const candidate of reachable)
    if (Object.keys(candidate.podLabels).length > 0 && missing(candidate.podLabels).length === 0)
      return {
        candidate,
        words: "has these labels on its Pods only, not on itself",
        fix: undefined,
      };
  for (const candidate of reachable) {
    const unmetHere = missing(candidate.labels);
    const [only] = unmetHere;
    if (only === undefined || unmetHere.length > 1) continue;
    const { key, found, wanted } = only;
    const total = selector.matchLabels.size + selector.expressions.length;
    const isNear = found !== undefined && nearest(wanted[0] ?? "", [found]) !== undefined;
    if (total === 1 && !isNear) continue;
    return {
      candidate,
      words:
        found === undefined
          ? `has no label \`${short(key, 30)}\``
          : `has \`${short(key, 24)}: ${short(found, 24)}\``,
      fix: isNear ? valueFix(selector, key, found) : undefined,
    };
  }
  const away = all.find((each) => !inScope(monitor, each) && missing(each.labels).length === 0);
  if (away !== undefined)
    return {
      candidate: away,
      words: `is in namespace \`${short(away.namespace ?? "", 24)}\`: see \`namespaceSelector\``,
      fix: undefined,
    };
  const wantedPorts = monitor.endpoints.flatMap(({ port }) => port?.value ?? []);
  const beside = reachable.find(
    ({ uri, labels, portNames }) =>
      uri === own && Object.keys(labels).length === 0 && portNames.some((name) => wantedPorts.includes(name)),
  );
  return beside === undefined ? undefined : { candidate: beside, words: "has no labels", fix: undefined };
}

function valueFix(selector: SelectorModel, key: string, found: string): Fix | undefined {
  const value = asMap(valueAt(selector.node, "matchLabels"))?.pairs.find(
    (pair) => keyOf(pair) === key,
  )?.value;
  if (value?.kind !== "scalar") return undefined;
  return {
    title: `Select \`${key}: ${found}\``,
    safe: false,
    edits: [{ span: value.span, newText: scalarText(found) }],
  };
}

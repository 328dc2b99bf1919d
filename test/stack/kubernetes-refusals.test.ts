import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { definitionsFolder } from "../../scripts/schemas.ts";
import { check } from "../core/monitor/reading.ts";
import { type OperatorOracle, startOperatorOracle } from "../oracle/operator.ts";
import { type Kubernetes, startKubernetes } from "./kube.ts";
import { waitFor } from "./processes.ts";

let kubernetes: Kubernetes;
let operator: OperatorOracle;
const collections = { ServiceMonitor: "servicemonitors", PodMonitor: "podmonitors" } as const;

beforeAll(async () => {
  kubernetes = await startKubernetes({ cluster: "dev" });
  operator = await startOperatorOracle();
  for (const plural of Object.values(collections)) {
    const file = join(definitionsFolder(), `monitoring.coreos.com_${plural}.yaml`);
    const definition: unknown = parse(readFileSync(file, "utf8"));
    const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    const { status, body } = await kubernetes.api.ask("POST", path, definition);
    expect(status, JSON.stringify(body)).toBe(201);
  }
  const served = async () => (await create(monitor(good))).status === 201;
  await waitFor(served, 60, () => new Error("the definitions are not served within 60 s"));
});
afterAll(async () => {
  await operator?.close();
  await kubernetes?.stop();
});

interface Answer {
  readonly status: number;
  readonly message: string;
}

/** What the API server says to the object of a file; nothing is kept. */
async function create(text: string, kind: keyof typeof collections = "ServiceMonitor"): Promise<Answer> {
  const path = `/apis/monitoring.coreos.com/v1/namespaces/default/${collections[kind]}?dryRun=All`;
  const { status, body } = await kubernetes.api.ask("POST", path, await operator.object(text));
  return { status, message: String((body as { message?: unknown }).message ?? "") };
}

const monitor = (spec: string, metadata = "{name: x}"): string =>
  `apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: ${metadata}\nspec: ${spec}\n`;
const podMonitor = (spec: string): string => monitor(spec).replace("ServiceMonitor", "PodMonitor");
const endpoint = (fields: string): string =>
  monitor(`{selector: {matchLabels: {a: b}}, endpoints: [{${fields}}]}`);
const good = "{selector: {}, endpoints: []}";

const texts: readonly string[] = [
  monitor(good),
  endpoint("port: web, interval: 1m30s, scheme: HTTPS, targetPort: 80"),
  endpoint("port: 8080"),
  endpoint("port: null, targetPort: web"),
  endpoint("interval: 30"),
  endpoint("interval: 30s1m"),
  endpoint("interval: ''"),
  endpoint("scheme: ftp"),
  endpoint('honorLabels: "true"'),
  endpoint("honorLabels: yes"),
  endpoint("targetPort: true"),
  endpoint("targetPort: 1.5"),
  endpoint("targetPort: 1e3"),
  endpoint("targetPort: !!str 8080"),
  endpoint("port: !!str 8080"),
  endpoint("bearerTokenSecret: {name: x}"),
  endpoint("relabelings: [{action: KEEP}]"),
  endpoint("relabelings: [{action: Keep, sourceLabels: a}]"),
  endpoint("relabelings: {action: keep}"),
  endpoint("params: {module: x}"),
  endpoint("proxyUrl: 'ftp://x'"),
  monitor("{endpoints: []}"),
  monitor("{selector: null, endpoints: [null]}"),
  monitor("{selector: x, endpoints: []}"),
  monitor("{selector: {matchLabels: {a: 5}}, endpoints: []}"),
  monitor("{selector: {matchLabels: {a: null}}, endpoints: []}"),
  monitor("{selector: {matchExpressions: [{key: a}]}, endpoints: []}"),
  monitor("{selector: {}, endpoints: x}"),
  monitor("{selector: {}, endpoints: [x]}"),
  monitor("{selector: {}, endpoints: [], sampleLimit: -1}"),
  monitor('{selector: {}, endpoints: [], sampleLimit: "5"}'),
  monitor("{selector: {}, endpoints: [], sampleLimit: 1.5}"),
  monitor("{selector: {}, endpoints: [], sampleLimit: 1e3}"),
  monitor("{selector: {}, endpoints: [], sampleLimit: 99999999999999999999}"),
  monitor(good, "{name: X_y}"),
  monitor(good, "{name: x, labels: {a b: c}}"),
  monitor(good, "{name: x, labels: {a: -b}}"),
  monitor('{selector: {}, endpoints: [], scrapeClass: ""}'),
  monitor("{selector: {}, endpoints: [], targetLabels: [5]}"),
  monitor("{selector: {}, endpoints: [], bodySizeLimit: 5}"),
  monitor("{selector: {}, endpoints: [], bodySizeLimit: 5MB}"),
  monitor("{selector: {}, endpoints: [], nativeHistogramMinBucketFactor: x}"),
  monitor("{selector: {}, endpoints: [], namespaceSelector: {any: 'yes'}}"),
  monitor("{selector: {}, endpoints: [], namespaceSelector: {matchNames: a}}"),
  monitor("{selector: {}, endpoints: [], status: 5}"),
  monitor(""),
  monitor("[]"),
  monitor(good, "{name: x, labels: {a: 5}}"),
  monitor(good, "{name: x, labels: {a: yes}}"),
  monitor(good, "{name: x, labels: [a]}"),
  monitor(good, "{name: x, annotations: {a: 1.5}}"),
  monitor(good, "{name: x, labels: null}"),
  monitor(good, "{name: 5}"),
  monitor(good, "{namespace: default}"),
  podMonitor("{selector: {}}"),
  podMonitor("{}"),
  podMonitor("{selector: {}, podMetricsEndpoints: [{portNumber: 70000}]}"),
  podMonitor("{selector: {}, podMetricsEndpoints: [{portNumber: 1.5}]}"),
  podMonitor("{selector: {}, podMetricsEndpoints: [{port: 80}]}"),
];

/** The server also says what stands there, cut where it is long. */
const withoutValues = (message: string): string => message.replaceAll(/Invalid value: [^:]*: /g, "");

describe("what is refused is what the real API server refuses", () => {
  test.each(texts.map((text) => [text.split("\n").slice(1).join(" "), text] as const))(
    "%s",
    async (_, text) => {
      const kind = text.includes("kind: PodMonitor") ? "PodMonitor" : "ServiceMonitor";
      const { status, message } = await create(text, kind);
      const refused = check(text).filter(({ refusedBy }) => refusedBy === "kubernetes");
      expect(refused.length > 0, `${status} ${message}`).toBe(status >= 400);
      // The server names the first fault of the metadata, and all of the rest: each of ours is among its words.
      for (const finding of refused) {
        const words = finding.message.slice(finding.message.search(/(?:spec|metadata\.|json:)[^`]*$/));
        expect(withoutValues(message)).toContain(withoutValues(words));
      }
    },
  );
});

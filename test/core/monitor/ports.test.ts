import { describe, expect, test } from "vitest";
import { type Known, known, partial, unavailable } from "../../../server/src/base/known.ts";
import { applyEdits } from "../../../server/src/base/text.ts";
import type { ContainerPorts, KubernetesService } from "../../../server/src/model/kubernetes.ts";
import type { EnvironmentAccess } from "../../../server/src/world/environment.ts";
import { noCluster, noEnvironment } from "../environment.ts";
import { check, findingsOf, fixed, snapshotOf } from "./reading.ts";

const monitor = (endpoint: string, rest = ""): string => `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  endpoints:
  - ${endpoint}
${rest}`;

const service = (ports: string, labels = "{app: web}", metadata = ""): string => `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, labels: ${labels}${metadata}}
spec:
  selector: {app: web}
  ports: [${ports}]
`;

const deployment = (ports: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: main, ports: [${ports}]}
`;

const say = (text: string, others: Readonly<Record<string, string>>): string[] =>
  check(text, others).map(({ check: id, severity, message }) => `${severity} ${id}: ${message}`);

function dev(
  services: Known<readonly KubernetesService[]>,
  pods: Known<readonly ContainerPorts[]> = known([], "cluster dev", 0),
): EnvironmentAccess {
  const environment = { ...noEnvironment, context: "dev" };
  const cluster = { ...noCluster, services: () => services, containerPorts: () => pods };
  return { environment, metrics: undefined, queries: undefined, cluster };
}

const live = (over: Partial<KubernetesService>): KubernetesService => ({
  namespace: "shop",
  name: "web",
  labels: { app: "web" },
  selector: { app: "web" },
  ports: [{ name: "http", port: 80, targetPort: 8080 }],
  type: "ClusterIP",
  ...over,
});

const sayLive = (text: string, access: EnvironmentAccess, others: Readonly<Record<string, string>> = {}) =>
  findingsOf(snapshotOf(text, others, [access])).map(
    ({ check: id, severity, message }) => `${severity} ${id}: ${message}`,
  );

const noon = Date.UTC(2026, 0, 1, 12, 0, 5);

describe("ports in files", () => {
  test("a port of the Service is fine, by name and by regular expression", () => {
    const files = { "service.yaml": service("{name: http-metrics, port: 80}") };
    expect(say(monitor("port: http-metrics"), files)).toEqual([]);
    expect(say(monitor("port: http.*"), files)).toEqual([]);
    // Anchored: a part of the name is not enough.
    expect(say(monitor("port: metrics"), files)).toHaveLength(1);
  });

  test("a name that no matching Service has", () => {
    const files = { "service.yaml": service("{name: express, port: 80}, {name: admin, port: 81}") };
    const [finding] = check(monitor("port: expres"), files);
    expect(finding).toMatchObject({
      check: "monitor.port-not-on-service",
      severity: "warning",
      message: "No matching Service has a port `expres`: `web` has `express`, `admin`.",
      related: [{ uri: "file:///service.yaml", message: "Service web has the ports express, admin." }],
      fixes: [{ title: "Use the port `express`", safe: false }],
    });
  });

  test("another spelling of the one name is a safe fix", () => {
    const files = { "service.yaml": service("{name: http-metrics, port: 80}") };
    const text = monitor("port: http_metrics");
    expect(fixed(text, check(text, files))).toBe(monitor("port: http-metrics"));
  });

  test("a Service with the same labels elsewhere is not meant; one without a namespace may be", () => {
    const away = service("{name: http, port: 80}").replace("namespace: shop", "namespace: other");
    expect(say(monitor("port: web"), { "service.yaml": away })).toEqual([
      "warning monitor.selector-matches-nothing: The selector selects no Service here: `web` is in namespace `other`: see `namespaceSelector`.",
    ]);
    const unknown = service("{name: http, port: 80}").replace("namespace: shop, ", "");
    expect(say(monitor("port: web"), { "service.yaml": unknown })).toHaveLength(1);
  });

  test("the container's name for it", () => {
    const files = { "service.yaml": service("{name: http, port: 80, targetPort: web}") };
    const text = monitor("port: web");
    expect(say(text, files)).toEqual([
      "warning monitor.port-is-target-port: `web` is the container's port; Service `web` calls it `http`.",
    ]);
    expect(fixed(text, check(text, files))).toBe(monitor("port: http"));
    const hidden = {
      "service.yaml": service("{name: http, port: 80}"),
      "deployment.yaml": deployment("{name: metrics, containerPort: 9090}"),
    };
    expect(say(monitor("port: metrics"), hidden)).toEqual([
      "warning monitor.port-is-target-port: `metrics` is a container port that no matching Service exposes: use `targetPort`.",
    ]);
  });

  test("a Service whose port has no name", () => {
    expect(say(monitor("port: web"), { "service.yaml": service("{port: 80, targetPort: 8080}") })).toEqual([
      "warning monitor.port-unnamed: Service `web` has no named port: name it `web`, or use `targetPort` here.",
    ]);
  });

  test("a number in quotes, and one without", () => {
    const files = { "service.yaml": service("{name: http, port: 8080}") };
    const quoted = monitor('port: "8080"');
    expect(say(quoted, files)).toEqual([
      'warning monitor.port-number: `port` is the name of a port: "8080" is no number here. Write the name, or use `targetPort`.',
    ]);
    expect(fixed(quoted, check(quoted, files))).toBe(monitor("port: http"));
    const bare = monitor("port: 8080");
    expect(check(bare, files)).toMatchObject([{ check: "monitor.wrong-type", refusedBy: "kubernetes" }]);
    expect(fixed(bare, check(bare, files))).toBe(monitor("port: http"));
    expect(say(quoted, { "service.yaml": service('{name: "8080", port: 1}') })).toEqual([]);
  });

  test("a target port that no container declares", () => {
    const files = {
      "service.yaml": service("{name: http, port: 80, targetPort: 8080}"),
      "deployment.yaml": deployment("{name: http, containerPort: 8080}"),
    };
    expect(say(monitor("targetPort: 8080"), files)).toEqual([]);
    expect(say(monitor("targetPort: http"), files)).toEqual([]);
    expect(say(monitor("targetPort: 9090"), files)).toEqual([
      "warning monitor.target-port-not-declared: No container of `Deployment web` declares port `9090`: it declares `http 8080`.",
    ]);
    const servicePort = monitor("targetPort: 80");
    expect(say(servicePort, files)).toEqual([
      "warning monitor.target-port-not-declared: 80 is the Service's port; the container's, which `targetPort` means, is `8080`.",
    ]);
    expect(fixed(servicePort, check(servicePort, files))).toBe(monitor("targetPort: 8080"));
  });

  test("nothing near is no finding: files are only a part of what is deployed", () => {
    const other = service("{name: http, port: 80}", "{app: other}").replace(
      "selector: {app: web}",
      "selector: {}",
    );
    expect(say(monitor("port: web"), {})).toEqual([]);
    expect(say(monitor("port: web"), { "service.yaml": other })).toEqual([]);
  });

  test("a near label value is named and can be taken over", () => {
    const files = {
      "service.yaml": service("{name: http, port: 80}", "{app: webb}").replace(
        "selector: {app: web}",
        "selector: {app: webb}",
      ),
    };
    const [finding] = check(monitor("port: http"), files);
    expect(finding?.message).toBe("The selector selects no Service here: `web` has `app: webb`.");
    expect(applyEdits(monitor("port: http"), finding?.fixes?.[0]?.edits ?? [])).toContain("{app: webb}");
  });

  test("the ports of a monitor whose indentation is lost are judged as well", () => {
    const text = monitor("port: web")
      .replace("spec:\n  selector", "spec:\nselector")
      .replace("  endpoints:\n  -", "endpoints:\n-");
    const files = { "service.yaml": service("{name: http, port: 80}") };
    expect(check(text, files).map(({ check: id }) => id)).toEqual([
      "monitor.lost-indent",
      "monitor.port-not-on-service",
    ]);
  });
});

describe("ports in a cluster", () => {
  const clean: string[] = [];
  test("a cluster that showed everything is believed, and named with the time of its answer", () => {
    const all = dev(known([live({})], "cluster dev", noon));
    expect(sayLive(monitor("port: http"), all)).toEqual(clean);
    expect(sayLive(monitor("port: web"), all)).toEqual([
      "error monitor.port-not-on-service: No matching Service in Dev (12:00:05 UTC) has a port `web`: `web` has `http`.",
    ]);
  });

  test("what was not seen whole proves nothing", () => {
    expect(sayLive(monitor("port: web"), dev(partial([live({})], "cluster dev", noon, ["x"])))).toEqual(
      clean,
    );
    const forbidden = unavailable<never>("forbidden", "no", "cluster dev", noon);
    expect(sayLive(monitor("port: web"), dev(forbidden))).toEqual(clean);
    expect(sayLive(monitor("port: web"), dev(partial([], "cluster dev", noon, ["x"])))).toEqual(clean);
  });

  test("an empty cluster says that the selector takes nothing", () => {
    expect(sayLive(monitor("port: web"), dev(known([], "cluster dev", noon)))).toEqual([
      "warning monitor.selector-matches-nothing: The selector selects no Service in Dev (12:00:05 UTC): check its labels and the namespaces.",
    ]);
  });

  test("files and cluster together", () => {
    const files = { "service.yaml": service("{name: http, port: 80}") };
    // Where the cluster has the port, the file's Service is not the whole story.
    const has = dev(known([live({ ports: [{ name: "web", port: 1, targetPort: 1 }] })], "cluster dev", noon));
    expect(sayLive(monitor("port: web"), has, files)).toEqual(clean);
    // Where the file adds it, it is only not deployed yet.
    expect(sayLive(monitor("port: http"), has, files)[0]).toMatch(/^info monitor.port-not-on-service/);
    // Where both lack it, it is certain.
    const lacks = dev(known([live({})], "cluster dev", noon));
    expect(sayLive(monitor("port: web"), lacks, files)[0]).toMatch(/^error monitor.port-not-on-service/);
  });

  test("target ports are held against the Pods behind the Services", () => {
    const pod: ContainerPorts = {
      namespace: "shop",
      owner: "Pod web-0",
      labels: { app: "web" },
      ports: [{ name: "http", containerPort: 8080 }],
    };
    const all = dev(known([live({})], "cluster dev", noon), known([pod], "cluster dev", noon));
    expect(sayLive(monitor("targetPort: 8080"), all)).toEqual(clean);
    expect(sayLive(monitor("targetPort: 9090"), all)).toEqual([
      "error monitor.target-port-not-declared: No container of the Pods in Dev (12:00:05 UTC) declares port `9090`: it declares `http 8080`.",
    ]);
  });
});

import { expect, test } from "vitest";
import { type Known, known, partial } from "../../../server/src/base/known.ts";
import { hoverMonitor } from "../../../server/src/features/hover-monitor.ts";
import { noCluster, noEnvironment } from "../environment.ts";
import { snapshotOf } from "./reading.ts";

const files = {
  "web.yaml": `apiVersion: v1
kind: Service
metadata: {name: web, labels: {app: web}}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: main}, {port: 81}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{ports: [{name: main, containerPort: 8080}]}]}}}
`,
};

const text = (endpoint: string): string => `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  endpoints:
  - ${endpoint}
`;

function hover(marked: string): string | undefined {
  return hoverMonitor(snapshotOf(marked.replace("|", ""), files), marked.indexOf("|"))?.contents;
}

test("a port shows the ports of the Services that the selector takes", () => {
  expect(hover(text("port: ht|tp"))).toBe(
    "In the files of the workspace:\n\n- Service web: `http` 80 to main, `(no name)` 81",
  );
  expect(hover(text("targetPort: ma|in"))).toBe(
    "In the files of the workspace:\n\n- Deployment web: `main` 8080",
  );
});

test("live Services and Pods are named with their environment, when they were seen, and what could not be", () => {
  const port = { name: "http", port: 80, targetPort: "main" };
  const service = {
    namespace: "shop",
    name: "web",
    labels: { app: "web" },
    selector: { app: "web" },
    ports: [port],
    type: "",
  };
  const pod = {
    namespace: "shop",
    owner: "Pod web-0",
    labels: { app: "web" },
    ports: [{ name: "main", containerPort: 8080 }],
  };
  const at = Date.parse("2026-01-01T17:20:05Z");
  const live = (services: Known<readonly (typeof service)[]>, marked: string): string | undefined => {
    const cluster = {
      ...noCluster,
      services: () => services,
      containerPorts: () => known([pod], "cluster dev", at),
    };
    const access = { environment: noEnvironment, metrics: undefined, queries: undefined, cluster };
    return hoverMonitor(snapshotOf(marked.replace("|", ""), {}, [access]), marked.indexOf("|"))?.contents;
  };
  const all = known([service], "cluster dev", at);
  expect(live(all, text("port: ht|tp"))).toBe("In Dev (17:20:05 UTC):\n\n- Service web: `http` 80 to main");
  expect(live(all, text("targetPort: ma|in"))).toBe("In Dev (17:20:05 UTC):\n\n- Pod web-0: `main` 8080");
  const old = partial([service], "cluster dev", at, ["what changed since 17:20:05 UTC"]);
  expect(live(old, text("port: ht|tp"))).toMatch(
    /^In Dev \(17:20:05 UTC\), without what changed since 17:20:05 UTC:/,
  );
  expect(live(all, text("port: http").replace("app: web", "app: w|eb"))).toContain("Service web");
});

test("a field shows its type and what it does", () => {
  expect(hover(text("por|t: http"))).toMatch(/^`port` \(text\): The name of a port/);
  expect(hover(text("inter|val: 5s"))).toMatch(/^`interval` \(text\): How often is scraped/);
  expect(hover("kind: Ser|vice\n")).toBeUndefined();
});

import { expect, test } from "vitest";
import { hoverMonitor } from "../../../server/src/features/hover-monitor.ts";
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

test("a field shows its type and what it does", () => {
  expect(hover(text("por|t: http"))).toMatch(/^`port` \(text\): The name of a port/);
  expect(hover(text("inter|val: 5s"))).toMatch(/^`interval` \(text\): How often is scraped/);
  expect(hover("kind: Ser|vice\n")).toBeUndefined();
});

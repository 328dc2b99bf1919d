/** What the author of examples/monitors/service-x.yaml meant; every test that mends it must come to this. */
export const serviceXAsMeant = {
  apiVersion: "monitoring.coreos.com/v1",
  kind: "ServiceMonitor",
  metadata: {
    annotations: {
      "meta.helm.sh/release-name": "service-x",
      "meta.helm.sh/release-namespace": "namespace-x",
    },
    labels: { app: "service-x", "app.kubernetes.io/managed-by": "Helm", chart: "service-x-1.0.0" },
    name: "service-x",
    namespace: "namespace-x",
  },
  spec: {
    endpoints: [{ interval: "15s", path: "/metrics", port: "express" }],
    selector: { matchLabels: { app: "service-x", chart: "service-x-1.0.0" } },
  },
};

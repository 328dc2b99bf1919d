import { expect, onTestFinished, test } from "vitest";
import {
  fakeApi,
  isWatch,
  json,
  kubeconfigFor,
  list,
  openWatch,
  service,
} from "../core/kubernetes/fake-api.ts";
import { type CliRun, Sandbox } from "./run.ts";

const monitor = `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web, namespace: shop}
spec:
  selector: {matchExpressions: [{key: app, operator: DoesNotExist}]}
  endpoints:
  - port: http
`;

/** Checks the monitor against the context `dev`. */
async function checkIn(kubeconfig: string): Promise<CliRun> {
  const box = new Sandbox();
  onTestFinished(() => box.dispose());
  box.write({ "monitor.yaml": monitor });
  return await box.run(["check", ".", "--kubeconfig", kubeconfig, "--context", "dev"]);
}

test("findings rest on what the cluster says, which is waited for", async () => {
  const { kubeconfig } = await fakeApi((url, response) => {
    if (isWatch(url)) openWatch(response);
    else if (url.pathname.endsWith("/services")) json(response, list([service("web")]));
    else json(response, list([]));
  });
  const { code, out, err } = await checkIn(kubeconfig);
  expect(out).toMatch(/No matching Service in dev \([\d:]{8} UTC\) has a port `http`: `web` has `web`\./);
  expect({ code, err }).toEqual({ code: 1, err: "" });
});

test("a cluster that cannot be asked is told once, and makes no findings", async () => {
  const kubeconfig = kubeconfigFor("http://127.0.0.1:1", {});
  const { code, out, err } = await checkIn(kubeconfig);
  expect(err).toBe(
    "promscope: The cluster dev cannot be reached at http://127.0.0.1:1 (ECONNREFUSED): is it running?\n",
  );
  expect({ code, out }).toEqual({ code: 0, out: "1 file checked: no findings.\n" });
});

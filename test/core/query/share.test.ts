import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { backendPage, curlCommand, grafanaPage } from "../../../client/src/share.ts";

const expr = 'sum by (job) (rate(x{path=~"a|b & c+d"}[5m])) > 1';
const instant = { expr, time: 1_700_000_000 };
const range = { expr, start: 1_700_000_000 - 5400, end: 1_700_000_000, step: 30 };
const thanos = { backend: "https://thanos.example/base/", version: "Thanos 0.42.4" };

/** The parameters behind the question mark, as the pages read them: no plus stands for a space. */
function params(page: string | undefined): Record<string, string> {
  const query = (page ?? "").split("?")[1] ?? "";
  expect(query).not.toContain("+");
  return Object.fromEntries(new URLSearchParams(query));
}

describe("a command for the shell", () => {
  test("is read by a shell as the parameters that were sent", () => {
    const command = curlCommand(thanos, { ...range, dedup: false, strict: true }, `${expr} == 'it'`);
    // `curl` is a function that prints its arguments, one a line.
    const script = `curl() { printf '%s\\n' "$@"; }\n${command}`;
    const out = execFileSync("sh", ["-c", script], { encoding: "utf8" }).trimEnd().split("\n");
    expect(out[0]).toBe("-sS");
    expect(out[1]).toBe("https://thanos.example/base/api/v1/query_range");
    expect(out.filter((line) => line !== "--data-urlencode").slice(2)).toEqual([
      `query=${expr} == 'it'`,
      "start=1699994600",
      "end=1700000000",
      "step=30",
      "dedup=false",
      "partial_response=false",
    ]);
  });

  test("holds no secret, and a place for one", () => {
    const command = curlCommand({ backend: "http://localhost:9090", version: "" }, instant, "up");
    expect(command).toContain("$PROMETHEUS_TOKEN");
    expect(command).not.toContain("dedup");
    const script = `curl() { printf '%s\\n' "$@"; }\nPROMETHEUS_TOKEN='a b'\n${command}`;
    const out = execFileSync("sh", ["-c", script], { encoding: "utf8" });
    expect(out).toContain("-H\nAuthorization: Bearer a b\n");
    const mimir = curlCommand(
      { backend: "http://localhost:8080/prometheus", version: "Mimir 3.0" },
      instant,
      "up",
    );
    const tenant = `curl() { printf '%s\\n' "$@"; }\nMIMIR_TENANT='a|b'\n${mimir}`;
    const sent = execFileSync("sh", ["-c", tenant], { encoding: "utf8", env: { PATH: process.env["PATH"] } });
    expect(sent).toContain("-H\nX-Scope-OrgID: a|b\n");
    expect(sent).not.toContain("Authorization");
  });

  test("goes through the API server where the backend is a Service", () => {
    const service = { backend: "kubernetes:monitoring/prometheus:9090", version: "", context: "prod na" };
    expect(curlCommand(service, { expr: "up", time: 5 }, "up{a='b'}")).toBe(
      "kubectl --context 'prod na' get --raw '/api/v1/namespaces/monitoring/services/prometheus:9090/proxy/api/v1/query?query=up%7Ba%3D%27b%27%7D&time=5'",
    );
  });
});

describe("a page", () => {
  test("of Thanos", () => {
    const page = backendPage(thanos, { ...range, strict: true }, expr);
    expect(page?.startsWith("https://thanos.example/base/graph?")).toBe(true);
    expect(params(page)).toMatchObject({
      "g0.expr": expr,
      "g0.tab": "0",
      "g0.range_input": "1h30m",
      "g0.end_input": "2023-11-14 22:13:20",
      "g0.deduplicate": "1",
      "g0.partial_response": "0",
    });
  });

  test("of Prometheus 3, of Prometheus 2 and of VictoriaMetrics", () => {
    const backend = "http://p:9090";
    const three = backendPage({ backend, version: "Prometheus 3.16.0" }, instant, expr);
    expect(three?.startsWith("http://p:9090/query?")).toBe(true);
    expect(params(three)).toMatchObject({ "g0.expr": expr, "g0.tab": "table" });
    const two = backendPage({ backend, version: "Prometheus 2.45.0" }, range, expr);
    expect(two?.startsWith("http://p:9090/graph?")).toBe(true);
    expect(params(two)).toMatchObject({ "g0.tab": "0", "g0.step_input": "30" });
    const metrics = backendPage({ backend, version: "VictoriaMetrics" }, range, expr);
    expect(metrics?.startsWith("http://p:9090/vmui/#/?")).toBe(true);
    expect(params(metrics)).toMatchObject({ "g0.expr": expr, "g0.end_input": "2023-11-14T22:13:20" });
  });

  test("is none where there is none, and never anything but http", () => {
    expect(backendPage({ backend: "http://m", version: "Mimir 2.15" }, instant, expr)).toBeUndefined();
    expect(backendPage({ backend: "kubernetes:a/b:1", version: "" }, instant, expr)).toBeUndefined();
    for (const url of ["", "javascript:alert(1)", "file:///etc/passwd", "vscode://x", "command:x"]) {
      expect(backendPage({ backend: url, version: "" }, instant, expr)).toBeUndefined();
      expect(grafanaPage(url, "", instant, expr)).toBeUndefined();
    }
  });

  test("of Grafana's Explore", () => {
    const page = grafanaPage("https://grafana.example/g/", "uid1", range, expr);
    expect(page?.startsWith("https://grafana.example/g/explore?")).toBe(true);
    const { a } = JSON.parse(params(page)["panes"] ?? "") as { a: Record<string, unknown> };
    expect(a).toMatchObject({
      datasource: "uid1",
      queries: [{ expr, range: true, instant: false, datasource: { uid: "uid1" } }],
      range: { from: "1699994600000", to: "1700000000000" },
    });
    expect(params(grafanaPage("https://g", "", instant, "up"))["panes"]).not.toContain("datasource");
  });
});

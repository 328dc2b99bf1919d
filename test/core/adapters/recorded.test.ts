import { describe, expect, onTestFinished, test } from "vitest";
import { createBackend } from "../../../server/src/adapters/prometheus/backend.ts";
import { neverCancelled } from "../../../server/src/base/cancellation.ts";
import type { QueryOutcome } from "../../../server/src/world/query.ts";
import { faultServer } from "./fault-server.ts";
import { haveRecordings, recordedApi } from "./recorded.ts";

const servers = {
  prometheus2: { "status/buildinfo": "p2_buildinfo" },
  prometheus3: { "status/buildinfo": "p3_buildinfo" },
  thanos: { "status/buildinfo": "th_buildinfo", stores: "qfe_stores", "status/flags": "th_flags" },
  victoriametrics: { "status/buildinfo": "vm_buildinfo", stores: "vm_ep__api_v1_stores" },
} as const;

async function backend(of: keyof typeof servers, more: Readonly<Record<string, string>> = {}) {
  const server = await faultServer(recordedApi({ ...servers[of], ...more }));
  const ports = createBackend({ backend: server.url });
  onTestFinished(() => ports.dispose());
  return { ...ports, host: server.host };
}

async function query(
  of: keyof typeof servers,
  recording: string,
  expression = "up",
): Promise<QueryOutcome & { host: string }> {
  const { queries, host } = await backend(of, { query: recording });
  return { ...(await queries.run({ expression }, neverCancelled)), host };
}

describe.skipIf(!haveRecordings)("recorded replies of real servers", () => {
  test.each([
    ["prometheus2", "prometheus", "2.42.0+ds"],
    ["prometheus3", "prometheus", "3.5.3+ds1"],
    ["thanos", "thanos", ""],
    ["victoriametrics", "victoriametrics", ""],
  ] as const)("%s is recognised", async (server, flavour, version) => {
    const { metrics } = await backend(server);
    const fact = await metrics.health(neverCancelled);
    expect(fact).toMatchObject({ status: "ok", value: { flavour, version } });
  });

  test("the store that does not answer is told by health, by its labels", async () => {
    const { metrics } = await backend("thanos");
    expect(await metrics.health(neverCancelled)).toMatchObject({
      value: { missing: ["prod-eu/k8s/b (127.0.0.1:29195)"] },
    });
  });

  test.each([
    ["thanos", "th_bad", 4],
    ["prometheus3", "p3_bad", 4],
    ["thanos", "qfe_bad", 4],
  ] as const)("%s: a parse error (%s) has its place", async (server, recording, position) => {
    const outcome = await query(server, recording, "sum(up");
    expect(outcome).toMatchObject({
      ok: false,
      failure: {
        reason: "bad_data",
        message: `${outcome.host} cannot read the expression: unclosed left parenthesis`,
        position,
      },
    });
  });

  test.each([
    ["thanos", "th_toomany", "bad_data", "refuses this: exceeded maximum resolution of 11,000 points"],
    ["thanos", "qfe_exec", "execution", "found duplicate series for the match group"],
    ["thanos", "qfe_badtime", "invalid", 'answered 400: cannot parse "foo" to a valid timestamp'],
    ["thanos", "th_timeout", "limited", "finds this too expensive; narrow"],
    [
      "thanos",
      "th_promdown_nopr",
      "execution",
      "misses 127.0.0.1:29195 (connection refused); run without strict",
    ],
    ["prometheus3", "p3_maxs", "limited", "finds this too expensive; narrow"],
    ["victoriametrics", "vm_bad", "execution", "refuses this: singleExpr: unexpected token"],
    ["victoriametrics", "vm_toomany", "execution", "too many points for the given"],
  ] as const)("%s: %s is %s", async (server, recording, reason, words) => {
    const outcome = await query(server, recording);
    expect(outcome).toMatchObject({
      ok: false,
      failure: { reason, message: expect.stringContaining(words) },
    });
  });

  test("Thanos' infos are told apart from its warnings", async () => {
    const outcome = await query("thanos", "th_info", 'rate(queue_depth{cluster="dev"}[5m])');
    expect(outcome).toMatchObject({
      ok: true,
      answer: {
        warnings: [],
        infos: [expect.stringContaining("PromQL info: metric might not be a counter")],
        completeness: { status: "complete", missing: [] },
      },
    });
  });

  test("Prometheus' infos stay infos, and its answer is complete", async () => {
    expect(await query("prometheus3", "p3_info")).toMatchObject({
      ok: true,
      answer: { infos: [expect.stringContaining("(1:6)")], completeness: { status: "complete" } },
    });
  });

  test.each(["th_promdown_pr", "th_sidecardown_pr", "th_sidecardown_pr_later"])(
    "%s: with or without a warning, the missing store is named with its labels",
    async (recording) => {
      expect(await query("thanos", recording)).toMatchObject({
        ok: true,
        answer: {
          completeness: {
            status: "partial",
            missing: [
              {
                store: "127.0.0.1:29195",
                labels: [{ cluster: "prod-eu", prometheus: "k8s", replica: "b" }],
                reason: "connection refused",
              },
            ],
          },
        },
      });
    },
  );

  test("a strict query fails where Thanos silently leaves a store out", async () => {
    const { queries, host } = await backend("thanos", { query: "th_sidecardown_pr_later" });
    expect(await queries.run({ expression: "up", strict: true }, neverCancelled)).toMatchObject({
      ok: false,
      failure: {
        reason: "execution",
        message: `${host} misses 127.0.0.1:29195 (connection refused); run without strict for a partial answer.`,
      },
    });
  });

  test("a store that cannot hold the answer is not missing from it", async () => {
    const outcome = await query("thanos", "th_q_dedup", 'up{cluster="dev"}');
    expect(outcome).toMatchObject({
      ok: true,
      answer: { completeness: { status: "complete", missing: [] } },
    });
  });

  test("a remote read that failed makes the answer partial", async () => {
    const outcome = await query("prometheus2", "rr_q");
    expect(outcome).toMatchObject({ ok: true, answer: { completeness: { status: "partial" } } });
  });

  test("a single VictoriaMetrics answers alone, and has its stats beside the data", async () => {
    expect(await query("victoriametrics", "vm_q")).toMatchObject({
      ok: true,
      answer: { completeness: { status: "complete", missing: [] }, stats: { seriesFetched: "4" } },
    });
  });

  test("label values behind a remote read that cannot tell them are partial, not empty", async () => {
    const { metrics } = await backend("prometheus2", { "label/job/values": "rr_lv" });
    expect(await metrics.labelValues("job", { limit: 10 }, neverCancelled)).toMatchObject({
      status: "partial",
      value: { names: [] },
    });
  });

  test("a list that the server cut is not complete", async () => {
    const { metrics } = await backend("thanos", { "label/job/values": "th_lv_limit" });
    const fact = await metrics.labelValues("job", { limit: 10 }, neverCancelled);
    expect(fact).toMatchObject({ value: { complete: false } });
  });

  test("an old Prometheus is not asked for label names that it cannot read", async () => {
    const { metrics } = await backend("prometheus2", { "label/a.b/values": "p2_lv_utf8" });
    expect(await metrics.labelValues("a.b", { limit: 10 }, neverCancelled)).toMatchObject({
      status: "unavailable",
      reason: "unsupported",
    });
  });

  test("a path without a Prometheus is said to be one", async () => {
    const server = await faultServer(recordedApi({}));
    const { metrics, dispose } = createBackend({ backend: server.url });
    onTestFinished(dispose);
    expect(await metrics.health(neverCancelled)).toMatchObject({
      status: "unavailable",
      reason: "invalid",
      message: `${server.host} has no /api/v1/labels (404); check the path of the backend's URL.`,
    });
  });
});

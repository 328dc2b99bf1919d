import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { connectEnvironment } from "../../server/src/adapters/connect.ts";
import type { Finding } from "../../server/src/checks/check.ts";
import { allChecks } from "../../server/src/checks/registry.ts";
import { readDocument } from "../../server/src/model/read.ts";
import type { EnvironmentAccess } from "../../server/src/world/environment.ts";
import { nameIndexOf } from "../../server/src/world/names/index.ts";
import { noEnvironment } from "../core/environment.ts";
import { type Federation, startFederation, waitForAnswer } from "./federation.ts";
import { settledFindings } from "./live-findings.ts";
import { Opened } from "./opened.ts";

const examples = fileURLToPath(new URL("../../examples/rules", import.meta.url));

let federation: Federation;
const opened = new Opened();

/** An environment of the federation as the editor opens it; with `history` as the command line does. */
function open(
  name: string,
  more: { scope?: Record<string, string>; history?: boolean; run?: boolean } = {},
): EnvironmentAccess {
  const one = federation.environments.find((each) => each.name === name);
  const environment = {
    ...noEnvironment,
    name,
    backend: federation.thanosUrl,
    scope: more.scope ?? one?.scope ?? {},
  };
  return opened.add(
    connectEnvironment(environment, undefined, undefined, undefined, {
      history: more.history,
      run: more.run,
    }),
  );
}

function openReplica(name: string): EnvironmentAccess {
  const backend = federation.replica(name).prometheusUrl;
  return opened.add(connectEnvironment({ ...noEnvironment, name, backend }));
}

const judging = allChecks.filter(({ id }) => id.startsWith("live.") || id.startsWith("promql."));

/** What all checks say once they know all that they ask. */
function findings(
  text: string,
  environments: readonly EnvironmentAccess[],
  otherEnvironments: readonly EnvironmentAccess[] = [],
  path = "rules.yaml",
): Promise<readonly Finding[]> {
  const names = nameIndexOf([...exampleFiles()].map(([, each]) => each));
  return settledFindings(text, environments, judging, { path, names, otherEnvironments });
}

function* exampleFiles() {
  for (const entry of readdirSync(examples, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const text = readFileSync(path, "utf8");
    yield [path, readDocument({ uri: `file://${path}`, path, version: 1, text })] as const;
  }
}

const rule = (expr: string): string =>
  `groups:\n- name: web\n  rules:\n  - alert: A\n    for: 5m\n    expr: ${expr}\n`;
const lines = (found: readonly Finding[]): string[] =>
  found.map(({ check, severity, message }) => `${check} ${severity} ${message}`);
const live = (found: readonly Finding[]): string[] => lines(found).filter((line) => line.startsWith("live."));

/** Where the machine is busy a store may be left out of an answer for a moment, and then nothing is said. */
const eventually = (ask: () => Promise<void>): Promise<void> =>
  vi.waitFor(ask, { timeout: 30_000, interval: 2_000 });

beforeAll(async () => {
  federation = await startFederation();
  for (const cluster of ["dev", "prod-na", "prod-eu"])
    await waitForAnswer(federation.thanosUrl, `min(up{cluster="${cluster}"} == 1)`);
  await waitForAnswer(federation.thanosUrl, 'min(up{prometheus="infra"} == 1)');
  // What rules record is there after their first evaluations.
  for (const cluster of ["dev", "prod-na", "prod-eu"])
    await waitForAnswer(
      federation.thanosUrl,
      `count(service:http_requests_errors:rate5m{cluster="${cluster}"})`,
    );
});
afterAll(async () => {
  opened.close();
  await federation?.stop();
});

describe("what is not there", () => {
  test("a metric that nobody has, with the one that was meant", async () => {
    await eventually(async () =>
      expect(live(await findings(rule("queue_detph > 5"), [open("Dev")]))).toEqual([
        "live.metric-missing warning Dev has no metric `queue_detph` now; did you mean `queue_depth`?",
      ]),
    );
  });

  test("metrics of the nodes are in one cluster only", async () => {
    const expr = rule("node_filesystem_avail_bytes < 1");
    await eventually(async () => {
      const [line = "", ...more] = live(await findings(expr, [open("Dev")]));
      expect(more).toEqual([]);
      expect(line).toMatch(/^live\.metric-elsewhere warning .* is not in Dev now, only in prod-na\/infra\.$/);
    });
    await eventually(async () =>
      expect(live(await findings(expr, [open("Prod NA"), open("Dev")]))).toEqual([
        "live.metric-elsewhere hint `node_filesystem_avail_bytes` is in Prod NA, not in Dev now.",
      ]),
    );
    expect(live(await findings(expr, [open("Prod NA")]))).toEqual([]);
  });

  test("a rule of the one Prometheus cannot read what is behind the other", async () => {
    const k8s = (): EnvironmentAccess => open("NA k8s", { scope: { cluster: "prod-na", prometheus: "k8s" } });
    await eventually(async () =>
      expect(live(await findings(rule("node_load1 > 9"), [k8s()]))).toEqual([
        "live.metric-elsewhere warning `node_load1` is not in NA k8s now, only in prod-na/infra.",
      ]),
    );
  });

  test("labels and values", async () => {
    await eventually(async () =>
      expect(
        live(
          await findings(rule('queue_depth{queu="orders"} > 1 or queue_depth{queue="order"} > 1'), [
            open("Dev"),
          ]),
        ),
      ).toEqual([
        "live.label-missing warning `queue_depth` has no label `queu` in Dev now; did you mean `queue`?",
        'live.value-missing warning No `queue_depth` has queue="order" in Dev now; did you mean `orders`?',
      ]),
    );
  });

  test("external labels, which a Prometheus never sees itself", async () => {
    const replica = openReplica("dev/k8s/a");
    await eventually(async () =>
      expect(live(await findings(rule('up{cluster="dev"} == 0'), [replica]))).toEqual([
        "live.label-missing warning `cluster` is an external label of dev/k8s/a: rules that it evaluates itself never see it.",
      ]),
    );
    expect(live(await findings(rule('up{cluster="dev"} == 0'), [open("All", { scope: {} })]))).toEqual([]);
    const labelled = `${rule("up == 0")}    labels: {cluster: x}\n`;
    expect(live(await findings(labelled, [replica]))).toEqual([
      'live.label-external-conflict warning dev/k8s/a has the external label cluster="dev": choose another name here.',
    ]);
  });

  test("types", async () => {
    await eventually(async () =>
      expect(lines(await findings(rule("rate(queue_depth[5m]) > 1"), [open("Dev")]))).toEqual([
        "promql.rate-on-gauge error `queue_depth` is a gauge in Dev: rate takes its falls for resets.",
      ]),
    );
  });

  test("sides that never match, where rules are run", async () => {
    await eventually(async () =>
      expect(live(await findings(rule("queue_depth / up"), [open("Dev", { run: true })]))[0]).toMatch(
        /^live\.vector-matching error Dev: nothing matches, for only the left has `namespace, pod, queue/,
      ),
    );
  });

  test("series of several clusters are no fault of a rule that one Prometheus evaluates", async () => {
    const all = open("All", { scope: {}, run: true });
    const expr = "count by (cluster, job) (up) * on (job) count by (cluster, job) (up)";
    expect(live(await findings(rule(expr), [all]))).toEqual([]);
    // It is refused, and for that reason.
    const fact = all.live?.run?.(`count(${expr}\n)`);
    expect(fact).toMatchObject({ value: { ok: false, error: expect.stringContaining("duplicate series") } });
  });

  test("a week back", async () => {
    const dev = open("Dev", { history: true });
    await eventually(async () => {
      const [line = ""] = live(await findings(rule("queue_detph > 5"), [dev]));
      expect(line).toMatch(
        /^live\.metric-missing error `queue_detph` was never in Dev, which remembers \d hours; did you mean `queue_depth`\?$/,
      );
    });
  });
});

describe("what is there", () => {
  test("no rule of the examples is found wrong where it is deployed", async () => {
    for (const [path, { text }] of exampleFiles()) {
      const names = path.includes("prod-na") ? ["Prod NA"] : ["Dev", "Prod NA", "Prod EU"];
      const found = await findings(
        text,
        names.map((name) => open(name, { run: true })),
        [],
        path,
      );
      const said = found.filter(
        ({ check, severity }) => check.startsWith("live.") && severity !== "hint" && severity !== "info",
      );
      expect(lines(said), path).toEqual([]);
    }
  });
});

describe("faults", () => {
  const read = rule('http_requests_total{job="checkout",code=~"5.."} > 5 and queue_depth > 1');

  test("a dead replica, a frozen sidecar and a frozen Prometheus make no finding", async () => {
    const names = ["Dev", "Prod NA", "Prod EU"];
    const before = live(
      await findings(
        read,
        names.map((name) => open(name)),
      ),
    );
    federation.freeze("prod-eu/k8s/a sidecar");
    federation.freeze("prod-eu/k8s/b");
    try {
      await federation.kill("prod-na/k8s/a");
      // What was never asked before has to be said of a federation of which parts are away.
      for (const expr of [read, rule("vat_nowhere > 1"), rule('up{job="vta"} == 0')]) {
        const found = await findings(expr, [open("Prod EU")]);
        expect(live(found)).toEqual([]);
      }
      const running = open("Prod EU", { run: true });
      expect(live(await findings(rule("queue_depth / up"), [running]))).toEqual([]);
      const found = live(
        await findings(
          read,
          names.map((name) => open(name)),
        ),
      );
      for (const line of found) expect(before).toContain(line);
    } finally {
      federation.resume("prod-eu/k8s/a sidecar");
      federation.resume("prod-eu/k8s/b");
      await federation.restart("prod-na/k8s/a").catch(() => undefined);
    }
  });
});

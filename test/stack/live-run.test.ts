import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectEnvironment } from "../../server/src/adapters/connect.ts";
import { neverCancelled } from "../../server/src/base/cancellation.ts";
import { liveChecks } from "../../server/src/checks/live/index.ts";
import type { EnvironmentAccess } from "../../server/src/world/environment.ts";
import type { CheckAccess } from "../../server/src/world/live.ts";
import { noEnvironment } from "../core/environment.ts";
import { namesIn, rules } from "../core/names/workspace.ts";
import { waitForAnswer } from "./federation.ts";
import { settledFindings } from "./live-findings.ts";
import { Opened } from "./opened.ts";
import { freePorts } from "./ports.ts";
import { openRun, type Run } from "./processes.ts";
import { ensureTools } from "./tools/build.ts";

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** What is there now. */
const page = `cores{node="a"} 4
load{node="a",slot="1"} 1
load{node="a",slot="2"} 2
twin{node="a",slot="1"} 1
twin{node="a",slot="2"} 1
memory{pod="p"} 5
memory_limit{pod_name="p"} 10
other_limit{pod="q"} 10
state{value="new"} 1
queue_depth 5
{"http.requests","status.code"="200"} 7
${Array.from({ length: 150 }, (_, at) => `wide{path="/${at}"} ${at}`).join("\n")}
`;

/** Since midnight of a week ago, seen from now: one line a sample, as \`promtool tsdb create-blocks-from\` reads it. */
function* history(to: number): Generator<string> {
  const from = to - 7 * day;
  const series: readonly [name: string, step: number, value: (time: number) => number | undefined][] = [
    ['up{instance="x",job="lab"}', 5 * minute, () => 1],
    ["gone", 5 * minute, (time) => (time < to - 2 * day ? 1 : undefined)],
    ["flaky", 5 * minute, (time) => (time < to - day && time % (12 * hour) < hour ? 1 : undefined)],
    ['state{value="old"}', 5 * minute, (time) => (time < to - 2 * day ? 1 : undefined)],
    [
      'state{value="rare"}',
      5 * minute,
      (time) => (time < to - day && time % (12 * hour) < hour ? 1 : undefined),
    ],
    // Above 10 for 20 minutes every six hours, and once in between for two.
    [
      "spiky",
      minute,
      (time) => {
        if (time < to - day) return undefined;
        const into = (to - time) % (6 * hour);
        return (into > hour && into <= hour + 20 * minute) ||
          (into > 3 * hour && into <= 3 * hour + 2 * minute)
          ? 20
          : 1;
      },
    ],
  ];
  for (const [name, step, value] of series)
    for (let time = from; time <= to; time += step) {
      const now = value(time);
      if (now !== undefined) yield `${name} ${now} ${time}\n`;
    }
  yield "# EOF\n";
}

/** Rules that load, and of which the server itself says that they fail. */
const failing = `groups:
- name: many
  interval: 1s
  limit: 100
  rules:
  - {record: "fails:limit", expr: wide}
- name: twins
  interval: 1s
  rules:
  - {record: "fails:labels", expr: sum by (slot) (load), labels: {slot: x}}
  - {record: "fails:names", expr: '{__name__=~"load|twin"}'}
  - {alert: FailsAlert, expr: sum by (slot) (load) > 0, labels: {slot: x}}
  - {record: "fails:join", expr: cores * on (node) load}
  - {record: "works", expr: sum by (slot) (load), labels: {team: x}}
`;

let run: Run;
let url: string;
let server: Server;
const opened = new Opened();

beforeAll(async () => {
  const tools = await ensureTools(["prometheus", "promtool"]);
  server = createServer((_, response) => {
    response.setHeader("Content-Type", "text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8");
    response.end(page);
  });
  await new Promise<void>((listening) => void server.listen(0, "127.0.0.1", listening));
  const [port = 0] = await freePorts(1);
  run = openRun("live-run");
  const data = join(run.folder, "data");
  const now = Math.floor(Date.now() / 1000 / minute) * minute;
  const input = join(run.folder, "history.om");
  await writeFile(input, [...history(now - 2 * minute)].join(""));
  await promisify(execFile)(tools.promtool, ["tsdb", "create-blocks-from", "openmetrics", input, data, "-q"]);
  const config = join(run.folder, "prometheus.yml");
  await writeFile(
    config,
    `global: {scrape_interval: 1s, external_labels: {cluster: lab}}
rule_files: [rules.yml]
scrape_configs:
  - {job_name: lab, static_configs: [{targets: ["127.0.0.1:${(server.address() as AddressInfo).port}"]}]}
`,
  );
  await writeFile(join(run.folder, "rules.yml"), failing);
  await run.start({
    name: "prometheus",
    command: tools.prometheus,
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      "--storage.tsdb.retention.time=30d",
      "--query.max-samples=200000",
      `--web.listen-address=127.0.0.1:${port}`,
      "--log.level=warn",
    ],
    ready: `http://127.0.0.1:${port}/-/ready`,
  });
  url = `http://127.0.0.1:${port}`;
  await waitForAnswer(url, "count(wide) == 150");
});
afterAll(async () => {
  opened.close();
  server?.close();
  await run?.stop();
});

function open(checks: CheckAccess): EnvironmentAccess {
  return opened.add(
    connectEnvironment(
      { ...noEnvironment, name: "Lab", backend: url },
      undefined,
      undefined,
      undefined,
      checks,
    ),
  );
}

/** `check severity "place" message` of one alert with the expression. */
async function said(
  expr: string,
  checks: CheckAccess,
  more: { readonly rest?: string; readonly names?: ReturnType<typeof namesIn> } = {},
): Promise<readonly string[]> {
  const text = `groups:\n- name: g\n  rules:\n  - alert: A\n    expr: ${expr}\n${more.rest ?? ""}`;
  const found = await settledFindings(
    text,
    [open(checks)],
    liveChecks.filter(({ id }) => checks.run !== true || id !== "live.query-cost"),
    more.names === undefined ? {} : { names: more.names },
  );
  return found.map(
    ({ check, severity, span, message }) =>
      `${check} ${severity} ${JSON.stringify(text.slice(span.start, span.end))} ${message}`,
  );
}

describe("rules that are run", () => {
  const running = { run: true };

  test("many on the one side, with two of them, and what helps", async () => {
    expect(await said("cores * on (node) load", running)).toEqual([
      'live.many-to-many error "* on (node)" Lab: the right side has several series with node="a" (slot "1", "2"): aggregate it or write group_right.',
    ]);
    expect(await said("twin * on (node) load", running)).toEqual([
      'live.many-to-many error "* on (node)" Lab: the right side has several series with node="a" (slot "1", "2"): aggregate it.',
    ]);
    expect(await said("load * on (node) cores", running)).toEqual([
      'live.many-to-many error "* on (node)" Lab: the left side has several series with node="a" (slot "1", "2"): aggregate it or write group_left.',
    ]);
    expect(await said("load * ignoring (slot) cores", running)).toHaveLength(1);
    expect(await said("load * on (node) group_left () cores", running)).toEqual([]);
    expect(await said("load * on (node, slot) twin", running)).toEqual([]);
  });

  test("what sleeps while a side is empty", async () => {
    expect(await said("(cores > 100) * on (node) load", running)).toEqual([
      'live.many-to-many error "* on (node)" Lab: the right side has several series with node="a" (slot "1", "2"): it fails once the left has one.',
    ]);
    // The condition is what tells them apart.
    expect(await said("(cores > 100) * on (node) (load == 2)", running)).toEqual([]);
  });

  test("of several operators the one that it is about", async () => {
    const [line = "", ...more] = await said(
      "(cores * on (node) cores) / on (node) (cores * on (node) load)",
      running,
    );
    expect(more).toEqual([]);
    expect(line).toMatch(/^live\.many-to-many error "\* on \(node\)" .*right side/);
  });

  test("results with the same labels, limits, arguments", async () => {
    expect(await said('label_replace(load, "slot", "", "slot", ".*") > 0', running)).toEqual([
      'live.query-error error "label_replace(load, \\"slot\\", \\"\\", \\"slot\\", \\".*\\") > 0" Lab: two results of this have the same labels; aggregate them, or keep what tells them apart.',
    ]);
    expect(await said("count_over_time(up[6d:1s]) > 0", running)).toEqual([
      'live.query-error error "count_over_time(up[6d:1s]) > 0" Lab gives this up, for it reads more than is allowed there: narrow its selectors or its range.',
    ]);
    expect(await said('label_replace(load, "a", "$1", "slot", "([0-9]") > 0', running)).toEqual([
      'live.query-error error "\\"([0-9]\\"" Lab refuses this: invalid regular expression in label_replace(): ([0-9].',
    ]);
  });

  test("results that the rule itself cannot keep", async () => {
    const told = async (text: string): Promise<readonly string[]> =>
      (await settledFindings(text, [open(running)], liveChecks)).flatMap(({ check, message }) =>
        check === "live.rule-error" ? [message] : [],
      );
    const file = (rule: string, limit = ""): string => `groups:\n- name: g\n${limit}  rules:\n  - ${rule}\n`;
    expect(await told(file("record: a:b\n    expr: wide", "  limit: 100\n"))).toEqual([
      "Lab: 150 series, and the limit of the group is 100: none of them is kept.",
    ]);
    expect(await told(file("record: a:b\n    expr: wide", "  limit: 150\n"))).toEqual([]);
    const twins = [
      "Lab: two results differ only in labels that the rule sets itself, so it fails: aggregate them.",
    ];
    expect(await told(file("record: a:b\n    expr: sum by (slot) (load)\n    labels: {slot: x}"))).toEqual(
      twins,
    );
    expect(await told(file("alert: A\n    expr: sum by (slot) (load) > 0\n    labels: {slot: x}"))).toEqual(
      twins,
    );
    expect(await told(file("record: a:b\n    expr: '{__name__=~\"load|twin\"}'"))).toEqual(twins);
    expect(await told(file("record: a:b\n    expr: sum by (slot) (load)\n    labels: {team: x}"))).toEqual(
      [],
    );
    expect(await told(file("record: a:b\n    expr: load"))).toEqual([]);
  });

  test("as the server says of the same rules", async () => {
    const { rules } = open({});
    const saysOf = async (kind: "alert" | "record", name: string): Promise<string | undefined> => {
      const fact = await rules?.named(kind, name, neverCancelled);
      return fact === undefined || fact.status === "unavailable" ? undefined : fact.value[0]?.lastError;
    };
    await expect
      .poll(() => saysOf("record", "fails:limit"), { timeout: 20_000 })
      .toMatch(/exceeded limit of 100/);
    for (const name of ["fails:labels", "fails:names"])
      await expect.poll(() => saysOf("record", name), { timeout: 20_000 }).toMatch(/same labelset/);
    await expect.poll(() => saysOf("alert", "FailsAlert"), { timeout: 20_000 }).toMatch(/same labelset/);
    await expect.poll(() => saysOf("record", "fails:join"), { timeout: 20_000 }).toMatch(/many-to-many/);
    expect(await saysOf("record", "works")).toBe("");
    const told = await settledFindings(failing, [open(running)], liveChecks);
    const at = told.flatMap(({ check, span }) =>
      check === "live.rule-error" || check === "live.many-to-many"
        ? [/(fails:\w+|FailsAlert)"?, expr[^\n]*$/.exec(failing.slice(0, span.start))?.[1]]
        : [],
    );
    expect(at).toEqual(["fails:limit", "fails:labels", "fails:names", "FailsAlert", "fails:join"]);
  });

  test("sides that never match", async () => {
    expect(await said("memory / on (pod) memory_limit > 2", running)).toEqual([
      'live.vector-matching error "pod" Lab: no series on the right has the label `pod`, so nothing matches.',
    ]);
    expect(await said("memory / memory_limit > 2", running)).toEqual([
      'live.vector-matching error "memory" Lab: nothing matches, for only the left has `pod` and only the right has `pod_name`: use on() or ignoring().',
    ]);
    expect(await said("memory / on (pod) other_limit", running)).toEqual([
      'live.vector-matching info "/" Lab: no `pod` is on both sides now: left "p", right "q".',
    ]);
    for (const expr of [
      "memory / on (pod) memory > 200",
      "memory > on (pod) memory",
      "memory unless on (pod) memory_limit",
      "memory / on (pod) (memory_limit > 100 or vector(1)) > 0 or memory",
      "absent(memory / on (pod) memory_limit)",
    ])
      expect(
        (await said(expr, running)).filter((line) => !line.includes(" info ")),
        expr,
      ).toEqual([]);
  });

  test("what the server remarks, at its place", async () => {
    expect(await said("rate(queue_depth[5m]) > 100", running)).toEqual([
      'live.query-annotation info "queue_depth" Lab says: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "queue_depth"',
    ]);
  });

  test("what a workspace records and nobody has deployed is nothing to be run", async () => {
    const names = namesIn({ "a.yml": rules(["record node:load:sum: sum by (node) (load)"]) });
    const lines = await said("cores / on (node) node:load:sum > 1", running, { names });
    expect(lines.map((line) => line.split(" ")[0])).toEqual(["live.metric-produced-by-rule"]);
  });

  test("what it costs", async () => {
    const text = "groups:\n- name: g\n  rules:\n  - record: a:b\n    expr: wide\n";
    const [found] = (await settledFindings(text, [open(running)], liveChecks)).filter(
      ({ check }) => check === "live.query-cost",
    );
    expect(found?.message).toMatch(/^Lab: 150 series from 150 samples, at most \d+ at a time, in [\w. ]+\.$/);
  });
});

describe("a week back", () => {
  const back = { history: true };

  test("tells what is gone from what comes and goes", async () => {
    expect(await said("gone > 1", back)).toEqual([
      'live.metric-disappeared error "gone" `gone` disappeared from Lab 2 days ago; what exported it is gone or renamed it.',
    ]);
    expect(await said("flaky > 1", back)).toEqual([
      expect.stringMatching(
        /^live\.intermittent hint "flaky" `flaky` comes and goes in Lab: in 7 days it was there 1[123] times, for about \d+ minutes each\.$/,
      ),
    ]);
    expect(await said('state{value="old"} > 0', back)).toEqual([
      'live.value-disappeared warning "value=\\"old\\"" `state` had value="old" in Lab until 2 days ago, and no series has it now.',
    ]);
    expect(await said('state{value="rare"} > 0', back)).toEqual([
      expect.stringMatching(
        /^live\.intermittent hint "value=\\"rare\\"" value="rare" comes and goes in Lab: /,
      ),
    ]);
    expect(await said('state{value="new"} > 0', back)).toEqual([]);
  });

  test("names of any characters", async () => {
    expect(await said(`'{"http.requests", "status.code"="200"} > 0'`, back)).toEqual([]);
    expect(await said(`'{"http.requests", "status.code"="500"} > 0'`, back)).toEqual([
      expect.stringMatching(/^live\.value-missing warning .*No `http\.requests` ever had status\.code="500"/),
    ]);
    expect(await said(`'{"http.request"} > 0'`, back)).toEqual([
      expect.stringMatching(/^live\.metric-missing error .*did you mean `http\.requests`\?$/),
    ]);
  });
});

describe("alerts of the last day", () => {
  const counting = { alerts: true };

  test("with `for` and `keep_firing_for`", async () => {
    expect(await said("spiky > 10", counting)).toEqual([
      'live.alert-count info "spiky > 10" Lab: 8 alerts in the last day, the longest for 19 minutes.',
    ]);
    expect(await said("spiky > 10", counting, { rest: "    for: 10m\n" })).toEqual([
      'live.alert-count info "spiky > 10" Lab: 4 alerts in the last day, the longest for 9 minutes.',
    ]);
    expect(await said("spiky > 10", counting, { rest: "    for: 1h\n" })).toEqual([
      'live.alert-count info "spiky > 10" Lab: no alert in the last day: `for` was not reached, 8 waited for it.',
    ]);
    expect(await said("spiky > 10", counting, { rest: "    keep_firing_for: 5h\n" })).toEqual([
      expect.stringMatching(
        /^live\.alert-count info "spiky > 10" Lab: 1 alert in the last day, for 2\d hours/,
      ),
    ]);
  });
});

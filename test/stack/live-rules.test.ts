import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectEnvironment } from "../../server/src/adapters/connect.ts";
import { neverCancelled } from "../../server/src/base/cancellation.ts";
import { unlimited } from "../../server/src/features/budget.ts";
import { hover } from "../../server/src/features/hover.ts";
import { liveLabels } from "../../server/src/features/tests/live-labels.ts";
import { scaffoldOf } from "../../server/src/features/tests/scaffold.ts";
import { testText } from "../../server/src/features/tests/test-text.ts";
import { chosenOf } from "../../server/src/lsp/worked-test.ts";
import { readDocument } from "../../server/src/model/read.ts";
import { emptyWorkspace } from "../../server/src/world/workspace.ts";
import { noEnvironment } from "../core/environment.ts";
import { freePorts } from "./ports.ts";
import { openRun, type Run, waitFor } from "./processes.ts";
import { ensureTools } from "./tools/build.ts";

const served = `groups:
- name: g
  interval: 1s
  rules:
  - alert: Burning
    expr: up{job="self"} == 1
    labels: {severity: page}
    annotations:
      summary: 'Instance {{ $labels.instance }} burns <b>brightly</b>'
  - alert: Waiting
    expr: up{job="self"} == 1
    for: 1d
  - alert: Broken
    expr: up * on() group_right() {__name__=~"up|scrape_duration_seconds"}
  - alert: Calm
    expr: up == 7
  - record: job:up:sum
    expr: sum by (job) (up)
`;

let run: Run;
let url: string;
let promtool: string;
let away: string;
const opened: ReturnType<typeof connectEnvironment>[] = [];

beforeAll(async () => {
  const tools = await ensureTools(["prometheus", "promtool"], () => {});
  promtool = tools.promtool;
  run = openRun("live-rules");
  const [port = 0, unused = 0] = await freePorts(2);
  away = `http://127.0.0.1:${unused}`;
  url = `http://127.0.0.1:${port}`;
  writeFileSync(join(run.folder, "rules.yml"), served);
  const config = {
    global: { scrape_interval: "1s" },
    rule_files: [join(run.folder, "rules.yml")],
    scrape_configs: [{ job_name: "self", static_configs: [{ targets: [`127.0.0.1:${port}`] }] }],
  };
  writeFileSync(join(run.folder, "prometheus.yml"), JSON.stringify(config));
  await run.start({
    name: "prometheus",
    command: tools.prometheus,
    args: [
      `--config.file=${join(run.folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(run.folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--log.level=warn",
    ],
    ready: `${url}/-/ready`,
  });
  const state = async (): Promise<boolean> => {
    const answer = (await (await fetch(`${url}/api/v1/rules`)).json()) as {
      data: { groups: { rules: { state?: string; health: string }[] }[] };
    };
    const rules = answer.data.groups[0]?.rules ?? [];
    return rules.some(({ state: of }) => of === "firing") && rules.some(({ health }) => health === "err");
  };
  await waitFor(state, 60, () => new Error("no alert fires within 60 s"));
});
afterAll(async () => {
  for (const one of opened) one.dispose();
  await run?.stop();
});

function open(name: string, backend = url) {
  const access = connectEnvironment({ ...noEnvironment, name, backend });
  opened.push(access);
  return access;
}

async function told(text: string, at: string): Promise<string> {
  const document = readDocument({ uri: "file:///r.yml", path: "r.yml", version: 1, text });
  const environments = [open("Dev"), open("Away", away)];
  const snapshot = { document, workspace: emptyWorkspace, environments, features: [] };
  const found = await hover(snapshot, text.indexOf(at), neverCancelled, unlimited, Date.now());
  return found?.contents ?? "";
}

test("an alert that fires: how many, since when, its text as it is rendered, and who did not answer", async () => {
  const text = await told(served, "Burning");
  expect(text).toMatch(/\*\*Dev\*\*: \*\*1 firing\*\*, the oldest since (?:just now|\d+ s ago)/);
  expect(text).toContain("**Away**: 127");
  expect(text).toMatch(/Dev: firing since [^,]*, value `1e\+00`, `instance="127/);
  expect(text).toContain("burns &lt;b&gt;brightly&lt;/b&gt;");
});

test("alerts that wait, that are calm, that fail, and recording rules", async () => {
  expect(await told(served, "Waiting")).toMatch(/\*\*Dev\*\*: 1 pending, the oldest since/);
  expect(await told(served, "Calm")).toMatch(/\*\*Dev\*\*: inactive, evaluated (?:just now|\d+ s ago)/);
  expect(await told(served, "Broken")).toMatch(/\*\*Dev\*\*: its evaluation fails: `multiple matches/);
  expect(await told(served, "job:up:sum")).toMatch(/\*\*Dev\*\*: evaluated/);
});

test("a text as the server has rendered it, where its template is the same", async () => {
  const text = await told(served, "Instance {{");
  expect(text).toMatch(/```\nInstance 127\.0\.0\.1:\d+ burns <b>brightly<\/b>\n```/);
  expect(text).toMatch(/As Dev has it for an alert that is firing since/);
  const other = await told(served.replace("burns <b>", "burned <b>"), "Instance {{");
  expect(other).toContain("burned <b>brightly</b>");
  expect(other).toContain("For an alert as the expression could return it");
});

test("a rule that the server has otherwise, or not at all", async () => {
  expect(await told(served.replace("up == 7", "up == 8"), "Calm")).toMatch(
    /another expression than in this file[\s\S]*In Dev the expression is\n\n```promql\nup == 7\n```/,
  );
  expect(await told(served.replace("for: 1d", "for: 2d"), "Waiting")).toContain(
    "for: 86400 s, not as in this file",
  );
  expect(await told(served.replace("severity: page", "severity: info"), "Burning")).toContain(
    "another label `severity` than in this file",
  );
  expect(await told(served.replace("Calm", "Quiet"), "Quiet")).toContain(
    "**Dev**: the server has no such rule",
  );
});

test("a created test has series of the server, and passes in promtool", async () => {
  const document = readDocument({ uri: "file:///r.yml", path: "r.yml", version: 1, text: served });
  const [part] = document.parts;
  const groups = part?.model.kind === "rules" ? part.model.rules.groups : [];
  const rule = groups[0]?.rules[0];
  const scaffold = rule === undefined ? undefined : scaffoldOf(rule, groups);
  expect(scaffold).toBeDefined();
  if (scaffold === undefined) return;
  const live = await liveLabels(scaffold.asked, [open("Dev")], neverCancelled, unlimited);
  expect(live?.environment).toBe("Dev");
  const path = join(run.folder, "rules.yml");
  const worked = await chosenOf({ scaffold, path, promtool, features: [], live: live?.labels });
  if ("problem" in worked) throw new Error(worked.problem);
  const text = testText(scaffold, worked.attempt, worked.expected);
  expect(text).toMatch(/series: 'up\{instance="127\.0\.0\.1:\d+", job="self"\}'/);
  expect(text).toMatch(/exp_labels:\n\s+instance: '127\.0\.0\.1:\d+'\n\s+job: self\n\s+severity: page/);
});

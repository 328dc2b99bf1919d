import { parse } from "yaml";
import { known } from "../../server/src/base/known.ts";
import { runChecks } from "../../server/src/checks/run.ts";
import { readDocument } from "../../server/src/model/read.ts";
import { parseDuration } from "../../server/src/promql/literals.ts";
import type { EnvironmentAccess } from "../../server/src/world/environment.ts";
import type { LastRuns } from "../../server/src/world/last-runs.ts";
import type { LinkAnswer, Links } from "../../server/src/world/links.ts";
import type { RunResult } from "../../server/src/world/live.ts";
import { nameIndexOf } from "../../server/src/world/names/index.ts";
import { parseProject } from "../../server/src/world/settings.ts";
import type { Snapshot } from "../../server/src/world/snapshot.ts";
import { declarationsOf, mergeDeclarations } from "../../server/src/world/workspace.ts";
import { fakeIndex, gave, now } from "./live/fake-index.ts";

/** One of the two examples of a page. */
export interface Example {
  readonly files: readonly ExampleFile[];
  /** By the names of their environments. */
  readonly backends: ReadonlyMap<string, Backend>;
  /** What addresses answer. */
  readonly links: ReadonlyMap<string, LinkAnswer>;
}

/** What a backend has, as the lines of a block `series` say it. */
interface Backend {
  readonly series: readonly Labels[];
  /** `external: …` */
  readonly external: readonly Labels[];
  /** `scrapes: api=30s`, in seconds. */
  readonly scrapes: Readonly<Record<string, number>>;
  /** `keeps: 15d` */
  readonly retention: number | undefined;
  /** `version: …` */
  readonly version: string | undefined;
  /** `gone for 3 days: …` */
  readonly gone: readonly string[];
  /** `comes and goes: …` */
  readonly comes: readonly string[];
  /** `warns: …`, when a query is run. */
  readonly warns: readonly string[];
  /** `fails: …`, in the words with which it gives up the rule's expression. */
  readonly fails: readonly string[];
  /** `runs: QUERY -> {labels} value, …`; where one is there the rule's expression is run. */
  readonly runs: Readonly<Record<string, RunResult>> | undefined;
  /** `lookback: 5m`, in seconds. */
  readonly lookback: number | undefined;
  /** `fired: 10m, 2h`: how long the expression gave something in the last day. */
  readonly fired: readonly number[] | undefined;
}

type Labels = Readonly<Record<string, string>>;

export interface ExampleFile {
  readonly name: string;
  /** Without its marks. */
  readonly text: string;
  /** `line:column-column` from 0, as the marks below the lines say. */
  readonly marks: readonly string[];
}

/** The examples of a page under the headings `Wrong` and `Right`. */
export function examplesOf(page: string): { readonly wrong: Example; readonly right: Example } {
  const section = (name: string): string => page.split(`\n## ${name}\n`)[1]?.split("\n## ")[0] ?? "";
  return { wrong: exampleOf(section("Wrong")), right: exampleOf(section("Right")) };
}

function exampleOf(section: string): Example {
  const files: ExampleFile[] = [];
  const backends = new Map<string, Backend>();
  const links: (readonly [address: string, answer: LinkAnswer])[] = [];
  for (const [, language = "", info = "", body = ""] of section.matchAll(
    /^```(\w+)[ ]?([^\n]*)\n([\s\S]*?)^```$/gm,
  )) {
    if (language === "series") backends.set(info, backendOf(body));
    else if (language === "links") for (const line of body.trim().split("\n")) links.push(linkOf(line));
    else {
      const name = info === "" ? /^# file: (\S+)$/m.exec(body)?.[1] : info;
      files.push(withoutMarks(name ?? (language === "promql" ? "query.promql" : "rules.yaml"), body));
    }
  }
  return { files, backends, links: new Map(links) };
}

/** `ADDRESS: 404 Not Found` */
function linkOf(line: string): readonly [address: string, answer: LinkAnswer] {
  const [, address = "", words = ""] = /^(\S+): (.*)$/.exec(line) ?? [];
  return [address, { status: Number.parseInt(words, 10), words }];
}

function backendOf(body: string): Backend {
  const lines = body.trim().split("\n").filter(Boolean);
  const told = (key: string): readonly string[] =>
    lines.flatMap((line) => (line.startsWith(`${key}: `) ? [line.slice(key.length + 2)] : []));
  return {
    series: [
      ...lines.filter((line) => !/^[a-z0-9 ]+: /.test(line)).map(labelsOf),
      ...told("many").flatMap(manyOf),
    ],
    external: told("external").map((line) => withoutName(labelsOf(`{${line}}`))),
    scrapes: Object.fromEntries(
      told("scrapes").map((line) => [line.replace(/=.*/, ""), Number(/=(\d+)s$/.exec(line)?.[1])]),
    ),
    retention: told("keeps").map((days) => Number.parseInt(days, 10) * 86_400)[0],
    version: told("version")[0],
    gone: told("gone for 3 days"),
    comes: told("comes and goes"),
    warns: told("warns"),
    fails: told("fails"),
    runs: told("runs").length === 0 ? undefined : Object.fromEntries(told("runs").map(runOf)),
    lookback: told("lookback").map(secondsOf)[0],
    fired: told("fired").map((line) => line.split(", ").map(secondsOf))[0],
  };
}

/** `path=1500 of http_requests_total`: so many series with another value of the label each. */
function manyOf(line: string): readonly Labels[] {
  const [, label = "", count = "0", metric = ""] = /^(\w+)=(\d+) of (\S+)$/.exec(line) ?? [];
  return Array.from({ length: Number(count) }, (_, at) => ({ __name__: metric, job: "x", [label]: `${at}` }));
}

function runOf(line: string): readonly [query: string, result: RunResult] {
  const [query = "", answer = ""] = line.split(" -> ");
  const series = [...answer.matchAll(/(\{[^}]*\}) ([\d.]+)/g)].map(
    ([, labels = "", value]) => [withoutName(labelsOf(labels)), Number(value)] as const,
  );
  const words = /^fails (.*)$/.exec(answer)?.[1];
  return [query.replaceAll("\\n", "\n"), words === undefined ? gave(...series) : { ok: false, error: words }];
}

function secondsOf(duration: string): number {
  return parseDuration(duration).value;
}

function withoutName({ __name__, ...labels }: Labels): Labels {
  return labels;
}

function labelsOf(line: string): Labels {
  const [, name = "", labels = ""] = /^([^{]*)\{?([^}]*)\}?$/.exec(line) ?? [];
  const pairs = [...labels.matchAll(/([\w]+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]);
  return { __name__: name, ...Object.fromEntries(pairs) };
}

/** Marks stand in a comment below their line: `^^^` below the place, or an arrow where that is too far left. */
function withoutMarks(name: string, body: string): ExampleFile {
  const lines: string[] = [];
  const marks: string[] = [];
  for (const line of body.replace(/\n$/, "").split("\n")) {
    const mark = /^(\s*#\s*)(\^+)\s*$/.exec(line);
    const length = (lines.at(-1) ?? "").length;
    if (/^\s*# ↑$/.test(line)) marks.push(`${lines.length - 1}`);
    else if (mark === null) lines.push(line);
    else {
      const start = mark[1]?.length ?? 0;
      marks.push(`${lines.length - 1}:${start}-${Math.min(length, start + (mark[2]?.length ?? 0))}`);
    }
  }
  return { name, text: `${lines.join("\n")}\n`, marks };
}

/** Where a check finds something in each file of an example, as its marks would say it; what fails is told. */
export function foundIn(
  { files, backends, links }: Example,
  id: string,
  failures: string[] = [],
): readonly (readonly string[])[] {
  const documents = files.map(({ name, text }) =>
    readDocument({ uri: `file:///w/${name}`, path: name, version: 1, text }),
  );
  const project = files.find(({ name }) => name === "promscope.yaml");
  const { policy } =
    project === undefined ? { policy: undefined } : parseProject(parse(project.text)).project;
  const environments = [...backends].map(([name, backend]) => accessOf(name, backend));
  const [first, ...others] = environments;
  const [warning] = [...backends.values()].flatMap(({ warns }) => warns);
  const [failure] = [...backends.values()].flatMap(({ fails }) => fails);
  const snapshot: Omit<Snapshot, "document"> = {
    workspace: mergeDeclarations(documents.map(declarationsOf)),
    names: nameIndexOf(documents),
    environments: first === undefined ? [] : [first],
    otherEnvironments: others,
    features: [],
    now: Date.UTC(2026, 0, 1),
    ...(links.size === 0 ? {} : { links: linksOf(links) }),
    ...(warning === undefined && failure === undefined ? {} : { lastRuns: runsWith(warning, failure) }),
  };
  return documents.map((document) =>
    runChecks({ ...snapshot, document, policy: policy?.of(document.path) }, failures)
      .filter(({ check }) => check === id)
      .map(({ span }) => {
        const { start, end } = document.lines.range(span);
        const length = document.lines.lineText(start.line).length;
        const last = end.line === start.line ? end.character : length;
        return start.character < 2
          ? `${start.line}`
          : `${start.line}:${start.character}-${Math.min(length, Math.max(last, start.character + 1))}`;
      }),
  );
}

function linksOf(answers: ReadonlyMap<string, LinkAnswer>): Links {
  const none: LinkAnswer = { status: 200, words: "200 OK" };
  return {
    answer: (address) => known(answers.get(address) ?? none, "the web", now),
    settled: async () => {},
    onChange: () => ({ dispose() {} }),
  };
}

function accessOf(
  name: string,
  { series, external, scrapes, retention, version, gone, comes, runs, lookback, fired }: Backend,
): EnvironmentAccess {
  const to = now / 1000;
  const day = 86_400;
  const history = (selector: string) => {
    const wasThere = gone.some((metric) => selector.includes(metric));
    const cameOften = comes.some((metric) => selector.includes(metric));
    const hits = wasThere
      ? { hits: 576, between: 576, stretches: 1, last: to - 3 * day }
      : cameOften
        ? { hits: 60, between: 500, stretches: 5, last: to - day }
        : { hits: 0, between: 0, stretches: 0, last: undefined };
    return known({ from: to - 7 * day, to, step: 600, looks: 1009, first: to - 7 * day, ...hits }, name, now);
  };
  const { access } = fakeIndex({
    name,
    series,
    external,
    scrapes,
    retention,
    answers: runs,
    lookback,
    times:
      fired === undefined
        ? undefined
        : (_, seconds, step) => ({
            from: to - seconds,
            to,
            step,
            series: fired.map((length) => [[to - day / 2, to - day / 2 + length]]),
          }),
    ...(gone.length + comes.length === 0 ? {} : { history }),
  });
  if (version === undefined) return access;
  return { ...access, environment: { ...access.environment, version, flavour: "prometheus" } };
}

/** The server warned of every expression, or gave it up. */
function runsWith(message: string | undefined, failure: string | undefined): LastRuns {
  const notes = message === undefined ? [] : [{ severity: "warning" as const, message, span: undefined }];
  return {
    ofExpression: (environment, expression) => ({
      environment,
      expression,
      asOf: now,
      range: undefined,
      series: [],
      total: 0,
      notes,
    }),
    ofMetric: () => undefined,
    failureOf: () => failure,
  };
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { definitionsFolder } from "../../scripts/schemas.ts";
import type { Finding, RefusedBy } from "../../server/src/checks/check.ts";
import { loadChecks } from "../../server/src/checks/registry.ts";
import { runChecks } from "../../server/src/checks/run.ts";
import { readDocument } from "../../server/src/model/read.ts";
import { emptyWorkspace } from "../../server/src/world/workspace.ts";
import { RuleObjectGenerator } from "../oracle/generate-object.ts";
import { type OperatorOracle, startOperatorOracle } from "../oracle/operator.ts";
import { Random } from "../oracle/random.ts";
import { type Kubernetes, startKubernetes } from "./kube.ts";
import { waitFor } from "./processes.ts";

const seed = Number(process.env["SEED"] ?? 1);
const count = Number(process.env["RULE_OBJECTS"] ?? 300);
const head = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\n";

let kubernetes: Kubernetes;
let operator: OperatorOracle;

beforeAll(async () => {
  kubernetes = await startKubernetes({ cluster: "dev" });
  operator = await startOperatorOracle();
  const file = join(definitionsFolder(), "monitoring.coreos.com_prometheusrules.yaml");
  const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  const { status, body } = await kubernetes.api.ask("POST", path, parse(readFileSync(file, "utf8")));
  expect(status, JSON.stringify(body)).toBe(201);
  const served = async () => (await refusal(`${head}metadata: {name: x}\nspec: {}\n`)) === undefined;
  await waitFor(served, 120, () => new Error("the definition is not served within 120 s"));
});
afterAll(async () => {
  await operator?.close();
  await kubernetes?.stop();
});

interface Refusal {
  readonly by: RefusedBy;
  readonly words: string;
}

/** What the operator alone says: of objects that it cannot read, and of those that are too large for it. */
const ownWords = /^json: |^the length of rendered Prometheus Rule is /;

/** Who refuses an object first: the API server, else the webhook, which asks the loader of rule files. */
async function refusal(text: string): Promise<Refusal | undefined> {
  const object = await operator.object(text).catch((error: Error) => error);
  // kubectl cannot even send numbers that JSON has no words for.
  if (object instanceof Error) return { by: "kubernetes", words: object.message };
  const path = "/apis/monitoring.coreos.com/v1/namespaces/default/prometheusrules";
  const query = "dryRun=All&fieldValidation=Strict";
  const { status, body } = await kubernetes.api.ask("POST", `${path}?${query}`, object);
  if (status >= 400)
    return { by: "kubernetes", words: String((body as { message?: unknown }).message ?? status) };
  const errors = await operator.refusal(body, { resource: "prometheusrules", version: "v1" });
  if (errors.length === 0) return undefined;
  const by = errors.some((error) => ownWords.test(error)) ? "operator" : "prometheus";
  return { by, words: errors.join("\n") };
}

function refusalsHere(text: string): readonly Finding[] {
  const document = readDocument({ uri: "file:///x.yaml", path: "x.yaml", version: 1, text });
  const snapshot = { document, workspace: emptyWorkspace, environments: [], features: [] };
  return runChecks(snapshot, [], loadChecks).filter(({ refusedBy }) => refusedBy !== undefined);
}

/** In the order in which an object meets them. */
const order: readonly (RefusedBy | undefined)[] = ["kubernetes", "operator", "prometheus"];

function firstHere(text: string): RefusedBy | undefined {
  const programs = new Set(refusalsHere(text).map(({ refusedBy }) => refusedBy));
  return order.find((program) => programs.has(program));
}

test(`PrometheusRules are refused by whom we say, and by nobody else, seed ${seed}`, async () => {
  const generator = new RuleObjectGenerator(new Random(seed));
  const differing: string[] = [];
  const refused = { kubernetes: 0, operator: 0, prometheus: 0, alertmanager: 0, thanos: 0 };
  for (let done = 0; done < count; done++) {
    const text = head + generator.object();
    const theirs = await refusal(text);
    if (theirs !== undefined) refused[theirs.by]++;
    if (theirs?.by === firstHere(text)) continue;
    const ours = refusalsHere(text).map(({ refusedBy, message }) => `${refusedBy} ${message}`);
    differing.push(`${text}  theirs: ${theirs?.by} ${theirs?.words}\n  ours: ${ours.join(", ")}`);
  }
  expect(differing.slice(0, 5).join("\n\n")).toBe("");
  expect(refused.kubernetes).toBeGreaterThan(count / 10);
  expect(refused.prometheus).toBeGreaterThan(count / 20);
  expect(refused.kubernetes + refused.operator + refused.prometheus).toBeLessThan(count * 0.8);
});

const object = (groups: string): string => `${head}metadata: {name: x}\nspec: {groups: [${groups}]}\n`;
const rule = (fields: string): string => object(`{name: a, rules: [{${fields}}]}`);

describe("what is said of it is what the programs say", () => {
  const texts: readonly string[] = [
    rule("alert: A, expr: up, for: 5"),
    rule("alert: A, expr: up, for: 1m1h"),
    rule("alert: A, expr: up, keep_firing_for: ''"),
    rule("alert: A, expr: up, for: 300y"),
    rule("alert: A"),
    rule("alert: A, expr: ''"),
    rule("alert: A, expr: 5000000000"),
    rule("alert: A, expr: 1.5"),
    rule("alert: A, record: b, expr: up"),
    rule("alert: A, expr: up, labels: {a: 5}"),
    rule("alert: A, expr: up, labels: {__name__: a}"),
    object("{rules: []}"),
    object("{name: '', rules: []}"),
    object("{name: a}, {name: a}"),
    object("{name: a, limit: '5'}"),
    object("{name: a, limit: true}"),
    object("{name: a, limit: 1.5}"),
    object("{name: a, limit: 1e30}"),
    object("{name: a, query_offset: ''}"),
    object("{name: a, partial_response_strategy: foo}"),
    object("{name: a, foo: 5}"),
    object("null"),
    object("").replace("{name: x}", "{name: X}"),
    object("").replace("{name: x}", "{name: x, labels: {a b: c}}"),
    object("").replace("{name: x}", "{name: x, labels: {a/b/c: c}}"),
    object("").replace("{name: x}", "{name: x, labels: {-a/b: c}}"),
    object("").replace("{name: x}", "{name: x, labels: {a: b c}}"),
    object("").replace("{name: x}", `{name: x, labels: {a: ${"b".repeat(64)}}}`),
    object("").replace("{name: x}", "{name: x, annotations: {a b: c}}"),
    object("").replace("{name: x}", "{name: x, annotations: {A.b/c: d e}}"),
    object("{name: a, rules: [null]}"),
    rule(`alert: A, expr: up, annotations: {a: ${"x".repeat(530_000)}}`),
  ];

  test.each(texts.map((text) => [text.slice(head.length, 200), text] as const))("%s", async (_, text) => {
    const theirs = await refusal(text);
    expect(firstHere(text), theirs?.words).toBe(theirs?.by);
    const ours = refusalsHere(text).filter(({ refusedBy }) => refusedBy === theirs?.by);
    expect(ours.length > 0).toBe(theirs !== undefined);
    // A value that is not right stands among their words, and we add an advice.
    const said = (theirs?.words ?? "").replaceAll(/Invalid value: [^:]*: /g, "");
    // What the operator counts differs by how it folds lines.
    const counted = said.replace(/is \d+ bytes which is above/, "is above");
    for (const { message } of ours)
      expect(
        message.split(": ").some((part) => part.length > 8 && counted.includes(part)),
        said,
      ).toBe(true);
  });
});

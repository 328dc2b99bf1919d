import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { definitionsFolder } from "../../scripts/schemas.ts";
import { loadChecks } from "../../server/src/checks/registry.ts";
import { runChecks } from "../../server/src/checks/run.ts";
import { readDocument } from "../../server/src/model/read.ts";
import { emptyWorkspace } from "../../server/src/world/workspace.ts";
import { RuleObjectGenerator } from "../oracle/generate-object.ts";
import { type Oracle, startOracle } from "../oracle/oracle.ts";
import { Random } from "../oracle/random.ts";
import { type Kubernetes, startKubernetes } from "./kube.ts";
import { waitFor } from "./processes.ts";

const seed = Number(process.env["SEED"] ?? 1);
const count = Number(process.env["RULE_OBJECTS"] ?? 300);
const head = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\n";

let kubernetes: Kubernetes;
let oracle: Oracle;

beforeAll(async () => {
  kubernetes = await startKubernetes({ cluster: "dev" });
  oracle = await startOracle();
  const file = join(definitionsFolder(), "monitoring.coreos.com_prometheusrules.yaml");
  const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  const { status, body } = await kubernetes.api.ask("POST", path, parse(readFileSync(file, "utf8")));
  expect(status, JSON.stringify(body)).toBe(201);
  const served = async () => (await byKubernetes(`${head}metadata: {name: x}\nspec: {}\n`)) === undefined;
  await waitFor(served, 120, () => new Error("the definition is not served within 120 s"));
});
afterAll(async () => {
  await oracle?.close();
  await kubernetes?.stop();
});

/** What the API server says where it refuses an object; nothing is kept. */
async function byKubernetes(text: string): Promise<string | undefined> {
  const path = "/apis/monitoring.coreos.com/v1/namespaces/default/prometheusrules";
  // YAML 1.1, as kubectl reads it, and as strict.
  const object: unknown = parse(text, { version: "1.1" });
  const { status, body } = await kubernetes.api.ask(
    "POST",
    `${path}?dryRun=All&fieldValidation=Strict`,
    object,
  );
  return status < 400 ? undefined : String((body as { message?: unknown }).message ?? status);
}

interface Spec {
  readonly groups?: readonly (Record<string, unknown> & { rules?: readonly Record<string, unknown>[] })[];
}

/** What the operator's admission says of an object that the API server takes (`rules.go`, ValidateRule). */
async function byOperator(text: string): Promise<string | undefined> {
  const { spec } = parse(text, { version: "1.1" }) as { readonly spec: Spec };
  for (const group of spec.groups ?? []) {
    delete group["partial_response_strategy"];
    if (group["interval"] === "") delete group["interval"];
    for (const rule of group.rules ?? []) {
      if (rule["for"] === "") delete rule["for"];
      // A number is a text in the rule file that it writes.
      rule["expr"] = String(rule["expr"]);
    }
  }
  return (await oracle.rules(stringify(spec, { version: "1.1" }))).errors[0]?.message;
}

test(`PrometheusRules are refused exactly where Kubernetes or the operator refuses them, seed ${seed}`, async () => {
  const generator = new RuleObjectGenerator(new Random(seed));
  const differing: string[] = [];
  let refused = 0;
  for (let done = 0; done < count; done++) {
    const text = head + generator.object();
    const theirs = (await byKubernetes(text)) ?? (await byOperator(text));
    const document = readDocument({ uri: "file:///x.yaml", path: "x.yaml", version: 1, text });
    const snapshot = { document, workspace: emptyWorkspace, environments: [], features: [] };
    const ours = runChecks(snapshot, [], loadChecks).filter(({ refusedBy }) => refusedBy !== undefined);
    if (theirs !== undefined) refused++;
    if ((theirs !== undefined) !== ours.length > 0)
      differing.push(`${text}  theirs: ${theirs}\n  ours: ${ours.map(({ message }) => message).join(", ")}`);
  }
  expect(differing.slice(0, 5).join("\n\n")).toBe("");
  expect(refused).toBeGreaterThan(count / 5);
  expect(refused).toBeLessThan(count * 0.8);
});

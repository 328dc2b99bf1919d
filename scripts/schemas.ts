/**
 * Writes server/src/schema/operator.generated.ts from the custom resource definitions of the prometheus-operator's
 * Go module. Run it after the pinned version was raised: `node scripts/schemas.ts`.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { versions } from "../server/src/model/versions.ts";
import type { Limits, SchemaRow } from "../server/src/schema/schema.ts";

export const operatorVersion = `v${versions.prometheusOperator}`;
export const generatedFile = fileURLToPath(
  new URL("../server/src/schema/operator.generated.ts", import.meta.url),
);

const kinds = {
  ServiceMonitor: "servicemonitors",
  PodMonitor: "podmonitors",
  PrometheusRule: "prometheusrules",
} as const;

interface OpenApi {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, OpenApi>>;
  readonly additionalProperties?: OpenApi | boolean;
  readonly items?: OpenApi;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly format?: string;
  readonly "x-kubernetes-int-or-string"?: boolean;
}

interface Definition {
  readonly spec: {
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: OpenApi };
    }[];
  };
}

/** The folder of the module's custom resource definitions; downloads the module where it is not in Go's cache. */
export function definitionsFolder(): string {
  const answer = execFileSync(
    "go",
    ["mod", "download", "-json", `github.com/prometheus-operator/prometheus-operator@${operatorVersion}`],
    { cwd: tmpdir(), encoding: "utf8" },
  );
  const { Dir } = JSON.parse(answer) as { readonly Dir: string };
  return join(Dir, "example", "prometheus-operator-crd");
}

/** The text of the generated module. */
export function generateOperatorSchemas(folder: string): string {
  const rows: string[] = [];
  const known = new Map<string, number>();
  const add = (row: SchemaRow): number => {
    const text = JSON.stringify(row);
    const index = known.get(text) ?? rows.push(text) - 1;
    known.set(text, index);
    return index;
  };
  const visit = (schema: OpenApi): number => {
    if (schema["x-kubernetes-int-or-string"] === true) return add(scalarRow("int-or-string", schema));
    if (schema.type === "array") return add(["array", visit(schema.items ?? {})]);
    if (schema.type === "object") {
      if (schema.properties !== undefined) {
        const properties: Record<string, number> = {};
        for (const key of Object.keys(schema.properties).sort())
          properties[key] = visit(schema.properties[key] ?? {});
        return add(
          schema.required === undefined
            ? ["object", properties]
            : ["object", properties, [...schema.required].sort()],
        );
      }
      const values = schema.additionalProperties;
      return add(["map", typeof values === "object" ? visit(values) : add(["any"])]);
    }
    if (schema.type === "string" || schema.type === "boolean") return add(scalarRow(schema.type, schema));
    if (schema.type === "integer" || schema.type === "number") return add(scalarRow(schema.type, schema));
    return add(["any"]);
  };
  const roots: string[] = [];
  for (const [kind, plural] of Object.entries(kinds)) {
    const definition = parse(
      readFileSync(join(folder, `monitoring.coreos.com_${plural}.yaml`), "utf8"),
    ) as Definition;
    const version = definition.spec.versions.find(({ name }) => name === "v1");
    if (version === undefined) throw new Error(`${kind} has no version v1`);
    roots.push(`  ${kind}: ${visit(version.schema.openAPIV3Schema)},`);
  }
  return [
    `// Made by scripts/schemas.ts from prometheus-operator ${operatorVersion}; do not edit.`,
    'import type { SchemaRow } from "./schema.ts";',
    "",
    "/** The row of each kind's root. */",
    "export const operatorKinds = {",
    ...roots,
    "} as const;",
    "",
    "export const operatorRows: readonly SchemaRow[] = [",
    ...rows.map((row) => `  ${row},`),
    "];",
    "",
  ].join("\n");
}

function scalarRow(
  type: "string" | "boolean" | "integer" | "number" | "int-or-string",
  schema: OpenApi,
): SchemaRow {
  const limits: Limits = {
    ...(schema.enum === undefined ? {} : { enum: schema.enum }),
    ...(schema.pattern === undefined ? {} : { pattern: schema.pattern }),
    ...(schema.minimum === undefined ? {} : { minimum: schema.minimum }),
    ...(schema.maximum === undefined ? {} : { maximum: schema.maximum }),
    ...(schema.minLength === undefined ? {} : { minLength: schema.minLength }),
    ...(type === "integer" && schema.format !== undefined ? { format: schema.format } : {}),
  };
  return Object.keys(limits).length === 0 ? [type] : [type, limits];
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(generatedFile, generateOperatorSchemas(definitionsFolder()));

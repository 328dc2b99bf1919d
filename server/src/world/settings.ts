import { pathText } from "./config/validate.ts";
import { defaultCostLimits } from "./cost.ts";
import type { Environment } from "./environment.ts";
import { noPolicies, type PolicySet, readPolicies } from "./policy/read.ts";
import { type ProjectFiles, readProjectFiles } from "./project-files.ts";
import {
  amount,
  choice,
  flag,
  type JsonSchema,
  listOf,
  listOfGood,
  mapOf,
  record,
  type Shape,
  type ValueOf,
  words,
} from "./shapes.ts";

const environmentShape = record(
  {
    name: words({ description: "The name that people know: Dev, Prod NA, Prod EU." }),
    backend: words({
      description:
        "Address of a Prometheus or Thanos: a URL, or kubernetes:NAMESPACE/SERVICE:PORT through the API server of `context`.",
      pattern: /^(https?:\/\/[^\s/]+.*|kubernetes:[a-z0-9.-]+\/[a-z0-9.-]+:[a-z0-9-]+)$/,
      expected: "a URL (https://…) or kubernetes:NAMESPACE/SERVICE:PORT",
    }),
    scope: mapOf(words({}), {
      strict: true,
      description: 'External labels that every query is narrowed to, for example {"cluster": "prod-na"}.',
    }),
    kubeconfig: words({ description: "Path of a kubeconfig file; default: the usual one." }),
    context: words({ description: "The kubeconfig context of the cluster." }),
    files: listOf(words({}), {
      description:
        "Globs of the files that are deployed here; default: all. Those of promscope.yaml count from its folder.",
    }),
    replicaLabels: listOf(words({}), {
      description: "External labels that tell replicas apart; default: what Thanos says.",
    }),
    protected: flag({ description: "Ask before a query runs here." }),
    version: words({ description: "Version of the backend, where it does not tell." }),
    flavour: choice(["prometheus", "thanos", "mimir", "victoriametrics"], {
      description: "Kind of the backend, where it cannot be recognised.",
    }),
    features: listOf(words({}), {
      description: "Features that are switched on there, by Prometheus' own names for --enable-feature.",
    }),
    httpConfig: words({
      description: "Path of a file in Prometheus' http_config format (credentials, headers, TLS, proxy).",
    }),
    scrapeInterval: words({
      description:
        "How often targets are scraped there, for example 30s; default: what the backend's configuration says.",
      pattern: /^(?:\d+(?:ms|[smhd]))+$/,
      expected: "a duration such as 30s",
    }),
  },
  ["name"],
);

const environmentsShape = listOfGood(environmentShape);

const checksShape = mapOf(choice(["off", "hint", "info", "warning", "error"]));

interface Setting<T> {
  /** Behind `promscope.`. */
  readonly name: string;
  readonly shape: Shape<T>;
  readonly fallback: T;
  /** Scope of VS Code: `machine` settings cannot be set by a repository. */
  readonly scope: "machine" | "window" | "resource";
  readonly description: string;
}

const setting = <T>(of: Setting<T>): Setting<T> => of;

/** Every setting of the product, once: its type, the manifest's contribution and the docs come from here. */
export const declaredSettings = {
  environments: setting<ValueOf<typeof environmentsShape>>({
    name: "environments",
    shape: environmentsShape,
    fallback: [],
    scope: "machine",
    description: "The environments that rules are deployed to; the first one is where Run goes by default.",
  }),
  checks: setting<ValueOf<typeof checksShape>>({
    name: "checks",
    shape: checksShape,
    fallback: {},
    scope: "resource",
    description: "Severity of single checks by their id (for example promql.syntax), or off.",
  }),
  lensEnabled: setting({
    name: "lens.enabled",
    shape: flag(),
    fallback: true,
    scope: "resource",
    description: "Show a line above each rule that runs its expression.",
  }),
  formatOnSave: setting({
    name: "format.onSave",
    shape: flag(),
    fallback: false,
    scope: "resource",
    description: "Lay out the PromQL of rule files when they are saved; the YAML around it stays as it is.",
  }),
  enableFeatures: setting<readonly string[]>({
    name: "enableFeatures",
    shape: listOf(words({})),
    fallback: [],
    scope: "resource",
    description: "Features of Prometheus that are switched on, by its own names for --enable-feature.",
  }),
  queryHeavySamples: setting({
    name: "query.heavySamples",
    shape: amount(),
    fallback: defaultCostLimits.samples,
    scope: "machine",
    description: "Ask before a query that would read more samples than this; 0 never asks.",
  }),
  queryHeavySeries: setting({
    name: "query.heavySeries",
    shape: amount(),
    fallback: defaultCostLimits.series,
    scope: "machine",
    description: "Ask before a query that would read more series than this; 0 never asks.",
  }),
  grafanaUrl: setting<string>({
    name: "grafanaUrl",
    shape: words({ pattern: /^https?:\/\/[^\s/]+.*$/, expected: "a URL (https://…)", empty: true }),
    fallback: "",
    scope: "machine",
    description: "Address of a Grafana: results can then be opened in its Explore.",
  }),
  grafanaDataSource: setting<string>({
    name: "grafanaDataSource",
    shape: words({ empty: true }),
    fallback: "",
    scope: "machine",
    description: "UID of the data source that Grafana asks; default: its own default.",
  }),
  promtool: setting<string>({
    name: "promtool",
    shape: words({ empty: true }),
    fallback: "",
    scope: "machine",
    description: "The promtool that runs rule unit tests; default: that of PROMSCOPE_TOOLS, then of PATH.",
  }),
  traceServer: setting<"off" | "messages" | "verbose">({
    name: "trace.server",
    shape: choice(["off", "messages", "verbose"]),
    fallback: "off",
    scope: "window",
    description: "Log what the editor and the language server say to each other.",
  }),
} as const;

type Declared = typeof declaredSettings;
type Raw = { readonly [K in keyof Declared]: Declared[K] extends Setting<infer T> ? T : never };

export type CheckLevels = Raw["checks"];

/** The settings as the product uses them. */
export interface Settings extends Omit<Raw, "environments"> {
  readonly environments: readonly Environment[];
}

export interface ParsedSettings {
  readonly settings: Settings;
  /** One plain sentence for each value that could not be used. */
  readonly warnings: readonly string[];
}

/**
 * Reads the section `promscope` of the editor's settings, nested or with dotted keys. A value that cannot be
 * used gives its default and one warning; a bad environment is left out whole, so that a query never runs
 * without a scope that was meant. Never throws.
 */
export function parseSettings(raw: unknown): ParsedSettings {
  const warnings: string[] = [];
  const read = <T>({ name, shape, fallback }: Setting<T>): T => {
    const value = lookUp(raw, name);
    if (value === undefined || value === null) return fallback;
    const problems: string[] = [];
    const result = shape.read(value, `promscope.${name}`, problems);
    warnings.push(...problems.map((problem) => `${problem}; it is ignored.`));
    return result ?? fallback;
  };
  const environments = toEnvironments(read(declaredSettings.environments), warnings);
  return {
    settings: {
      environments,
      checks: read(declaredSettings.checks),
      lensEnabled: read(declaredSettings.lensEnabled),
      formatOnSave: read(declaredSettings.formatOnSave),
      enableFeatures: read(declaredSettings.enableFeatures),
      queryHeavySamples: read(declaredSettings.queryHeavySamples),
      queryHeavySeries: read(declaredSettings.queryHeavySeries),
      grafanaUrl: read(declaredSettings.grafanaUrl),
      grafanaDataSource: read(declaredSettings.grafanaDataSource),
      promtool: read(declaredSettings.promtool),
      traceServer: read(declaredSettings.traceServer),
    },
    warnings,
  };
}

/** What a repository may say in its `promscope.yaml`: the same keys as in the settings. */
export interface Project extends ProjectFiles {
  readonly environments: readonly Environment[];
  readonly checks: CheckLevels;
  readonly enableFeatures: readonly string[];
  /** What the rules of the repository must have. */
  readonly policy: PolicySet;
}

const projectKeys = ["environments", "checks", "enableFeatures"] as const;

export const emptyProject: Project = {
  environments: [],
  checks: {},
  enableFeatures: [],
  policy: noPolicies,
};

/** Reads the plain value of a `promscope.yaml`; same rules as {@link parseSettings}. */
export function parseProject(raw: unknown): {
  readonly project: Project;
  readonly warnings: readonly string[];
} {
  if (raw === undefined || raw === null) return { project: emptyProject, warnings: [] };
  if (typeof raw !== "object" || Array.isArray(raw))
    return {
      project: emptyProject,
      warnings: ["promscope.yaml must be a mapping; it is ignored."],
    };
  const bag = raw as Readonly<Record<string, unknown>>;
  const picked = Object.fromEntries(projectKeys.map((key) => [key, bag[key]]));
  const { settings, warnings } = parseSettings(picked);
  const { environments, checks, enableFeatures } = settings;
  const { set: policy, problems } = readPolicies(bag["policy"]);
  const known: readonly string[] = [...projectKeys, "kinds", "vendored", "policy"];
  const unknown = Object.keys(bag).filter((key) => !known.includes(key));
  return {
    project: {
      environments,
      checks,
      enableFeatures,
      policy,
      ...readProjectFiles(bag["kinds"], bag["vendored"]),
    },
    warnings: [
      ...warnings.map((warning) => warning.replace(/^promscope\./, "promscope.yaml: ")),
      ...unknown.map((key) => `promscope.yaml: ${key} is not known; it is ignored.`),
      ...problems.map(({ path, message }) => `promscope.yaml: ${pathText(path)}: ${message}`),
    ],
  };
}

function lookUp(raw: unknown, name: string): unknown {
  if (typeof raw !== "object" || raw === null) return undefined;
  if (Object.hasOwn(raw, name)) return (raw as Record<string, unknown>)[name];
  let value: unknown = raw;
  for (const key of name.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function toEnvironments(read: Raw["environments"], warnings: string[]): readonly Environment[] {
  const names = new Set<string>();
  const environments: Environment[] = [];
  for (const { scope, replicaLabels, protected: guarded, features, ...rest } of read) {
    if (names.has(rest.name)) {
      warnings.push(`promscope.environments has "${rest.name}" twice; only the first counts.`);
      continue;
    }
    names.add(rest.name);
    environments.push({
      name: rest.name,
      backend: rest.backend,
      scope: scope ?? {},
      kubeconfig: rest.kubeconfig,
      context: rest.context,
      files: rest.files,
      replicaLabels: replicaLabels ?? [],
      protected: guarded ?? false,
      version: rest.version,
      flavour: rest.flavour,
      features: features ?? [],
      httpConfig: rest.httpConfig,
      scrapeInterval: rest.scrapeInterval,
    });
  }
  return environments;
}

/** The value of `contributes.configuration` of the extension's manifest. */
export function configurationContribution(): JsonSchema {
  const properties = Object.fromEntries(
    Object.values(declaredSettings).map(({ name, shape, fallback, scope, description }) => [
      `promscope.${name}`,
      { ...shape.schema, default: fallback, scope, markdownDescription: description },
    ]),
  );
  return { title: "Promscope", properties };
}

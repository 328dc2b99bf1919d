import type { QueryParams } from "../../server/src/protocol.ts";

/** What is known of the backend that answered. */
export interface SharedBackend {
  /** An address without credentials: a URL, or `kubernetes:NAMESPACE/SERVICE:PORT`. */
  readonly backend: string;
  /** Flavour and version as the status tells them, for example `Thanos 0.42.4`. */
  readonly version: string;
  /** The kubeconfig context of the environment, where it has one. */
  readonly context?: string | null;
}

type Flavour = "prometheus" | "thanos" | "victoriametrics" | "mimir";

/** The flavour that a version text begins with; `Prometheus` is the API that all speak. */
function flavourOf(version: string): Flavour {
  const word = /^\w+/.exec(version)?.[0]?.toLowerCase();
  return word === "thanos" || word === "victoriametrics" || word === "mimir" ? word : "prometheus";
}

/** Parameters of the HTTP API, as the server was asked. `expression` is what was sent, with the scope in it. */
function apiParams(params: QueryParams, expression: string, flavour: Flavour): [string, string][] {
  const { time, start, end, step, dedup, strict } = params;
  const moment =
    start === undefined || end === undefined || step === undefined
      ? [["time", time]]
      : [
          ["start", start],
          ["end", end],
          ["step", step],
        ];
  const federation =
    flavour === "thanos"
      ? [
          ["dedup", dedup ?? true],
          ["partial_response", strict !== true],
        ]
      : [];
  return [["query", expression], ...moment, ...federation].flatMap(([name, value]) =>
    value === undefined ? [] : [[String(name), String(value)] as [string, string]],
  );
}

/**
 * A command that asks the same in a POSIX shell. Secrets are never in it: a header that carries a token stands there
 * as a variable that the user sets.
 */
export function curlCommand(shared: SharedBackend, params: QueryParams, expression: string): string {
  const flavour = flavourOf(shared.version);
  const path = `/api/v1/${params.start === undefined ? "query" : "query_range"}`;
  const asked = apiParams(params, expression, flavour);
  const service = /^kubernetes:([^/]+)\/([^/]+)$/.exec(shared.backend);
  if (service !== null) {
    const query = new URLSearchParams(asked).toString();
    const [, namespace = "", name = ""] = service;
    const raw = `/api/v1/namespaces/${namespace}/services/${name}/proxy${path}?${query}`;
    const context = shared.context ? ` --context ${shellWord(shared.context)}` : "";
    return `kubectl${context} get --raw ${shellWord(raw)}`;
  }
  return [
    `curl -sS ${shellWord(`${shared.backend.replace(/\/+$/, "")}${path}`)}`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's own syntax.
    '  ${PROMETHEUS_TOKEN:+-H "Authorization: Bearer $PROMETHEUS_TOKEN"}',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's own syntax.
    ...(flavour === "mimir" ? ['  ${MIMIR_TENANT:+-H "X-Scope-OrgID: $MIMIR_TENANT"}'] : []),
    ...asked.map(([name, value]) => `  --data-urlencode ${shellWord(`${name}=${value}`)}`),
  ].join(" \\\n");
}

/** A text as one word of a POSIX shell. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The page of the backend's own user interface that shows this query; nothing where it has none. */
export function backendPage(
  shared: SharedBackend,
  params: QueryParams,
  expression: string,
): string | undefined {
  if (!/^https?:\/\//i.test(shared.backend)) return undefined;
  const base = shared.backend.replace(/\/+$/, "");
  const { time, start, end, step } = params;
  const range = start !== undefined && end !== undefined;
  const until = range ? end : time;
  const moment = until === undefined ? "" : utc(until);
  const length = range ? spanText(end - start) : "1h";
  switch (flavourOf(shared.version)) {
    case "mimir":
      return undefined;
    case "victoriametrics": {
      const query = new URLSearchParams({
        "g0.expr": expression,
        "g0.range_input": length,
        ...(moment === "" ? {} : { "g0.end_input": moment.replace(" ", "T") }),
        "g0.tab": range ? "0" : "1",
        ...(step === undefined ? {} : { "g0.step_input": `${step}s` }),
      });
      return page(`${base}/vmui/#/`, query);
    }
    case "thanos": {
      const query = new URLSearchParams({
        "g0.expr": expression,
        "g0.tab": range ? "0" : "1",
        "g0.stacked": "0",
        "g0.range_input": length,
        ...(moment === "" ? {} : { "g0.end_input": moment, "g0.moment_input": moment }),
        ...(step === undefined ? {} : { "g0.step_input": String(step) }),
        "g0.max_source_resolution": "0s",
        "g0.deduplicate": params.dedup === false ? "0" : "1",
        "g0.partial_response": params.strict === true ? "0" : "1",
      });
      return page(`${base}/graph`, query);
    }
    case "prometheus": {
      // Up to version 2 the page is /graph with numbered tabs; the page of 3 reads the same address as an old one.
      const old = /\b2\.\d+/.test(shared.version);
      const query = new URLSearchParams({
        "g0.expr": expression,
        "g0.tab": old ? (range ? "0" : "1") : range ? "graph" : "table",
        "g0.range_input": length,
        ...(moment === "" ? {} : { "g0.end_input": moment, "g0.moment_input": moment }),
        ...(step === undefined
          ? {}
          : old
            ? { "g0.step_input": String(step) }
            : { "g0.res_type": "custom", "g0.res_step": String(step) }),
      });
      return page(`${base}/${old ? "graph" : "query"}`, query);
    }
  }
}

/** Grafana's Explore with this query; `dataSource` is the UID of one, empty: Grafana's own default. */
export function grafanaPage(
  grafana: string,
  dataSource: string,
  params: QueryParams,
  expression: string,
): string | undefined {
  if (!/^https?:\/\/[^\s/]/i.test(grafana)) return undefined;
  const range = params.start !== undefined && params.end !== undefined;
  const end = params.end ?? params.time;
  const times =
    end === undefined
      ? { from: "now-1h", to: "now" }
      : {
          from: String(Math.round((params.start ?? end - 3600) * 1000)),
          to: String(Math.round(end * 1000)),
        };
  const source = dataSource === "" ? {} : { datasource: { type: "prometheus", uid: dataSource } };
  const query = {
    refId: "A",
    expr: expression,
    range,
    instant: !range,
    editorMode: "code",
    ...(params.step === undefined ? {} : { interval: `${params.step}s` }),
    ...source,
  };
  const pane = {
    ...(dataSource === "" ? {} : { datasource: dataSource }),
    queries: [query],
    range: times,
  };
  const search = new URLSearchParams({ schemaVersion: "1", panes: JSON.stringify({ a: pane }) });
  return page(`${grafana.replace(/\/+$/, "")}/explore`, search);
}

/** Spaces as %20: the older pages do not read a plus as one. */
function page(address: string, query: URLSearchParams): string {
  return `${address}?${query.toString().replaceAll("+", "%20")}`;
}

/** `2026-11-22 10:00:00`, as the pages of Prometheus and Thanos write a moment in UTC. */
function utc(seconds: number): string {
  return new Date(Math.round(seconds) * 1000).toISOString().slice(0, 19).replace("T", " ");
}

/** A length of time in the units of Prometheus: `1h30m`. */
function spanText(seconds: number): string {
  let rest = Math.max(1, Math.round(seconds));
  let text = "";
  for (const [size, unit] of [
    [86400, "d"],
    [3600, "h"],
    [60, "m"],
    [1, "s"],
  ] as const) {
    if (rest >= size) text += `${Math.floor(rest / size)}${unit}`;
    rest %= size;
  }
  return text;
}

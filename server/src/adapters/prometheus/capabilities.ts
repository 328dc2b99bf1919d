import type { CancellationToken } from "../../base/cancellation.ts";
import type { Flavour } from "../../world/environment.ts";
import { about } from "../http/failures.ts";
import type { ApiFailure, PrometheusApi } from "./api.ts";
import { bag, isBag, text } from "./wire.ts";

/** What differs between backends, so that no other file asks for names or versions. */
export type Capability =
  /** `/api/v1/stores` tells which Prometheus stand behind it. */
  | "stores"
  /** `dedup`, `partial_response`, `replicaLabels[]` and `storeMatch[]` are understood. */
  | "federation"
  /** `limit` of series, labels and label values is honoured; else we cut. */
  | "index-limit"
  /** `match[]` of labels and label values is honoured. */
  | "index-match"
  /** A `timeout` below the server's own is honoured and costs no data that would have come. */
  | "query-timeout"
  /** A UTF-8 label name may stand percent-encoded in the path of label values. */
  | "utf8-path"
  /** It answers alone: without warnings its answer is complete. */
  | "self-contained"
  /** `/api/v1/status/config` holds its external labels. */
  | "own-config";

interface Row {
  readonly flavour: Flavour;
  readonly capability: Capability;
  /** The first version that has it; nothing means all that we support. */
  readonly since?: readonly [major: number, minor: number];
}

/** reference: the CHANGELOGs of Prometheus and Thanos; measured on 2.42, 3.5, 3.16, Thanos 0.41 and 0.42, VictoriaMetrics 1.150, Mimir 3.0. */
const rows: readonly Row[] = [
  { flavour: "prometheus", capability: "index-match" },
  { flavour: "prometheus", capability: "index-limit", since: [2, 51] },
  { flavour: "prometheus", capability: "query-timeout" },
  { flavour: "prometheus", capability: "utf8-path", since: [3, 0] },
  { flavour: "prometheus", capability: "self-contained" },
  { flavour: "prometheus", capability: "own-config" },
  { flavour: "thanos", capability: "stores" },
  { flavour: "thanos", capability: "federation" },
  { flavour: "thanos", capability: "index-match", since: [0, 34] },
  { flavour: "thanos", capability: "index-limit", since: [0, 37] },
  { flavour: "thanos", capability: "utf8-path", since: [0, 40] },
  { flavour: "mimir", capability: "index-match" },
  { flavour: "mimir", capability: "index-limit", since: [3, 0] },
  { flavour: "victoriametrics", capability: "index-match" },
  { flavour: "victoriametrics", capability: "index-limit" },
  { flavour: "victoriametrics", capability: "utf8-path" },
];

export interface Recognised {
  readonly flavour: Flavour | "unknown";
  /** As the backend says it; empty where it does not tell (a build without version). */
  readonly version: string;
  has(capability: Capability): boolean;
}

/** What is assumed of a flavour and version. A version that is not told counts as a current one. */
export function recognised(flavour: Flavour | "unknown", version: string): Recognised {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  const told =
    major === undefined || minor === undefined ? undefined : ([Number(major), Number(minor)] as const);
  const has = (capability: Capability): boolean =>
    rows.some(
      (row) =>
        row.flavour === flavour &&
        row.capability === capability &&
        (row.since === undefined ||
          told === undefined ||
          told[0] > row.since[0] ||
          (told[0] === row.since[0] && told[1] >= row.since[1])),
    );
  return { flavour, version, has };
}

/** Whether a server says by this that it has no such endpoint. */
function isAbsence({ status = 0 }: ApiFailure): boolean {
  return [400, 404, 405, 501].includes(status);
}

export type Recognition =
  | { readonly ok: true; readonly backend: Recognised }
  | { readonly ok: false; readonly failure: ApiFailure };

/**
 * Asks a backend who it is: `/api/v1/stores` exists in Thanos only (also behind its query-frontend), Mimir names
 * itself in buildinfo, VictoriaMetrics sends a buildinfo with nothing but the version 2.24.0.
 * What the settings say wins.
 */
export async function recognise(
  api: PrometheusApi,
  told: { readonly flavour?: Flavour | undefined; readonly version?: string | undefined },
  deadlineMs: number,
  token: CancellationToken,
): Promise<Recognition> {
  if (told.flavour !== undefined && told.version !== undefined)
    return { ok: true, backend: recognised(told.flavour, told.version) };
  const [stores, build] = await Promise.all([
    api.call({ endpoint: "stores", deadlineMs }, token),
    api.call({ endpoint: "status/buildinfo", deadlineMs }, token),
  ]);
  const data = build.ok ? bag(build.reply.data) : {};
  const said = text(data["version"]);
  const version = told.version ?? (/^[\w.+~:-]{1,80}$/.test(said) ? said : "");
  const answer = (flavour: Flavour | "unknown", of = version): Recognition => ({
    ok: true,
    backend: recognised(told.flavour ?? flavour, of),
  });
  if (stores.ok && isBag(stores.reply.data)) return answer("thanos");
  if (stores.ok && told.flavour === undefined) {
    const text = "lists its stores in a way that cannot be read; check the proxy before it.";
    return { ok: false, failure: { reason: "invalid", message: about(api.http.host, text) } };
  }
  // Whether it has stores decides what a silence of it means: that is not guessed from a passing fault.
  if (build.ok && !stores.ok && told.flavour === undefined && !isAbsence(stores.failure)) {
    if (stores.failure.reason !== "forbidden" && stores.failure.reason !== "unauthorized")
      return { ok: false, failure: stores.failure };
    if (version.startsWith("0.")) return answer("thanos");
  }
  if (build.ok) {
    const application = text(data["application"]);
    if (/mimir|cortex/i.test(application)) return answer("mimir");
    if (Object.keys(data).length === 1 && version === "2.24.0") return answer("victoriametrics", "");
    return answer("prometheus");
  }
  // A server that answers, but has neither: an old or hosted one of which nothing may be assumed.
  if (isAbsence(build.failure)) {
    const probe = await api.call(
      { endpoint: "labels", params: new URLSearchParams({ limit: "1" }), deadlineMs },
      token,
    );
    return probe.ok ? answer("unknown") : { ok: false, failure: probe.failure };
  }
  // Where a client certificate is missing, only one of two connections may be told so before it is closed.
  const clearer = !stores.ok && stores.failure.reason === "unauthorized" ? stores.failure : build.failure;
  return { ok: false, failure: clearer };
}

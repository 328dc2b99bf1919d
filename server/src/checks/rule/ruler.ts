import type { Flavour } from "../../world/environment.ts";
import { asMap, asSeq, keyOf, valueAt } from "../../yaml/access.ts";
import type { CheckContext } from "../check.ts";
import { isLogQlPath, isLogQlRule } from "../promql/dialect.ts";
import { isMetricsQlRule } from "../promql/metricsql.ts";
import { foreignKeys } from "./shape.ts";

const flavours: Readonly<Record<Flavour, string | undefined>> = {
  prometheus: undefined,
  thanos: "Thanos Ruler",
  mimir: "Mimir",
  victoriametrics: "vmalert",
};
/** What people call files and folders for a ruler. */
const named: readonly (readonly [pattern: RegExp, ruler: string])[] = [
  [/(?:^|[/._+-])thanos(?:[/._+-]|$)/i, "Thanos Ruler"],
  [/(?:^|[/._+-])(?:mimir|cortex)(?:[/._+-]|$)/i, "Mimir"],
  [/(?:^|[/._+-])loki(?:[/._+-]|$)/i, "Loki"],
  // What is called after VictoriaMetrics may as well be Prometheus' rules about it.
  [/(?:^|[/._+-])vmalert(?:[/._+-]|$)/i, "vmalert"],
];
/** VictoriaMetrics' other programs: where its own functions are called too, vmalert reads the file. */
const victoria = /(?:^|[/._+-])vm(?:agent|anomaly|auth|cluster|single)(?:[/._+-]|$)/i;
/** Programs whose keys nobody writes by accident. */
const telling: ReadonlySet<string> = new Set(["mimirtool", "vmalert"]);

/**
 * The program other than Prometheus that a rule file is meant for, where something tells: an environment of
 * its flavour, LogQL, keys of its own, or the path. A key that only a slip would explain does not tell.
 */
export function foreignRuler(context: CheckContext): string | undefined {
  return context.once(findRuler);
}

function findRuler(context: CheckContext): string | undefined {
  const { document, environments } = context.snapshot;
  for (const { environment } of environments) {
    const ruler = environment.flavour === undefined ? undefined : flavours[environment.flavour];
    if (ruler !== undefined) return ruler;
  }
  if (context.snapshot.policy?.isForThanos === true) return flavours.thanos;
  if (isLogQlPath(document.path)) return "Loki";
  if (context.rules(isLogQlRule).some(({ value }) => value)) return "Loki";
  const ruler = byKeys(context) ?? named.find(([pattern]) => pattern.test(document.path))?.[1];
  if (ruler !== undefined || !victoria.test(document.path)) return ruler;
  return context.rules(isMetricsQlRule).some(({ value }) => value) ? "vmalert" : undefined;
}

function byKeys({ part }: CheckContext): string | undefined {
  const root = asMap(part.yaml?.root);
  for (const pair of root?.pairs ?? []) {
    const ruler = foreignKeys.file.get(keyOf(pair) ?? "");
    if (ruler !== undefined && telling.has(ruler)) return ruler;
  }
  for (const group of asSeq(valueAt(root, "groups"))?.items ?? [])
    for (const pair of asMap(group)?.pairs ?? []) {
      const ruler = foreignKeys.group.get(keyOf(pair) ?? "");
      if (ruler !== undefined && telling.has(ruler)) return ruler;
    }
  return undefined;
}

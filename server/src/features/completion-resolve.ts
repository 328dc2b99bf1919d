import type { CancellationToken } from "../base/cancellation.ts";
import { valueIn } from "../base/known.ts";
import { signatureOf } from "../promql/functions.ts";
import type { EnvironmentAccess } from "../world/environment.ts";
import type { MetricMetadata } from "../world/ports.ts";
import { exampleOf } from "./function-examples.ts";
import { block, code, type MarkupText, markup, paragraphs, plain } from "./markdown.ts";
import type { CompletionData } from "./types.ts";

/** The documentation of an item, fetched when the editor shows it; nothing where nothing is known. */
export async function resolveCompletion(
  data: CompletionData,
  environments: readonly EnvironmentAccess[],
  token: CancellationToken,
): Promise<MarkupText | undefined> {
  if (data.kind === "function") return functionDoc(data.name);
  if (data.kind === "recording-rule")
    return paragraphs([
      markup`Recorded in ${code(data.path)} as`,
      data.expr === "" ? undefined : block(data.expr, "promql"),
    ]);
  const access = environments.find(({ environment }) => environment.name === data.environment);
  if (access?.metrics === undefined) return undefined;
  const fact = await access.metrics.metadata(data.name, token);
  const metadata = valueIn(fact);
  if (fact.status === "unavailable") return plain(fact.message);
  if (metadata === undefined) return markup`No type or help is known in ${plain(data.environment)}.`;
  return metadataDoc(metadata);
}

/** Type, unit and help of a metric. */
export function metadataDoc({ type, unit, help }: MetricMetadata): MarkupText {
  const kind = type === "unknown" ? plain("type unknown") : code(type);
  return paragraphs([
    unit === "" ? kind : markup`${kind} in ${code(unit)}`,
    help === "" ? undefined : plain(help),
  ]);
}

/** Signature, meaning and history of a function or aggregation. */
export function functionDoc(name: string): MarkupText | undefined {
  const signature = signatureOf(name);
  if (signature === undefined) return undefined;
  const example = exampleOf(name);
  return paragraphs([
    block(signature.label, "promql"),
    plain(signature.doc),
    example === undefined ? undefined : markup`For example ${code(example)}`,
    signature.experimental
      ? markup`Experimental: needs ${code("--enable-feature=promql-experimental-functions")}.`
      : undefined,
    signature.since === "1.0" ? undefined : markup`Since Prometheus ${plain(signature.since)}.`,
  ]);
}

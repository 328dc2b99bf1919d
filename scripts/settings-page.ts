import { declaredSettings } from "../server/src/world/settings.ts";
import type { JsonSchema } from "../server/src/world/shapes.ts";

/** The text of `docs/settings.md`. */
export function settingsPage(): string {
  const settings = Object.values(declaredSettings).map(
    ({ name, shape, fallback, scope, description }) =>
      `| \`promscope.${name}\` | ${typeOf(shape.schema)} | \`${JSON.stringify(fallback)}\` | ${scope} | ${cell(description)} |`,
  );
  const { items } = declaredSettings.environments.shape.schema as { items: JsonSchema };
  const { properties, required } = items as {
    properties: Record<string, JsonSchema>;
    required: readonly string[];
  };
  const fields = Object.entries(properties).map(
    ([name, schema]) =>
      `| \`${name}\` | ${typeOf(schema)} | ${required.includes(name) ? "yes" : "no"} | ${cell(String(schema["description"] ?? ""))} |`,
  );
  return [
    "# Settings",
    "",
    "Written by `scripts/settings.ts` from `server/src/world/settings.ts`; change it there.",
    "",
    "| setting | type | default | scope | |",
    "|---|---|---|---|---|",
    ...settings,
    "",
    "Settings of the scope `machine` are yours alone: a repository cannot set them.",
    "A value that cannot be used gives the default and one warning in the output.",
    "",
    "## `promscope.environments`",
    "",
    "| key | type | required | |",
    "|---|---|---|---|",
    ...fields,
    "",
    "Credentials never stand here. In VS Code they are in its secret storage, for the address that you signed in to",
    "(*Promscope: Sign In to Environment*); elsewhere in the file that `httpConfig` names, in Prometheus' own format",
    "(basic, bearer, OAuth 2.0 client credentials, headers, TLS, proxy; no SigV4). That file, and the files that it names,",
    "are read again when they change. A token of OAuth 2.0 is kept in memory only.",
    "",
    "Without a proxy in that file, VS Code's `http.proxy` counts, then `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`; what",
    "runs on this machine is reached without one.",
    "",
    "*Promscope: Connect* and `promscope connect ADDRESS` write these entries for you.",
    "",
    "## `promscope.yaml`",
    "",
    "A repository may carry a `promscope.yaml` with the keys `environments`, `checks` and `enableFeatures`, of the",
    "same form as above; files and globs in it are relative to its folder. The nearest one upward counts. What it wants of",
    "the rules stands under `policy`: [policy.md](policy.md).",
    "",
    "Two keys are about files that are not as they look, or not yours; globs are relative to the folder:",
    "",
    "```yaml",
    "kinds:",
    '  rules: ["alerts/**"] # rule files that a Prometheus loads, whatever they look like',
    '  tests: ["tests/**"] # tests for promtool test rules',
    '  none: ["examples/**"] # nothing of ours: nothing is told of them or known from them',
    'vendored: ["mixins/**"] # kept by others: only what a program refuses is told',
    "```",
    "",
    "Its checks and features count at once. An environment of it is used only in a trusted workspace and after you have",
    "accepted what it contacts, runs or reads (*Promscope: Review Environments of promscope.yaml*): once for each",
    "host, context and program, and again when that changes. Your own environment of the same name wins.",
    "",
  ].join("\n");
}

function typeOf(schema: JsonSchema): string {
  const { type, enum: values, items, additionalProperties } = schema;
  if (Array.isArray(values)) return values.map((value) => `\`${value}\``).join(", ");
  if (type === "array") {
    const inner = (items as JsonSchema | undefined)?.["type"];
    return inner === "object" ? "list of environments" : `list of ${inner}s`;
  }
  if (type === "object" && typeof additionalProperties === "object")
    return `mapping to ${typeOf(additionalProperties as JsonSchema)}`;
  return String(type);
}

/** Text that may stand in a cell of a table. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

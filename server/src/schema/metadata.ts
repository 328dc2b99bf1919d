import { utf8Length } from "../base/go-text.ts";
import { asMap, keyOf, resolved, valueAt } from "../yaml/access.ts";
import type { YamlMap, YamlNode } from "../yaml/node.ts";
import { isForeignKey } from "./layout.ts";

/** Something in the `metadata` of an object whose text the API server does not take. */
export interface MetadataProblem {
  readonly node: YamlNode;
  /** As the API server says it, without what it adds as examples. */
  readonly words: string;
}

const longestPart = 63;
const longestName = 253;
const part = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const subdomain = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const ends = "must start and end with an alphanumeric character";
const partWords = `must consist of alphanumeric characters, '-', '_' or '.', and ${ends}`;
const subdomainWords = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and ${ends}`;
/** Signs of something that fills in values before the object is applied: envsubst, Kustomize, ytt, Jinja, CMake, … */
const templated = /[$<{%]|\[\[|@\w+@|^\s*#@/;

/**
 * Names, label keys and values and annotation keys that the API server refuses (`ValidateObjectMeta` in
 * `apimachinery/pkg/api/validation`). What another program seems to fill in is passed over.
 */
export function* metadataProblems(root: YamlMap): Iterable<MetadataProblem> {
  const metadata = asMap(valueAt(root, "metadata"));
  if (metadata === undefined || metadata.pairs.some((pair) => isForeignKey(keyOf(pair) ?? ""))) return;
  const name = textAt(valueAt(metadata, "name"));
  const named = name === undefined ? undefined : nameWords(name.text);
  if (name !== undefined && named !== undefined)
    yield { node: name.node, words: `metadata.name: Invalid value: ${JSON.stringify(name.text)}: ${named}` };
  for (const field of ["labels", "annotations"] as const)
    for (const { key, value } of asMap(valueAt(metadata, field))?.pairs ?? []) {
      const given = textAt(key);
      const text = given === undefined || field === "labels" ? given?.text : given.text.toLowerCase();
      const words = text === undefined ? undefined : keyWords(text);
      const at = `metadata.${field}: Invalid value:`;
      if (words !== undefined) yield { node: key, words: `${at} ${JSON.stringify(given?.text)}: ${words}` };
      const said = field === "labels" ? textAt(value) : undefined;
      const why = said === undefined ? undefined : valueWords(said.text);
      if (said !== undefined && why !== undefined)
        yield { node: said.node, words: `${at} ${JSON.stringify(said.text)}: ${why}` };
    }
}

/** A text that stands there, and not what another program puts in its place. */
function textAt(node: YamlNode | undefined): { readonly node: YamlNode; readonly text: string } | undefined {
  const scalar = resolved(node);
  if (node === undefined || scalar?.kind !== "scalar" || scalar.type === "null") return undefined;
  return templated.test(scalar.value) ? undefined : { node, text: scalar.value };
}

function nameWords(name: string): string | undefined {
  if (name === "") return "name or generateName is required";
  if (utf8Length(name) > longestName) return `must be no more than ${longestName} characters`;
  return subdomain.test(name) ? undefined : subdomainWords;
}

function keyWords(key: string): string | undefined {
  const slash = key.indexOf("/");
  const name = slash < 0 ? key : key.slice(slash + 1);
  if (name.includes("/")) return `a valid label key ${partWords}`;
  if (slash === 0) return "prefix part must be non-empty";
  if (slash > 0 && !subdomain.test(key.slice(0, slash))) return `prefix part ${subdomainWords}`;
  if (name === "") return "name part must be non-empty";
  if (utf8Length(name) > longestPart) return `name part must be no more than ${longestPart} bytes`;
  return part.test(name) ? undefined : `name part ${partWords}`;
}

function valueWords(value: string): string | undefined {
  if (utf8Length(value) > longestPart) return `must be no more than ${longestPart} bytes`;
  return value === "" || part.test(value)
    ? undefined
    : `a valid label must be an empty string or ${partWords.slice(5)}`;
}

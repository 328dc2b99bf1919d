import { LineIndex } from "../base/text.ts";
import { asMap, asSeq, keyOf, textOf, valueAt } from "../yaml/access.ts";
import { hasActionNode, isChartOfSoundRules, isChartTemplate, isSurelyChartTemplate } from "../yaml/helm.ts";
import { withoutIgnored } from "../yaml/ignored.ts";
import type { YamlDocument, YamlMap, YamlStream } from "../yaml/node.ts";
import { identityMap } from "../yaml/offset-map.ts";
import { parseYaml } from "../yaml/parse.ts";
import { readChart } from "./chart.ts";
import type { DocumentPart, ForcedKind, PartModel, SourceDocument } from "./document.ts";
import { type Candidate, emptyMap, kinds } from "./kinds.ts";
import { nestedRules } from "./nested.ts";
import { isBareRules, isRule, isRuleFileName } from "./rule-shape.ts";
import { readRuleTests } from "./rule-tests.ts";
import { readGroupList, readRuleList } from "./rules.ts";

/** Larger files are not read: nobody writes them by hand. In UTF-16 units. */
export const maxLength = 12_000_000;
/** A file without any of these words is of no kind that we know. */
const anyOfOurs = /\b(?:kind|alert|record|expr|rules|groups|rule_files|tests)\b/;

/** What Chainsaw and KUTTL hold objects of a cluster against: parts of objects, with expressions for keys. */
const assertion = /(?:^|[/_-])assert(?:-[^/]*)?\.ya?ml$|(?:^|\/)\d+-errors\.ya?ml$/;

/** Whether a file is a `promscope.yaml`, whatever it says. */
function isProjectFile(path: string): boolean {
  return /(?:^|\/)promscope\.yaml$/.test(path);
}

/** A file as the editor or the command line hands it over. */
export interface FileText {
  readonly uri: string;
  /** Relative to its workspace folder, with forward slashes. */
  readonly path: string;
  readonly version: number;
  readonly text: string;
  /** The editor's language, where it knows one. */
  readonly languageId?: string | undefined;
  /** What its project says that it is. */
  readonly forced?: ForcedKind | undefined;
}

/** Reads one version of a file. Never throws; a file that is not ours has no parts. */
export function readDocument(file: FileText): SourceDocument {
  const { uri, version, text, forced } = file;
  const base = { uri, path: file.path, version, text, lines: new LineIndex(text) };
  if (forced !== undefined) return { ...read(file, base), forced };
  return read(file, base);
}

/** What a file is called that is said to hold rules: its name tells it then. */
function named({ path, forced }: FileText): string {
  return forced === "rules" && !isRuleFileName(path) ? `${path}.rules` : path;
}

function read(
  file: FileText,
  base: Pick<SourceDocument, "uri" | "path" | "version" | "text" | "lines">,
): SourceDocument {
  const { text, forced } = file;
  const path = named(file);
  if (isProjectFile(file.path)) {
    const stream = parseYaml(text);
    return { ...base, stream, parts: stream.documents.map((yaml) => ({ model: projectModel, yaml })) };
  }
  if (forced === "none") return { ...base, stream: undefined, parts: [] };
  if (file.languageId === "promql" || path.endsWith(".promql"))
    return { ...base, stream: undefined, parts: [promqlPart(text)] };
  if (forced === "tests") {
    const stream = parseYaml(text);
    return { ...base, stream, parts: stream.documents.map(testsPart) };
  }
  const isOurs = (anyOfOurs.test(text) || isRuleFileName(path)) && !assertion.test(path);
  if (text.length > maxLength || !isOurs) return { ...base, stream: undefined, parts: [] };
  const whole = parseYaml(text);
  // What people take out with comments is often no YAML; what is, is read, and only its findings are left out.
  const own = isBroken(whole) ? withoutIgnored(text) : text;
  const stream = own === text ? whole : parseYaml(own);
  if (isChart(path, own, stream)) return { ...base, stream, parts: [], chart: readChart(text) };
  const masked = { ...file, path, text: own };
  return { ...base, stream, parts: stream.documents.flatMap((document) => partsOf(document, masked)) };
}

function isChart(path: string, text: string, stream: YamlStream): boolean {
  const looksSo = isRuleFileName(path)
    ? isSurelyChartTemplate(path, text)
    : isChartTemplate(path, text, stream);
  return looksSo && (!isSoundRuleFile(stream) || isChartOfSoundRules(path, text));
}

/** Whether a file is YAML throughout and begins as Prometheus' rules do: nothing but groups, of which one has rules. */
function isSoundRuleFile(stream: YamlStream): boolean {
  const root = asMap(stream.documents[0]?.root);
  if (root === undefined || isBroken(stream)) return false;
  if (!root.pairs.every((pair) => keyOf(pair) === "groups") || hasActionNode(root)) return false;
  const groups = asSeq(valueAt(root, "groups"))?.items ?? [];
  return groups.some((group) => asSeq(valueAt(asMap(group), "rules")) !== undefined);
}

function isBroken({ documents }: YamlStream): boolean {
  return documents.some(({ problems }) => problems.some(({ fatal }) => fatal));
}

const projectModel: PartModel = { kind: "promscope.yaml" };

function promqlPart(text: string): DocumentPart {
  const map = identityMap(0, text.length);
  return {
    model: { kind: "promql", expression: { language: "promql", text, map, scalar: undefined } },
    yaml: undefined,
  };
}

/** A document that is said to hold tests of rules. */
function testsPart(yaml: YamlDocument): DocumentPart {
  return { model: { kind: "rule-tests", tests: readRuleTests(asMap(yaml.root) ?? emptyMap(yaml)) }, yaml };
}

/** What a document of a file is; nothing for one that is not ours. */
export function partsOf(document: YamlDocument, file: FileText): readonly DocumentPart[] {
  const root = asMap(document.root);
  if (isBareRules(document.root, file.path, file.text)) return [rulesWithoutRoot(document)];
  const parts: DocumentPart[] = [];
  for (const item of root === undefined ? [] : objectsOf(root)) {
    const part = partOf({ ...file, root: item }, document);
    if (part !== undefined) parts.push(part);
  }
  if (parts.length > 0) return parts;
  if (!document.problems.some(({ fatal }) => fatal)) return nestedRules(document, file.text);
  const guess = guessed(document, file);
  return guess === undefined ? [] : [guess];
}

/** A list of groups or rules: a rule file that has lost its first line, or was made for another program. */
function rulesWithoutRoot(yaml: YamlDocument): DocumentPart {
  const { root } = yaml;
  const none = emptyMap(yaml);
  // Among rules there may be mappings that only others merge.
  const items = asSeq(root)?.items.filter(isRule) ?? [];
  const isGroups = root === undefined || items.length === 0;
  const rules = isGroups ? readGroupList(root, none) : readRuleList(items, none);
  return { model: { kind: "rules", rules }, yaml, standing: "bare" };
}

function partOf(candidate: Candidate, yaml: YamlDocument): DocumentPart | undefined {
  const model = kinds.find((kind) => kind.recognises(candidate))?.read(candidate);
  return model === undefined ? undefined : { model, yaml };
}

/** The object itself, or the items of a `kind: List`. */
function objectsOf(root: YamlMap): readonly YamlMap[] {
  const kind = textOf(valueAt(root, "kind"));
  const items = asSeq(valueAt(root, "items"))?.items;
  if (kind?.endsWith("List") !== true || items === undefined) return [root];
  const objects: YamlMap[] = [];
  for (const item of items) {
    const object = asMap(item);
    if (object !== undefined) objects.push(object);
  }
  return objects;
}

/** What a document that could not be read looks like, so that what is wrong with it can be shown. */
function guessed(document: YamlDocument, file: FileText): DocumentPart | undefined {
  const text = file.text.slice(document.span.start, document.span.end);
  const kind = kinds.find((candidate) => candidate.looksLike(text, file.path));
  const model = kind?.read({ ...file, root: emptyMap(document) });
  return model === undefined ? undefined : { model, yaml: document };
}

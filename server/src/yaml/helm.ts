import { resolved, scalars } from "./access.ts";
import type { YamlNode, YamlStream } from "./node.ts";

/** What Helm alone fills in. */
const objects = String.raw`\.(?:Values|Release|Chart|Capabilities|Files|Template)\b`;
/** Functions of Helm's that Prometheus' alert templates do not know. */
const functions = "include|toYaml|fromYaml|nindent|tpl|lookup|dig|quote|squote|required|ternary";
/** Where an action calls one of the functions; as a word in a text it means nothing. */
const call = (names: string): string => String.raw`(?:^-?|[(|=]|\b(?:if|with|range))\s*(?:${names})\b`;
/** Words that only Helm's templates use, its comments and its ways to leave actions to Prometheus. */
const chartWords = new RegExp(
  `${objects}|${call(`${functions}|indent`)}|${String.raw`^-?\s*(?:\x60|"\{\{"|/\*)`}`,
);
/** Of these, those that no text of an alert holds by accident. */
const sureWords = new RegExp(`${objects}|${call(functions)}`);
/** Of these, those that Prometheus would not refuse in the text of an alert. */
const chartObjects = new RegExp(`${objects}|${String.raw`^-?\s*(?:\x60\{\{|"\{\{")`}`);
/** Jinja's statements. */
const jinjaStatement = /\{%-?\s*(?:raw|endraw|if|for|set|endif|endfor)\b/;
/** A line that is an action and nothing else, or begins with one. */
const actionLine = /^[ \t]*\{\{/m;
const templatesFolder = /(?:^|\/)templates\//;

const closingBrace = 125;
const lineFeed = 10;

/**
 * Whether an action has one of the words, on its first line; `closed`: it must end there. A single regexp for it would
 * take quadratic time.
 */
function hasAction(text: string, words: RegExp, closed = false): boolean {
  for (let at = text.indexOf("{{"); at >= 0; ) {
    const next = text.indexOf("{{", at + 2);
    // The escape `{{ "{{" }}` holds the next opening braces itself.
    const end = next < 0 ? text.length : Math.min(text.length, next + 3);
    let stop = at + 2;
    let code = text.charCodeAt(stop);
    while (stop < end && code !== closingBrace && code !== lineFeed) code = text.charCodeAt(++stop);
    const isClosed = stop < end && code === closingBrace;
    if ((!closed || isClosed) && words.test(text.slice(at + 2, stop))) return true;
    at = next;
  }
  return false;
}

/**
 * Whether a file is a chart template, not YAML: it lies in a chart's `templates` folder and has actions, it
 * uses words that only charts know, or its actions stand where YAML would want a node. Actions inside of
 * scalars, such as `{{ $labels.instance }}` in an annotation, are Prometheus' own.
 */
export function isChartTemplate(path: string, text: string, stream: YamlStream): boolean {
  if (!text.includes("{{") && !text.includes("{%")) return false;
  if (hasChartWords(path, text)) return true;
  const broken = stream.documents.some(({ problems }) => problems.some(({ fatal }) => fatal));
  if (broken && actionLine.test(text) && !insideScalarsOnly(stream, text)) return true;
  return stream.isPlain !== true && stream.documents.some(({ root }) => hasActionNode(root));
}

/** Whether the words alone tell; no word goes on in the next line, so a text may be asked line by line. */
export function hasChartWords(path: string, text: string): boolean {
  if (!text.includes("{{") && !text.includes("{%")) return false;
  return templatesFolder.test(path) || hasAction(text, chartWords) || text.includes("{%");
}

/** The same where the name of the file says something else: only its folder or a chart's own words tell. */
export function isSurelyChartTemplate(path: string, text: string): boolean {
  const hasActions = text.includes("{{") || text.includes("{%");
  if (!hasActions) return false;
  return templatesFolder.test(path) || hasAction(text, sureWords, true) || jinjaStatement.test(text);
}

/**
 * The same where all of it is sound as rules: the name of a function is not enough, for Prometheus refuses the
 * functions of Helm in the text of an alert.
 */
export function isChartOfSoundRules(path: string, text: string): boolean {
  return templatesFolder.test(path) || hasAction(text, chartObjects) || jinjaStatement.test(text);
}

/** Whether every action that begins a line lies inside a scalar of what could be read. */
function insideScalarsOnly(stream: YamlStream, text: string): boolean {
  const spans = stream.documents.flatMap(({ root }) => [...scalars(root)].map(({ span }) => span));
  let at = 0;
  for (const found of text.matchAll(/^[ \t]*\{\{/gm)) {
    const offset = found.index + found[0].length;
    while (at < spans.length && (spans[at]?.end ?? 0) <= offset) at++;
    const span = spans[at];
    if (span === undefined || span.start > offset) return false;
  }
  return true;
}

/** Whether `{{ action }}` was read as a flow mapping in a flow mapping, and is no forgotten pair of quotes. */
export function hasActionNode(root: YamlNode | undefined): boolean {
  const stack: YamlNode[] = root === undefined ? [] : [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.kind === "seq") for (const item of node.items) if (item.kind !== "scalar") stack.push(item);
    if (node.kind !== "map") continue;
    for (const { key, value } of node.pairs) {
      if (node.flow && key.kind === "map" && key.flow && !isAlertVariable(key)) return true;
      if (key.kind !== "scalar") stack.push(key);
      if (value.kind !== "scalar") stack.push(value);
    }
  }
  return false;
}

function isAlertVariable(node: YamlNode): boolean {
  for (const scalar of scalars(resolved(node)))
    return /^\$(?:labels|value|externalLabels|externalURL)\b/.test(scalar.value);
  return false;
}

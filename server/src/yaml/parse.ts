import { type GoDocument, goDocuments } from "./go/compose.ts";
import type { GoYamlError } from "./go/reader.ts";
import type { YamlDocument, YamlProblem, YamlStream } from "./node.ts";
import { problemOf } from "./problems.ts";
import { recover, withShortTraces } from "./recover.ts";
import { parseSubset } from "./subset/parse.ts";

/** Deeper nodes are left out: checks recurse, and nothing a person writes is so deep. */
const maxDepth = 400;
/** How many broken documents of a file are read; each is a pass over what is before it. */
const maxBroken = 20;

/**
 * Reads a file as YAML. Never throws: what is wrong stands in the documents' `problems`, of which each
 * document has the first only, for a parser that has lost its way only guesses from there on.
 */
export function parseYaml(text: string): YamlStream {
  const conflict = conflictMarker(text);
  if (conflict !== undefined) return { text, documents: [conflict] };
  return parseSubset(text) ?? parseFully(text);
}

/** The same without the short cut for files of the plain subset. */
export function parseFully(text: string): YamlStream {
  return { text, documents: withShortTraces(() => documentsOf(text)) };
}

/** go-yaml's documents; what it refuses is read as far as it goes, and the documents behind it on their own. */
function documentsOf(text: string): readonly YamlDocument[] {
  const documents: YamlDocument[] = [];
  let from = 0;
  for (let broken = 0; from < text.length && broken < maxBroken; broken++) {
    const part = from === 0 ? text : text.slice(0, from).replace(/[^\r\n]/g, " ") + text.slice(from);
    const found = [...goDocuments(part, maxDepth)];
    const last = found.at(-1);
    const isBroken = last?.error !== undefined && last.root === undefined;
    const end = isBroken
      ? nextDocument(text, Math.max(last.span.start, last.error?.at.offset ?? 0))
      : text.length;
    for (const [index, document] of found.entries()) {
      const start = document.span.start;
      const span = { start, end: found[index + 1]?.span.start ?? end };
      const before = documents.at(-1);
      if (document.isUnbegun && before !== undefined && from === 0) {
        documents[documents.length - 1] = {
          ...before,
          span: { ...before.span, end },
          problems: ignoring(text, before, document),
        };
      } else documents.push(toDocument(text, document, span));
    }
    if (!isBroken) break;
    from = end;
  }
  if (documents.length > 0) return documents;
  return [{ root: undefined, span: { start: 0, end: text.length }, problems: [] }];
}

function toDocument(text: string, document: GoDocument, span: YamlDocument["span"]): YamlDocument {
  const { root, error, tooDeep } = document;
  if (error !== undefined) {
    const recovered =
      root === undefined
        ? recover(text, span, document, maxDepth)
        : { root, error: undefined, quote: undefined };
    return { root: recovered.root, span, problems: [problemOf(text, error, recovered)] };
  }
  if (tooDeep === undefined) return { root, span, problems: [] };
  const message = `Nested deeper than ${maxDepth} levels: not read.`;
  return { root, span, problems: [{ message, span: tooDeep, fatal: false }] };
}

/** Who reads but one document never learns of what stands behind its end. */
function ignoring(text: string, document: YamlDocument, { error }: GoDocument): readonly YamlProblem[] {
  if (error === undefined || document.problems.length > 0) return document.problems;
  const { span } = problemOf(text, error, { root: undefined, error: undefined, quote: undefined });
  const message = `What follows is ignored: ${reasonOf(error)}.`;
  return [{ message, span, fatal: false }];
}

function reasonOf({ problem }: GoYamlError): string {
  return problem === "did not find expected <document start>"
    ? "this line is indented less than the first one of the document"
    : `the document ends before this line, and then ${problem}`;
}

/** Where the next document begins that starts with `---`. */
function nextDocument(text: string, offset: number): number {
  const marker = /^---(?=\s|$)/gm;
  marker.lastIndex = offset + 1;
  return marker.exec(text)?.index ?? text.length;
}

/** Why go-yaml refuses the first document of a file, of which it has read no more then. */
function refusalOf(text: string): GoYamlError | undefined {
  for (const { root, error } of goDocuments(text, maxDepth)) return root === undefined ? error : undefined;
  return undefined;
}

/** A file in which go-yaml stumbles over git's conflict markers: one problem, in its words, instead of a flood. */
function conflictMarker(text: string): YamlDocument | undefined {
  if (!text.includes("<<<<<<<")) return undefined;
  const found = /^<<<<<<< .*$/m.exec(text);
  if (found === null || !/^=======\r?$/m.test(text.slice(found.index))) return undefined;
  const refusal = withShortTraces(() => refusalOf(text));
  if (refusal === undefined || refusal.at.offset < found.index) return undefined;
  const span = { start: found.index, end: found.index + found[0].trimEnd().length };
  const message = `${refusal.words}: the file has git conflict markers, resolve them first.`;
  return {
    root: undefined,
    span: { start: 0, end: text.length },
    problems: [{ message, span, fatal: true }],
  };
}

import { type CST, type Document, Composer as LibraryComposer, Parser } from "yaml";
import type { Span } from "../base/text.ts";
import { columnOf, lineIndent } from "./columns.ts";
import { Composer } from "./compose.ts";
import { refusedTabs, refusedTokens } from "./go-differences.ts";
import { firstUnclosed, type Masked, maskQuoted, maskReturns } from "./mask.ts";
import type { YamlDocument, YamlNode, YamlProblem, YamlStream } from "./node.ts";
import { isMissingQuote, problemOf } from "./problems.ts";
import { parseSubset } from "./subset/parse.ts";

/** Deeper documents are not composed: the library recurses, and nothing a person writes is so deep. */
const maxDepth = 400;

/** How often a file with unclosed quotes is read again; each time all that can be closed are. */
const maxRepairs = 3;

/**
 * Reads a file as YAML. Never throws: what is wrong stands in the documents' `problems`, of which each
 * document has the first only, for a parser that has lost its way only guesses from there on.
 */
export function parseYaml(text: string): YamlStream {
  const conflict = conflictMarker(text);
  if (conflict !== undefined) return { text, documents: [conflict] };
  return parseSubset(text) ?? parseWithLibrary(text);
}

/** The same without the short cut for files of the plain subset. */
export function parseWithLibrary(text: string): YamlStream {
  return { text, documents: withShortTraces(() => documentsOf(text)) };
}

function documentsOf(text: string): readonly YamlDocument[] {
  const start: Masked = { text: maskReturns(text), scalars: new Set() };
  const first = parseMasked(start);
  let parsed = first;
  if (parsed.documents.some(isUnclosed)) {
    // go-yaml lets quoted scalars go on at any indentation; the library wants them indented. Where hiding
    // their line breaks makes the file whole, it is whole; otherwise the first verdict stands.
    let masked: Masked | undefined = start;
    for (let attempt = 0; attempt < maxRepairs && parsed.documents.some(isUnclosed); attempt++) {
      masked = maskQuoted(masked, parsed.tokens);
      if (masked === undefined) break;
      parsed = parseMasked(masked);
    }
    if (parsed.documents.some((document) => document.errors.length > 0)) parsed = first;
  }
  const documents = parsed.documents.map((document, index) => toDocument(text, document, parsed, index));
  for (const problem of refusedTokens(text, parsed.tokens)) attach(documents, problem);
  for (const problem of refusedTabs(
    text,
    documents.map(({ root }) => root),
  ))
    attach(documents, problem);
  return documents.map(({ root, span, problems }) => ({ root, span, problems: firstOf(problems) }));
}

interface Parsed {
  readonly masked: Masked;
  readonly tokens: readonly CST.Token[];
  readonly documents: readonly Document.Parsed[];
  /** Where a document goes deeper than we follow. */
  readonly tooDeep: Span | undefined;
}

function parseMasked(masked: Masked): Parsed {
  // The failsafe schema leaves every scalar a string: types are go-yaml's (scalar-type.ts), not YAML 1.2's.
  const composer = new LibraryComposer({ schema: "failsafe", uniqueKeys: false });
  const tokens: CST.Token[] = [];
  const documents: Document.Parsed[] = [];
  let tooDeep: Span | undefined;
  for (const token of new Parser().parse(masked.text)) {
    tokens.push(token);
    if (token.type === "document" && exceedsDepth(token)) {
      tooDeep ??= { start: token.offset, end: token.offset + 1 };
      continue;
    }
    for (const document of composer.next(token)) documents.push(document);
  }
  const force = documents.length === 0;
  for (const document of composer.end(force, masked.text.length)) documents.push(document);
  return { masked, tokens, documents, tooDeep };
}

function isUnclosed({ errors }: Document.Parsed): boolean {
  return errors.some(isMissingQuote);
}

interface OpenDocument extends Omit<YamlDocument, "problems"> {
  readonly problems: YamlProblem[];
}

function toDocument(text: string, document: Document.Parsed, parsed: Parsed, index: number): OpenDocument {
  const composer = new Composer(text, parsed.masked.scalars);
  const root = composer.root(document);
  const quote = isUnclosed(document) ? firstUnclosed(parsed.tokens) : undefined;
  const scene = { text, root, quote };
  const problems: YamlProblem[] = [];
  const error = document.errors.reduce<Document.Parsed["errors"][number] | undefined>(
    (least, next) => (least === undefined || next.pos[0] < least.pos[0] ? next : least),
    undefined,
  );
  if (error !== undefined) {
    const ignored = isMissingQuote(error) ? undefined : ignoredRest(text, root, error.pos[0]);
    problems.push(ignored ?? problemOf(error, scene));
  }
  problems.push(...composer.problems);
  if (index === 0 && parsed.tooDeep !== undefined) {
    const message = `Nested deeper than ${maxDepth} levels: not read.`;
    problems.push({ message, span: parsed.tooDeep, fatal: false });
  }
  // Where the library loses its way it ends the document early; what it could not read belongs to it all the same.
  const end = parsed.documents[index + 1]?.range[0] ?? text.length;
  return { root, span: { start: document.range[0], end }, problems };
}

/**
 * An error behind a root that is indented itself, on a line indented less: go-yaml takes the document for
 * ended there, and who reads but one document never learns of the rest.
 */
function ignoredRest(text: string, root: YamlNode | undefined, at: number): YamlProblem | undefined {
  if (root === undefined || root.kind === "scalar" || root.kind === "alias" || root.flow) return undefined;
  if (at <= root.span.start || at >= text.length || lineIndent(text, at) >= columnOf(text, root.span.start))
    return undefined;
  const start = at - columnOf(text, at) + lineIndent(text, at);
  const message = "What follows is ignored: this line is indented less than the first one of the document.";
  return { message, span: { start, end: Math.max(at + 1, start + 1) }, fatal: false };
}

/** Hands a problem to the document it lies in; what stands between documents belongs to the one behind it. */
function attach(documents: readonly OpenDocument[], problem: YamlProblem): void {
  const home = documents.find(({ span }) => problem.span.start < span.end) ?? documents.at(-1);
  home?.problems.push(problem);
}

function firstOf(problems: readonly YamlProblem[]): readonly YamlProblem[] {
  const [first, ...others] = problems;
  if (first === undefined) return [];
  return [others.reduce((least, problem) => (isBefore(problem, least) ? problem : least), first)];
}

function isBefore(a: YamlProblem, b: YamlProblem): boolean {
  return a.fatal === b.fatal ? a.span.start < b.span.start : a.fatal;
}

function exceedsDepth(document: CST.Document): boolean {
  let level: CST.Token[] = document.value === undefined ? [] : [document.value];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > maxDepth) return true;
    const next: CST.Token[] = [];
    for (const token of level) {
      if (token.type !== "block-map" && token.type !== "block-seq" && token.type !== "flow-collection")
        continue;
      for (const { key, value } of token.items) {
        if (key !== undefined && key !== null) next.push(key);
        if (value !== undefined) next.push(value);
      }
    }
    level = next;
  }
  return false;
}

/** A file with git's conflict markers is no YAML: one problem instead of a flood. */
function conflictMarker(text: string): YamlDocument | undefined {
  if (!text.includes("<<<<<<<")) return undefined;
  const found = /^<<<<<<< .*$/m.exec(text);
  if (found === null || !/^=======\r?$/m.test(text.slice(found.index))) return undefined;
  const span = { start: found.index, end: found.index + found[0].trimEnd().length };
  const message = "could not find expected ':': the file has git conflict markers, resolve them first.";
  return {
    root: undefined,
    span: { start: 0, end: text.length },
    problems: [{ message, span, fatal: true }],
  };
}

/** Broken files make the library create thousands of errors; their stack traces would cost most of the time. */
function withShortTraces<T>(run: () => T): T {
  const errors = Error as { stackTraceLimit?: number };
  const limit = errors.stackTraceLimit;
  errors.stackTraceLimit = 0;
  try {
    return run();
  } finally {
    if (limit === undefined) delete errors.stackTraceLimit;
    else errors.stackTraceLimit = limit;
  }
}

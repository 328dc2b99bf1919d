import { type CST, type Document, Composer as LibraryComposer, Parser, type YAMLParseError } from "yaml";
import { Composer } from "./compose.ts";
import { firstUnclosed, type Masked, maskQuoted, maskReturns } from "./mask.ts";
import type { YamlNode } from "./node.ts";
import { isMissingQuote } from "./problems.ts";

/** How often a file with unclosed quotes is read again; each time all that can be closed are. */
const maxRepairs = 3;

/** What can be told of a document that go-yaml refuses. */
export interface Recovered {
  /** The part of the tree that could be read. */
  readonly root: YamlNode | undefined;
  /** What the library, which reads YAML 1.2, has to say first. */
  readonly error: YAMLParseError | undefined;
  /** Where the first quoted scalar starts that has no end. */
  readonly quote: number | undefined;
}

/**
 * Reads what it can of a broken document, so that the rest of it can be worked with. The library goes on
 * after errors, where go-yaml ends. Only the text from `start` to `end` is read.
 */
export function recover(text: string, start: number, end: number, maxDepth: number): Recovered {
  const before = text.slice(0, start).replace(/[^\r\n]/g, " ");
  return withShortTraces(() => recoverText(text, before + text.slice(start, end), maxDepth));
}

function recoverText(text: string, part: string, maxDepth: number): Recovered {
  const whole: Masked = { text: maskReturns(part), scalars: new Set() };
  const first = parseMasked(whole, maxDepth);
  let parsed = first;
  // go-yaml lets quoted scalars go on at any indentation; the library wants them indented. Where hiding
  // their line breaks closes them all, the tree is better for it.
  let masked: Masked | undefined = whole;
  for (let attempt = 0; attempt < maxRepairs && parsed.documents.some(isUnclosed); attempt++) {
    masked = maskQuoted(masked, parsed.tokens);
    if (masked === undefined) break;
    parsed = parseMasked(masked, maxDepth);
  }
  if (parsed.documents.some(isUnclosed)) parsed = first;
  const document = parsed.documents.find(({ contents }) => contents !== null) ?? parsed.documents[0];
  const root = document === undefined ? undefined : new Composer(text, parsed.masked.scalars).root(document);
  const errors = parsed.documents.flatMap((one) => one.errors);
  const error = errors.reduce<YAMLParseError | undefined>(
    (least, next) => (least === undefined || next.pos[0] < least.pos[0] ? next : least),
    undefined,
  );
  return { root, error, quote: errors.some(isMissingQuote) ? firstUnclosed(parsed.tokens) : undefined };
}

interface Parsed {
  readonly masked: Masked;
  readonly tokens: readonly CST.Token[];
  readonly documents: readonly Document.Parsed[];
}

function parseMasked(masked: Masked, maxDepth: number): Parsed {
  // The failsafe schema leaves every scalar a string: types are go-yaml's (scalar-type.ts), not YAML 1.2's.
  const composer = new LibraryComposer({ schema: "failsafe", uniqueKeys: false });
  const tokens: CST.Token[] = [];
  const documents: Document.Parsed[] = [];
  for (const token of new Parser().parse(masked.text)) {
    tokens.push(token);
    // The library recurses, and nothing a person writes is so deep.
    if (token.type === "document" && exceedsDepth(token, maxDepth)) continue;
    for (const document of composer.next(token)) documents.push(document);
  }
  for (const document of composer.end(documents.length === 0, masked.text.length)) documents.push(document);
  return { masked, tokens, documents };
}

function isUnclosed({ errors }: Document.Parsed): boolean {
  return errors.some(isMissingQuote);
}

function exceedsDepth(document: CST.Document, maxDepth: number): boolean {
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

/** Broken files make the library create thousands of errors; their stack traces would cost most of the time. */
export function withShortTraces<T>(run: () => T): T {
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

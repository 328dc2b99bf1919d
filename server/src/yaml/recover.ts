import { type CST, type Document, Composer as LibraryComposer, Parser, type YAMLParseError } from "yaml";
import type { Span } from "../base/text.ts";
import { Composer } from "./compose.ts";
import type { GoDocument } from "./go/compose.ts";
import { firstUnclosed, type Masked, maskQuoted, maskReturns } from "./mask.ts";
import type { YamlNode } from "./node.ts";
import { isMissingQuote, type LibraryError } from "./problems.ts";
import { salvage, withItem } from "./salvage.ts";

/** How often a file with unclosed quotes is read again; each time all that can be closed are. */
const maxRepairs = 3;

/** Documents of more characters are read without the library but for their faulty parts. */
export const largeLength = 30_000;
/** How much of a large document the library reads behind the fault where all of it is its. */
const lengthBehindFault = 50_000;

/** What can be told of a document that go-yaml refuses. */
export interface Recovered {
  /** The part of the tree that could be read. */
  readonly root: YamlNode | undefined;
  /** What the library, which reads YAML 1.2, has to say first. */
  readonly error: LibraryError | undefined;
  /** Where the first quoted scalar starts that has no end. */
  readonly quote: number | undefined;
}

/**
 * Reads what it can of a broken document, so that the rest of it can be worked with. The library goes on
 * after errors, where go-yaml ends. Only the text of the span is read.
 */
export function recover(text: string, span: Span, fault: GoDocument, maxDepth: number): Recovered {
  const { start, end } = span;
  const before = text.slice(0, start).replace(/[^\r\n]/g, " ");
  const part = before + text.slice(start, end);
  return withShortTraces(() => {
    const isLarge = end - start > largeLength;
    const salvaged = isLarge ? recoverLarge(text, part, fault, maxDepth) : undefined;
    if (salvaged !== undefined) return salvaged;
    // The library takes seconds for what it cannot make sense of.
    const behind = part.indexOf("\n", (fault.error?.at.offset ?? 0) + lengthBehindFault);
    return recoverText(text, isLarge && behind >= 0 ? part.slice(0, behind) : part, 0, maxDepth);
  });
}

/** The library reads the faulty parts alone, and what it says first is told. */
export function recoverLarge(
  text: string,
  part: string,
  fault: GoDocument,
  maxDepth: number,
): Recovered | undefined {
  const salvaged = salvage(part, fault, maxDepth);
  if (salvaged === undefined) return undefined;
  let { root } = salvaged;
  let first: Recovered | undefined;
  for (const cut of salvaged.cuts) {
    const read = recoverText(text, part.slice(cut.start, cut.end), cut.start, maxDepth);
    if (cut.isItem) root = withItem(root, cut, read.root?.kind === "seq" ? read.root.items : []);
    first ??= read;
  }
  return { root, error: first?.error, quote: first?.quote };
}

/** Reads a part of the text that begins at `shift`. */
function recoverText(text: string, part: string, shift: number, maxDepth: number): Recovered {
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
  const root =
    document === undefined ? undefined : new Composer(text, parsed.masked.scalars, shift).root(document);
  const errors = parsed.documents.flatMap((one) => one.errors);
  const earliest = errors.reduce<YAMLParseError | undefined>(
    (least, next) => (least === undefined || next.pos[0] < least.pos[0] ? next : least),
    undefined,
  );
  const quote = errors.some(isMissingQuote) ? firstUnclosed(parsed.tokens) : undefined;
  return {
    root,
    error: earliest === undefined ? undefined : libraryError(earliest, shift),
    quote: quote === undefined ? undefined : quote + shift,
  };
}

function libraryError(error: YAMLParseError, shift: number): LibraryError {
  const { code, message, pos } = error;
  return { code, message, offset: pos[0] + shift };
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

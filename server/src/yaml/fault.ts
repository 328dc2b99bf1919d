import type { Span } from "../base/text.ts";
import { goDocuments } from "./go/compose.ts";
import { GoYamlError, type Mark } from "./go/reader.ts";
import type { YamlNode, YamlProblem } from "./node.ts";
import { problemOf } from "./problems.ts";
import { recoverLarge, withShortTraces } from "./recover.ts";

const maxDepth = 400;
/** go-yaml looks no further ahead of an error than a key may be long. */
const lookAhead = 4096;

/** What is wrong with a large file, told from the part of it around its fault. */
export interface Fault {
  /** Its span is in the part. */
  readonly problem: YamlProblem;
  /** What of the part can be read. */
  readonly root: YamlNode | undefined;
}

/**
 * What go-yaml says of a large document, of which the part holds what surrounds the only fault; nothing where its end
 * may have a say in it. `lineOf` tells the file's lines of those of the part.
 */
export function faultIn(part: string, isEnd: boolean, lineOf: (line: number) => number): Fault | undefined {
  return withShortTraces(() => {
    const [document, ...others] = goDocuments(part, maxDepth);
    const { error } = document ?? {};
    if (document === undefined || others.length > 0 || error === undefined || document.root !== undefined)
      return undefined;
    if (error.stage === "reader" || (!isEnd && error.at.offset > part.length - lookAhead)) return undefined;
    const span: Span = { start: document.span.start, end: part.length };
    const before = part.slice(0, span.start).replace(/[^\r\n]/g, " ");
    const recovered = recoverLarge(part, before + part.slice(span.start), document, maxDepth);
    if (recovered === undefined) return undefined;
    const there = (mark: Mark): Mark => ({ ...mark, line: lineOf(mark.line) });
    const { stage, problem, at, context } = error;
    const moved = new GoYamlError(
      stage,
      problem,
      there(at),
      context === undefined ? undefined : there(context),
    );
    return { problem: problemOf(part, moved, recovered), root: recovered.root };
  });
}

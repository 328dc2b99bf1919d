import { isDeepStrictEqual } from "node:util";
import { LineIndex } from "../../server/src/base/text.ts";
import type { Check } from "../../server/src/checks/check.ts";
import { runChecks } from "../../server/src/checks/run.ts";
import { SlicedChecks } from "../../server/src/checks/sliced/checks.ts";
import { OpenText } from "../../server/src/lsp/open-text.ts";
import type { SourceDocument } from "../../server/src/model/document.ts";
import { readDocument } from "../../server/src/model/read.ts";
import type { Snapshot } from "../../server/src/world/snapshot.ts";
import { declarationsOf, emptyWorkspace } from "../../server/src/world/workspace.ts";
import type { Random } from "../oracle/random.ts";
import { type Change, EditMaker } from "./slice-edits.ts";

/** How many versions of files were seen, and how they were kept and checked. */
export interface Seen {
  versions: number;
  /** Kept in slices. */
  sliced: number;
  /** Checked slice by slice. */
  local: number;
  /** Of these, with a rule that is no valid YAML. */
  faults: number;
  withFindings: number;
}

export const nothingSeen: Seen = { versions: 0, sliced: 0, local: 0, faults: 0, withFindings: 0 };

function snapshotOf(document: SourceDocument, features: readonly string[]): Snapshot {
  return { document, workspace: emptyWorkspace, environments: [], features, now: Date.UTC(2026, 0, 1) };
}

/**
 * Edits a file at random and looks after nearly every edit whether what is kept of it says the same as a reading of
 * the whole; throws where it does not.
 */
export function editAndCompare(
  random: Random,
  path: string,
  start: string,
  edits: number,
  registry: readonly Check[],
  seen: Seen,
): void {
  const uri = "file:///a.yaml";
  const open = new OpenText({ uri, path, version: 0, text: start, languageId: "yaml" });
  const checks = new SlicedChecks(registry);
  const maker = new EditMaker(random);
  let text = start;
  let features: readonly string[] = [];
  const done: Change[] = [];
  const same = (what: string, actual: unknown, expected: unknown): void => {
    if (isDeepStrictEqual(actual, expected)) return;
    const words = [actual, expected].map((value) => JSON.stringify(value, undefined, 1));
    throw new Error(
      `${what} of ${path} differ: ${words.join("\ninstead of ")}\nafter ${JSON.stringify(done.slice(-3))}\nin ${JSON.stringify(text)}`,
    );
  };
  for (let version = 0; version <= edits; version++) {
    if (version > 0) {
      const change = maker.next(text);
      done.push(change);
      const lines = new LineIndex(text);
      text = text.slice(0, change.start) + change.text + text.slice(change.end);
      const range = { start: lines.positionAt(change.start), end: lines.positionAt(change.end) };
      // A position between the two characters of a line end is none.
      const isExact =
        lines.offsetAt(range.start) === change.start && lines.offsetAt(range.end) === change.end;
      open.update(isExact ? [{ range, text: change.text }] : [{ text }], version);
    }
    if (random.chance(0.2) && version > 0) continue;
    seen.versions++;
    // Facts may change between two versions, and what was kept rests on them.
    if (random.chance(0.1)) features = random.chance(0.5) ? [] : ["promql-experimental-functions"];
    same("text", open.getText(), text);
    const { sliced } = open;
    if (sliced === undefined) continue;
    seen.sliced++;
    const lines = new LineIndex(text);
    same("number of lines", sliced.lines.lineCount, lines.lineCount);
    for (let probe = 0; probe < 3; probe++) {
      const offset = random.below(text.length + 1);
      const position = lines.positionAt(offset);
      same("position", sliced.lines.positionAt(offset), position);
      same("offset", sliced.lines.offsetAt(position), lines.offsetAt(position));
      same("part", sliced.lines.slice(offset, offset + 300), text.slice(offset, offset + 300));
    }
    const problems: string[] = [];
    const assembled = checks.run(sliced, snapshotOf(open.document, features), problems);
    if (assembled === undefined) continue;
    seen.local++;
    if (!sliced.isSound) seen.faults++;
    const fresh = readDocument({ uri, path, version, text, languageId: "yaml" });
    const expected = runChecks(snapshotOf(fresh, features), problems, registry);
    if (expected.length > 0) seen.withFindings++;
    same("findings", [...assembled.findings()], expected);
    same("problems", problems, []);
    if (sliced.isSound) same("declarations", declarationsOf(open.document), declarationsOf(fresh));
  }
}

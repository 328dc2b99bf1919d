import { expect, test } from "vitest";
import { LineIndex } from "../../server/src/base/text.ts";
import type { Finding } from "../../server/src/checks/check.ts";
import { allChecks } from "../../server/src/checks/registry.ts";
import { runChecks } from "../../server/src/checks/run.ts";
import { SlicedChecks } from "../../server/src/checks/sliced/checks.ts";
import { OpenText } from "../../server/src/lsp/open-text.ts";
import type { SourceDocument } from "../../server/src/model/document.ts";
import { readDocument } from "../../server/src/model/read.ts";
import type { Snapshot } from "../../server/src/world/snapshot.ts";
import { emptyWorkspace } from "../../server/src/world/workspace.ts";
import { Random } from "../oracle/random.ts";
import { corpusFiles } from "../shared.ts";
import { type Change, EditMaker, madeUpFile } from "./slice-edits.ts";

const seed = Number(process.env["SEED"] ?? 20_261_122);
const files = Number(process.env["SLICE_FILES"] ?? 250);
const editsPerFile = 60;

/** What there is to know of a file, apart from how it is kept. */
function findingsOf(document: SourceDocument): readonly Finding[] {
  return runChecks(snapshotOf(document));
}

function snapshotOf(document: SourceDocument): Snapshot {
  return { document, workspace: emptyWorkspace, environments: [], features: [] };
}

const small = corpusFiles(["rules", "PrometheusRule"]).filter(({ text }) => text.length < 20_000);

test(`an edited file has the findings of one that is read anew, seed ${seed}`, () => {
  const random = new Random(seed);
  const seen = { versions: 0, sliced: 0, local: 0, withFindings: 0 };
  for (let index = 0; index < files; index++) {
    const real = small.length > 0 && random.chance(0.6) ? random.pick(small) : undefined;
    const path = real?.path ?? random.pick(["a.rules.yml", "alerts/a.yaml", "x.yaml"]);
    const start = real?.text ?? madeUpFile(random);
    editAndCompare(random, path, start, seen);
  }
  console.log(JSON.stringify(seen));
  expect(seen.sliced).toBeGreaterThan(seen.versions / 4);
  expect(seen.local).toBeGreaterThan(seen.versions / 8);
  expect(seen.withFindings).toBeGreaterThan(seen.versions / 4);
});

type Seen = { versions: number; sliced: number; local: number; withFindings: number };

function editAndCompare(random: Random, path: string, start: string, seen: Seen): void {
  const uri = "file:///a.yaml";
  const open = new OpenText({ uri, path, version: 0, text: start, languageId: "yaml" });
  const checks = new SlicedChecks(allChecks);
  const maker = new EditMaker(random);
  let text = start;
  const done: Change[] = [];
  for (let version = 0; version <= editsPerFile; version++) {
    if (version > 0) {
      const change = maker.next(text);
      done.push(change);
      text = text.slice(0, change.start) + change.text + text.slice(change.end);
      const { lines } = open.document;
      const range = { start: lines.positionAt(change.start), end: lines.positionAt(change.end) };
      // A position between the two characters of a line end is none.
      const isExact =
        lines.offsetAt(range.start) === change.start && lines.offsetAt(range.end) === change.end;
      open.update(isExact ? [{ range, text: change.text }] : [{ text }], version);
    }
    if (random.chance(0.2) && version > 0) continue;
    const { document } = open;
    const lines = new LineIndex(text);
    seen.versions++;
    const report = () => `${path}\n${JSON.stringify(done.slice(-3))}\n${JSON.stringify(text)}`;
    if (document.sliced !== undefined) {
      seen.sliced++;
      const problems: string[] = [];
      const assembled = checks.run(document.sliced, snapshotOf(document), problems);
      if (assembled !== undefined) {
        seen.local++;
        const fresh = readDocument({ uri, path, version, text, languageId: "yaml" });
        const expected = findingsOf(fresh);
        if (expected.length > 0) seen.withFindings++;
        expect([...assembled.findings()], report()).toEqual(expected);
      }
      expect(problems).toEqual([]);
    }
    expect(document.text, report()).toBe(text);
    for (let probe = 0; probe < 3; probe++) {
      const offset = random.below(text.length + 1);
      expect(document.lines.positionAt(offset), report()).toEqual(lines.positionAt(offset));
    }
    expect(document.lines.lineCount, report()).toBe(lines.lineCount);
  }
}

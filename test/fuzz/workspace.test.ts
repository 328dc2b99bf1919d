import { expect, test } from "vitest";
import { applyEdits } from "../../server/src/base/text.ts";
import { documentSymbols } from "../../server/src/features/document-symbols.ts";
import {
  incomingCalls,
  outgoingCalls,
  prepareHierarchy,
} from "../../server/src/features/names/call-hierarchy.ts";
import { definitions, references } from "../../server/src/features/names/places.ts";
import { rename } from "../../server/src/features/names/rename.ts";
import { workspaceSymbols } from "../../server/src/features/names/workspace-symbols.ts";
import type { DocumentSymbol } from "../../server/src/features/types.ts";
import { OpenText } from "../../server/src/lsp/open-text.ts";
import type { SourceDocument } from "../../server/src/model/document.ts";
import { readDocument } from "../../server/src/model/read.ts";
import { NameIndex, nameIndexOf } from "../../server/src/world/names/index.ts";
import { NamesReader } from "../../server/src/world/names/read.ts";
import type { Snapshot } from "../../server/src/world/snapshot.ts";
import { emptyWorkspace } from "../../server/src/world/workspace.ts";
import { type MarkedFile, recordNames, WorkspaceGenerator } from "../oracle/generate-workspace.ts";
import type { Mark } from "../oracle/marked.ts";
import { Random } from "../oracle/random.ts";

const seed = Number(process.env["SEED"] ?? 20_261_123);
const rounds = Number(process.env["WORKSPACES"] ?? (process.env["SEED"] === undefined ? 25 : 120));

const paths = [
  "a.yaml",
  "b.yml",
  "deep/a.yaml",
  "object.yaml",
  "d.json",
  "q.promql",
  "alertmanager.yml",
  "test.yaml",
];

/** The truth: files as they were written, and an index that has followed what happened to them. */
class Room {
  readonly files = new Map<string, MarkedFile>();
  readonly index = new NameIndex();
  readonly #reader = new NamesReader();
  #version = 0;

  document(path: string): SourceDocument {
    const text = this.files.get(path)?.content.text ?? "";
    return readDocument({ uri: uriOf(path), path, version: 1, text });
  }

  write(file: MarkedFile): void {
    this.files.set(file.path, file);
    this.read(file.path, file.content.text);
  }

  /** The index reads a text that need not be the truth: a file that is broken for the moment. */
  read(path: string, text: string): void {
    const uri = uriOf(path);
    const open = new OpenText({ uri, path, version: ++this.#version, text, languageId: languageOf(path) });
    const names = this.#reader.read(open.document, this.index.file(uri));
    if (names === undefined) this.index.delete(uri);
    else this.index.set(names);
  }

  remove(path: string): void {
    this.files.delete(path);
    this.index.delete(uriOf(path));
  }

  snapshot(path: string, names: NameIndex = this.index): Snapshot {
    return {
      document: this.document(path),
      workspace: emptyWorkspace,
      environments: [],
      features: [],
      names,
    };
  }

  marks(fits: (mark: Mark, file: MarkedFile) => boolean): readonly string[] {
    return [...this.files.values()]
      .flatMap((file) =>
        file.content.marks.filter((mark) => fits(mark, file)).map((mark) => shown(file.path, mark)),
      )
      .sort();
  }
}

function uriOf(path: string): string {
  return `file:///w/${path}`;
}

function languageOf(path: string): string {
  return path.endsWith(".promql") ? "promql" : path.endsWith(".json") ? "json" : "yaml";
}

function shown(path: string, { start, end }: { readonly start: number; readonly end: number }): string {
  return `${path}:${start}-${end}`;
}

function placed(
  places: readonly {
    readonly path: string;
    readonly span: { readonly start: number; readonly end: number };
  }[],
): readonly string[] {
  return places.map(({ path, span }) => shown(path, span)).sort();
}

/** Something happens to the workspace: files come, go, move, break and are mended. */
function happen(room: Room, random: Random, generator: WorkspaceGenerator): void {
  const there = [...room.files.keys()];
  const path = random.pick(there.length === 0 ? paths : there);
  const known = room.files.get(path);
  switch (random.below(7)) {
    case 0:
      if (there.length > 1) room.remove(path);
      break;
    case 1: {
      // A file under another name, which may be that of one that is there.
      const to = random.pick(["a.yaml", "b.yml", "c.yaml", "deep/a.yaml"]);
      if (known === undefined || !/^(?:[a-c]|deep\/a)\.ya?ml$/.test(path) || to === path) break;
      room.remove(path);
      room.write({ ...known, path: to });
      break;
    }
    case 2: {
      if (known === undefined) break;
      const text = known.content.text;
      const at = random.below(text.length);
      room.read(
        path,
        `${text.slice(0, at)}${random.pick(["\t:", '"', "[{", "\n- x:\n", "*a "])}${text.slice(at)}`,
      );
      room.write(known);
      break;
    }
    default:
      room.write(generator.file(random.pick(paths)));
  }
}

function symbolsIn(symbols: readonly DocumentSymbol[]): readonly DocumentSymbol[] {
  return symbols.flatMap((symbol) => [symbol, ...symbolsIn(symbol.children ?? [])]);
}

/** All that is told of names, held against where they were written. */
function compareNames(room: Room): void {
  const snapshots = new Map([...room.files.keys()].map((path) => [path, room.snapshot(path)]));
  for (const { path, content } of room.files.values()) {
    const snapshot = snapshots.get(path);
    if (snapshot === undefined) continue;
    for (const { kind, name, start, end } of content.marks) {
      const isSame = (mark: Mark): boolean => mark.kind === kind && mark.name === name;
      const declared = room.marks((mark) => isSame(mark) && mark.isDeclaration);
      const used = room.marks((mark) => isSame(mark) && !mark.isDeclaration);
      const where = `${kind} ${name} at ${shown(path, { start, end })} of\n${content.text}`;
      for (const offset of [start, end - 1]) {
        expect(placed(definitions(snapshot, offset)), where).toEqual(declared);
        expect(placed(references(snapshot, offset, false)), where).toEqual(used);
      }
    }
  }
}

function compareRules(room: Room): void {
  const all = [...room.files.values()].flatMap((file) => file.rules.map((rule) => ({ ...rule, file })));
  const symbols = workspaceSymbols(room.index, "").filter(({ kind }) => kind !== "group");
  expect(symbols.map(({ name, kind, place }) => `${kind} ${name} ${place.path}`).sort()).toEqual(
    all.map(({ name, kind, file }) => `${kind} ${name} ${file.path}`).sort(),
  );
  for (const { file, ...rule } of all) {
    const snapshot = room.snapshot(file.path);
    const own = file.content.marks.filter(({ start }) => rule.start <= start && start < rule.end);
    const declared = own.find(({ isDeclaration }) => isDeclaration);
    const [item] = declared === undefined ? [] : prepareHierarchy(snapshot, declared.start);
    if (declared === undefined || item === undefined) throw new Error(`no rule at ${file.path}`);
    const readers = all.filter((other) =>
      other.file.content.marks.some(
        ({ start, kind, name, isDeclaration }) =>
          other.start <= start &&
          start < other.end &&
          !isDeclaration &&
          kind === declared.kind &&
          name === declared.name,
      ),
    );
    const incoming = incomingCalls(room.index, item).filter((call) => call.item.kind !== "file");
    expect(
      incoming.map((call) => `${call.item.kind} ${call.item.name} ${call.item.uri}`).sort(),
      file.content.text,
    ).toEqual(readers.map((other) => `${other.kind} ${other.name} ${uriOf(other.file.path)}`).sort());
    const feeding = all.filter((other) =>
      own.some(
        ({ kind, name, isDeclaration }) =>
          !isDeclaration && name === other.name && (kind === "alert") === (other.kind === "alert"),
      ),
    );
    expect(
      outgoingCalls(room.index, item)
        .map((call) => `${call.item.kind} ${call.item.name} ${call.item.uri}`)
        .sort(),
      file.content.text,
    ).toEqual(feeding.map((other) => `${other.kind} ${other.name} ${uriOf(other.file.path)}`).sort());
  }
  for (const file of room.files.values()) {
    if (file.rules.length === 0) continue;
    const outline = symbolsIn(documentSymbols(room.snapshot(file.path))).filter(
      ({ kind }) => kind === "alert" || kind === "record",
    );
    expect(outline.map(({ name }) => name)).toEqual(file.rules.map(({ name }) => name));
  }
}

/** A new name stands wherever the old one was and nowhere else, and everything is found again by it. */
function compareRename(room: Room, random: Random): boolean {
  const declared = [...room.files.values()].flatMap((file) =>
    file.content.marks.filter(({ isDeclaration }) => isDeclaration).map((mark) => ({ file, mark })),
  );
  if (declared.length === 0) return false;
  const { mark } = random.pick(declared);
  const { kind, name } = mark;
  const uses = [...room.files.values()].flatMap((file) =>
    file.content.marks.filter((one) => one.kind === kind && one.name === name).map((one) => ({ file, one })),
  );
  const { file, one } = random.pick(uses);
  const to =
    kind === "metric"
      ? random.pick(["new:name", "x", "sum", "by", "start", "offset", "a:x:sum:new", ":a", "_"])
      : random.pick(["New", "Very_new2"]);
  const snapshot = room.snapshot(file.path);
  for (const taken of recordNames)
    if (kind === "metric" && room.index.records(taken).length > 0)
      expect(rename(snapshot, one.start, taken), `${name} → ${taken}`).toHaveProperty("refused");
  for (const odd of ["a:", "nan", "Inf", "yes", "1a", "a-b:c", "", "a\n", "null"])
    if (kind === "metric") expect(rename(snapshot, one.start, odd), odd).toHaveProperty("refused");
  const edits = rename(snapshot, one.start, to);
  if ("refused" in edits) throw new Error(`${edits.refused} ${name} → ${to}`);
  const after = new Map<string, MarkedFile>();
  for (const [path, before] of room.files) {
    const own = edits.filter((edit) => edit.path === path);
    const expected = before.content.renamed(kind, name, to);
    expect(applyEdits(before.content.text, own), `${name} → ${to} in\n${before.content.text}`).toBe(
      expected.text,
    );
    after.set(path, { path, content: expected, rules: [] });
  }
  const names = nameIndexOf(
    [...after.values()].map(({ path, content }) =>
      readDocument({ uri: uriOf(path), path, version: 2, text: content.text }),
    ),
  );
  const found = [...after.values()].flatMap(({ path, content }) =>
    content.marks.filter((each) => each.kind === kind && each.name === to).map((each) => shown(path, each)),
  );
  const [first] = after.values();
  if (first === undefined) return false;
  const again = kind === "metric" ? names.records(to) : names.alerts(to);
  const [rule] = again;
  if (rule === undefined) throw new Error(`nothing is called ${to} now`);
  const document = readDocument({
    uri: rule.uri,
    path: rule.path,
    version: 2,
    text: after.get(rule.path)?.content.text ?? "",
  });
  const renamed = { document, workspace: emptyWorkspace, environments: [], features: [], names };
  expect(placed(references(renamed, rule.namePlace.span.start, true))).toEqual(found.sort());
  expect((kind === "metric" ? names.records(name) : names.alerts(name)).length).toBe(0);
  expect(names.users(kind, name).length + names.otherUses(kind, name).length).toBe(0);
  return true;
}

test(`names of random workspaces are found and changed where they were written, seed ${seed}`, {
  timeout: 600_000,
}, () => {
  console.log(`SEED=${seed} WORKSPACES=${rounds}`);
  const random = new Random(seed);
  const generator = new WorkspaceGenerator(random);
  let marks = 0;
  let renamed = 0;
  for (let round = 0; round < rounds; round++) {
    const room = new Room();
    for (const path of paths) if (random.chance(0.7)) room.write(generator.file(path));
    for (let step = 0; step < 12; step++) {
      happen(room, random, generator);
      if (step % 4 !== 3) continue;
      compareNames(room);
      compareRules(room);
      if (compareRename(room, random)) renamed++;
      marks += [...room.files.values()].reduce((sum, { content }) => sum + content.marks.length, 0);
    }
  }
  expect(marks).toBeGreaterThan(rounds * 60);
  expect(renamed).toBeGreaterThan(rounds);
});

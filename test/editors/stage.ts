import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { type FakePrometheus, fakePrometheus } from "../lsp/fake-prometheus.ts";
import { Terminal } from "./terminal.ts";
import { EditorWorkspace } from "./workspace.ts";

/** What the tests of an editor work with. */
export interface EditorStage {
  /** One for all tests of a file. */
  readonly backend: FakePrometheus;
  /** A new one for each test. */
  readonly place: EditorWorkspace;
  /** In that place; nothing runs in it until somebody starts it. */
  readonly terminal: Terminal;
}

/** Sets the stage for the tests of this file, and clears it behind them. */
export function editorStage(): EditorStage {
  let backend: FakePrometheus | undefined;
  let place: EditorWorkspace | undefined;
  let terminal: Terminal | undefined;
  beforeAll(async () => {
    backend = await fakePrometheus();
  });
  afterAll(() => backend?.close());
  beforeEach(() => {
    place = new EditorWorkspace();
    terminal = new Terminal(place.folder, place.env);
  });
  afterEach(async () => {
    await terminal?.stop();
    place?.dispose();
  });
  const there = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error("the stage is set when the first test begins");
    return value;
  };
  return {
    get backend() {
      return there(backend);
    },
    get place() {
      return there(place);
    },
    get terminal() {
      return there(terminal);
    },
  };
}

/** A rule whose expression is still being typed: a letter more, and `queue_depth` is offered. */
export const unfinishedRule = `groups:
- name: web
  rules:
  - alert: Full
    expr: queue_d`;

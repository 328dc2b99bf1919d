import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { serviceXAsMeant } from "../service-x.ts";
import { ensureHelix } from "./install.ts";
import { editorStage, unfinishedRule } from "./stage.ts";
import { snippet } from "./workspace.ts";

const hx = await ensureHelix();

const stage = editorStage();

describe("Helix", () => {
  test("as docs/editors.md says", async () => {
    const { backend, place, terminal } = stage;
    const languages = join(place.folder, "config", "helix", "languages.toml");
    mkdirSync(dirname(languages), { recursive: true });
    writeFileSync(languages, snippet("Helix", "toml", backend.url));
    writeFileSync(join(place.workspace, "rules", "new.yaml"), unfinishedRule);

    await terminal.start(place.workspace, [hx, "rules/priority-2/latency.yaml"]);
    await terminal.shows(/● 2 /);
    await terminal.press("Space", "d");
    await terminal.shows(/promql\.syntax +parse error: unclosed left parenthesis/);
    await terminal.press("Escape");

    await terminal.type(":open monitors/service-x.yaml");
    await terminal.press("Enter");
    await terminal.shows(/^● +3 +metadata:/m);
    await terminal.type(":goto 3");
    await terminal.press("Enter");
    await terminal.shows(/\(monitor\.lost-indent\)/);
    await terminal.press("Space", "a");
    // The fix itself stands first.
    await terminal.shows(/ 4 +Indent the children of `metadata`/);
    await terminal.press("Enter");
    await terminal.shows(/ 4 {4}annotations:/);
    await terminal.press("Space", "a");
    await terminal.shows(/ 4 +Fix all safe Promscope findings/);
    await terminal.press("Enter");
    await terminal.shows(/ 14 {4}endpoints:/);
    await terminal.type(":write");
    await terminal.press("Enter");
    await vi.waitFor(
      () => expect(parse(place.read("monitors", "service-x.yaml"))).toEqual(serviceXAsMeant),
      10_000,
    );

    await terminal.type(":open rules/new.yaml");
    await terminal.press("Enter");
    await terminal.shows(/expr: queue_d/);
    await terminal.type(":goto 5");
    await terminal.press("Enter");
    await terminal.press("A");
    await terminal.shows(/ INS /);
    await terminal.type("e");
    await terminal.shows(/ queue_depth +variable/);
    await terminal.press("Tab", "Enter");
    await terminal.shows(/expr: queue_depth$/m);
    await terminal.press("Escape");
    await terminal.shows(/ NOR /);
    await terminal.press("Space", "k");
    expect(await terminal.shows(/Jobs that wait\./)).toMatch(/Dev/);
  });
});

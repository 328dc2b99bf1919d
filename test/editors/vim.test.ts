import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { serviceXAsMeant } from "../service-x.ts";
import { ensureVim } from "./install.ts";
import { editorStage, unfinishedRule } from "./stage.ts";
import { snippet } from "./workspace.ts";

const stage = editorStage();
beforeAll(ensureVim);

async function command(line: string): Promise<void> {
  const { terminal } = stage;
  await terminal.type(`:${line}`);
  await terminal.press("Enter");
}

describe("Vim", () => {
  test("with ALE, as docs/editors.md says", async () => {
    const { backend, place, terminal } = stage;
    const ale = "set nocompatible\nfiletype plugin on\npackadd! ale\n";
    const vimrc = place.write("vimrc", ale + snippet("Vim", "vim", backend.url));
    writeFileSync(join(place.workspace, "rules", "new.yaml"), unfinishedRule);

    await terminal.start(place.workspace, ["vim", "-u", vimrc, "rules/priority-2/latency.yaml"]);
    await terminal.shows(/^>> .* parse error: unclosed left parenthesis$/m);

    await command("edit monitors/service-x.yaml");
    await terminal.shows(/^>>metadata:.* have lost their indentation/m);
    await command("3");
    await command("ALECodeAction");
    await terminal.shows(/^1\) Indent the children of `metadata`$/m);
    await terminal.type("1");
    await terminal.press("Enter");
    await terminal.shows(/^ {4}annotations:$/m);
    await command("ALECodeAction");
    const offered = await terminal.shows(/^\d\) Fix all safe Promscope findings$/m);
    await terminal.type(/^(\d)\) Fix all/m.exec(offered)?.[1] ?? "");
    await terminal.press("Enter");
    await terminal.shows(/^ {4}endpoints:$/m);
    await command("write");
    await vi.waitFor(
      () => expect(parse(place.read("monitors", "service-x.yaml"))).toEqual(serviceXAsMeant),
      10_000,
    );

    await command("edit rules/new.yaml");
    await terminal.shows(/expr: queue_d/);
    await command("5");
    await terminal.press("A");
    await terminal.shows(/-- INSERT --/);
    await terminal.type("e");
    await terminal.shows(/ queue_depth +v /);
    await terminal.press("C-n", "C-y", "Escape");
    await terminal.shows(/expr: queue_depth(?: >.*)?$/m);
    await command("ALEHover");
    expect(await terminal.shows(/Jobs that wait\./)).toMatch(/Dev/);
  });
});

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { serviceXAsMeant } from "../service-x.ts";
import { neovims } from "./install.ts";
import { editorStage } from "./stage.ts";
import { snippet } from "./workspace.ts";

interface Seen {
  readonly problem?: string;
  readonly encoding: string;
  readonly rules: readonly { line: number; code: string; source: string; message: string }[];
  readonly monitor: readonly unknown[];
  readonly mended: string;
  readonly completion: { readonly label: string };
  readonly hover: { readonly kind: string; readonly value: string };
  readonly query: string;
  readonly lens: string;
  readonly status?: string;
}

const driver = join(import.meta.dirname, "neovim-driver.lua");
const found = await neovims();

const stage = editorStage();

describe.each(found)("Neovim $version", ({ program, headings }) => {
  test.each(headings)("as docs/editors.md says: %s", async (heading) => {
    const { backend, place } = stage;
    const init = place.write(
      "init.lua",
      `${snippet(heading, "lua", backend.url)}\n${snippet("Queries from Neovim", "lua", backend.url)}`,
    );
    const args = ["--headless", "--clean", "-u", init, "-c", `luafile ${driver}`];
    const { seen, printed } = await place.run<Seen>(program, args);
    expect(seen.problem, printed).toBeUndefined();
    expect(seen.encoding).toBe("utf-16");
    expect(seen.rules).toContainEqual(
      expect.objectContaining({ line: 9, code: "promql.syntax", source: "promscope" }),
    );
    expect(parse(seen.mended)).toEqual(serviceXAsMeant);
    expect(parse(place.read("monitors", "service-x.yaml"))).toEqual(serviceXAsMeant);
    expect(seen.completion.label).toBe("queue_depth");
    expect(seen.hover.value).toMatch(/counter[\s\S]*Dev/);
    expect(seen.query).toContain('{job="web"} 42\n# 1 series from http://127.0.0.1:');
    expect(seen.lens).toBe(seen.query);
    expect(backend.asked.filter((path) => path.startsWith("/api/v1/query?")).join()).toContain("sum%28up%29");
    // Neovim logs what it does not understand, and what the server writes to standard error.
    for (const log of [join("state", "nvim", "lsp.log"), join("cache", "nvim", "lsp.log")]) {
      const path = join(place.folder, log);
      if (existsSync(path)) expect(readFileSync(path, "utf8")).not.toMatch(/\[ERROR\]/);
    }
  });
});

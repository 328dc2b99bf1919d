import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { serviceXAsMeant } from "../service-x.ts";
import { ensureEmacs } from "./install.ts";
import { editorStage } from "./stage.ts";
import { snippet } from "./workspace.ts";

interface Seen {
  readonly problem?: string;
  readonly rules: readonly string[];
  readonly monitor: readonly string[];
  readonly mended: string;
  readonly completion: string;
  readonly hover: string;
  readonly query: string;
}

const driver = join(import.meta.dirname, "emacs-driver.el");

const stage = editorStage();
beforeAll(ensureEmacs);

/** What only a batch run needs: nobody is there to be asked, and nothing is ever idle. */
const batch: Readonly<Record<string, string>> = {
  Eglot: `(setq promscope-test-client 'eglot eglot-sync-connect t eglot-confirm-server-initiated-edits nil)`,
  "lsp-mode": `(setq promscope-test-client 'lsp lsp-auto-guess-root t lsp-restart 'ignore lsp-enable-file-watchers nil
      lsp-diagnostics-provider :none lsp-enable-snippet nil lsp-warn-no-matched-clients nil)`,
};

describe("Emacs", () => {
  test.each(Object.keys(batch))("as docs/editors.md says: %s", async (heading) => {
    const { backend, place } = stage;
    const init = [
      ";;; -*- lexical-binding: t -*-",
      "(package-initialize)",
      "(require 'yaml-mode)",
      snippet(heading, "elisp", backend.url),
      snippet("Queries from Emacs", "elisp", backend.url),
      batch[heading],
    ].join("\n");
    const args = ["--batch", "-q", "-l", place.write("init.el", init), "-l", driver];
    const { seen, printed } = await place.run<Seen>("emacs", args);
    expect(seen.problem, printed).toBeUndefined();
    expect(seen.rules.join("\n")).toMatch(/unclosed left parenthesis/);
    expect(seen.monitor.join("\n")).toMatch(/lost their indentation/);
    expect(parse(seen.mended)).toEqual(serviceXAsMeant);
    expect(parse(place.read("monitors", "service-x.yaml"))).toEqual(serviceXAsMeant);
    expect(seen.completion).toBe("queue_depth");
    expect(seen.hover).toMatch(/counter[\s\S]*Dev/);
    expect(JSON.parse(seen.query)).toMatchObject({
      ok: true,
      answer: { series: [{ labels: { job: "web" } }] },
    });
  });
});

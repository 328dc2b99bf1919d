import { expect, test } from "vitest";
import { bothWays } from "../core/checks/wants.ts";
import { corpusFiles } from "../shared.ts";

const corpus = corpusFiles();

test.skipIf(corpus.length === 0)(
  "real rules are asked by all checks that can find something in them",
  () => {
    for (const { path, text } of corpus)
      for (const { told, all } of bothWays([{ path, text }])) expect(told, path).toBe(all);
  },
  300_000,
);

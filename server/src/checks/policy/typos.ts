import { nearest } from "../../base/nearest.ts";
import type { Span } from "../../base/text.ts";
import { analysed } from "../flow/analysis.ts";
import { scalarText, short } from "../monitor/words.ts";
import { type Asked, policyCheck, type Said } from "./asked.ts";

/** Names that are nearly well-known ones (promruval's search for typos). */
export const typo = policyCheck(
  "policy.typo",
  "The name of a label or annotation is nearly one that a policy calls well known.",
  function* (asked, { knownLabels, knownAnnotations }) {
    for (const { name, keySpan } of knownLabels.length === 0 ? [] : asked.labels)
      yield* misspelt("label", name, keySpan, knownLabels, scalarText);
    for (const { name, keySpan } of knownAnnotations.length === 0 ? [] : asked.annotations)
      yield* misspelt("annotation", name, keySpan, knownAnnotations, scalarText);
    if (knownLabels.length > 0) yield* inExpression(asked, knownLabels);
  },
);

function* inExpression({ context }: Asked, known: readonly string[]): Iterable<Said> {
  const found = analysed(context);
  for (const node of found?.nodes ?? [])
    if (found !== undefined && node.kind === "selector")
      for (const { name, nameSpan } of node.matchers)
        if (name !== "__name__")
          yield* misspelt("label", name, found.at(nameSpan), known, (word) =>
            /^[a-zA-Z_]\w*$/.test(word) ? word : undefined,
          );
}

function* misspelt(
  what: string,
  name: string,
  span: Span,
  known: readonly string[],
  written: (word: string) => string | undefined,
): Iterable<Said> {
  const meant = known.includes(name) ? undefined : nearest(name, known);
  if (meant === undefined) return;
  const newText = written(meant);
  yield {
    words: `The ${what} ${short(name)} is nearly ${short(meant)}: is that meant?`,
    span,
    fixes:
      newText === undefined
        ? undefined
        : [{ title: `Write ${short(meant)}`, safe: false, edits: [{ span, newText }] }],
  };
}

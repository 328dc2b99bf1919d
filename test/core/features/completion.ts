import { neverCancelled } from "../../../server/src/base/cancellation.ts";
import { applyEdits } from "../../../server/src/base/text.ts";
import type { Budget } from "../../../server/src/features/budget.ts";
import { complete } from "../../../server/src/features/completion.ts";
import type { CompletionItem, CompletionList } from "../../../server/src/features/types.ts";
import type { EnvironmentAccess } from "../../../server/src/world/environment.ts";
import { fakeEnvironment, type World } from "./fakes.ts";
import { marked } from "./files.ts";

/** What the environment of the tests has. */
export const world: World = {
  series: [
    { __name__: "up", job: "node", instance: "a:1" },
    { __name__: "up", job: "api", instance: "b:1" },
    { __name__: "http_requests_total", job: "api", code: "200", path: 'a "quoted" path' },
    { __name__: "http_requests_total", job: "api", code: "500", path: "key: value" },
    { __name__: "node_load1", job: "node", "k8s.pod": "x" },
    { __name__: "http_in_flight", job: "api" },
    { __name__: "k8s.pod.restarts", job: "kube" },
  ],
};

/** What completion gave. */
export interface Asked {
  readonly list: CompletionList | undefined;
  readonly labels: readonly string[];
  readonly asked: readonly string[];
  readonly text: string;
  find(label: string): CompletionItem;
  /** The file after the item was chosen, with `‸` where its first tab stop is. */
  choose(label: string): string;
}

/** Completes at the cursor of a file. */
export async function check(
  fixture: string,
  environments?: (asked: string[]) => readonly EnvironmentAccess[],
  budget?: Budget,
  path?: string,
): Promise<Asked> {
  const asked: string[] = [];
  const list = environments?.(asked) ?? [fakeEnvironment("Dev", world, asked)];
  const { snapshot, offset } = marked(fixture, list, path);
  const found = await complete(snapshot, offset, neverCancelled, budget);
  const { text } = snapshot.document;
  const find = (label: string): CompletionItem => {
    const item = found?.items.find((candidate) => candidate.label === label);
    if (item === undefined)
      throw new Error(`${label} is not among ${found?.items.map((i) => i.label).join(", ")}`);
    return item;
  };
  return {
    list: found,
    labels: found?.items.map(({ label }) => label) ?? [],
    asked,
    text,
    find,
    choose(label) {
      const { insertText = label, snippet, span } = find(label);
      const newText = snippet ? insertText.replace("$1", "‸").replace(/\\([$}\\])/g, "$1") : insertText;
      return applyEdits(text, [{ span, newText }]);
    },
  };
}

/** What is written as the expression. */
export const exprOf = (text: string): string => /expr: (.*)\n {8}for/s.exec(text)?.[1] ?? text;

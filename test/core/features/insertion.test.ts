import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { neverCancelled } from "../../../server/src/base/cancellation.ts";
import { applyEdits } from "../../../server/src/base/text.ts";
import { complete } from "../../../server/src/features/completion.ts";
import { embeddedTexts } from "../../../server/src/features/embedded.ts";
import { hover } from "../../../server/src/features/hover.ts";
import { signatureHelp } from "../../../server/src/features/signature-help.ts";
import { parseExpr } from "../../../server/src/promql/parse.ts";
import { selectors } from "../../../server/src/promql/walk.ts";
import { fakeEnvironment } from "./fakes.ts";
import { marked, ruleWith, snapshotOf } from "./files.ts";

/** How an expression with a cursor is written in each scalar style. */
const styles: Readonly<Record<string, (expr: string) => string>> = {
  plain: (expr) => expr,
  single: (expr) => `'${expr.replaceAll("'", "''")}'`,
  double: (expr) => `"${expr.replace(/[\\"]/g, "\\$&")}"`,
  literal: (expr) => `|\n          ${expr}`,
  folded: (expr) => `>-\n          ${expr}`,
};

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...`'"\`\\:# {}[],&*!|>%@-\t\n$é💩a`),
    fc.string({ minLength: 1, maxLength: 1 }),
  ),
  minLength: 1,
  maxLength: 12,
});
const run = { seed: 11, numRuns: 60 };

/** Chooses the item and reads the file again. */
async function chosen(
  fixture: string,
  label: string,
  series: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const { snapshot, offset } = marked(fixture, [fakeEnvironment("Dev", { series: [series] })]);
  const list = await complete(snapshot, offset, neverCancelled);
  const item = list?.items.find((candidate) => candidate.label === label);
  if (item === undefined) return undefined;
  const newText = (item.insertText ?? label).replace(item.snippet === true ? /\$1|\\(?=[$}\\])/g : /^$/, "");
  const text = applyEdits(snapshot.document.text, [{ span: item.span, newText }]);
  const after = snapshotOf(text);
  expect(after.document.stream?.documents.flatMap(({ problems }) => problems)).toEqual([]);
  return embeddedTexts(after)[0]?.text;
}

describe("what is chosen means what the list said", () => {
  for (const [style, write] of Object.entries(styles)) {
    test.each(['"', "'", "`"])(`a label value between %s in a ${style} scalar`, async (quote) => {
      let inserted = 0;
      await fc.assert(
        fc.asyncProperty(hostile, async (value) => {
          const fixture = ruleWith(write(`sum(up{job=${quote}‖${quote}})`));
          const text = await chosen(fixture, value, { __name__: "up", job: value });
          // Some values cannot be written: backticks within backticks, line breaks in them.
          if (text === undefined) return;
          inserted++;
          const { expr, errors } = parseExpr(text);
          expect(errors).toEqual([]);
          const [selector] = expr === undefined ? [] : selectors(expr);
          expect(selector?.matchers[0]?.value).toBe(value);
        }),
        run,
      );
      expect(inserted).toBeGreaterThan(quote === "`" ? 10 : 40);
    });

    test(`a metric of any name in a ${style} scalar`, async () => {
      let inserted = 0;
      await fc.assert(
        fc.asyncProperty(hostile, async (name) => {
          const text = await chosen(ruleWith(write("sum(‖)")), name, { __name__: name });
          if (text === undefined) return;
          inserted++;
          const { expr, errors } = parseExpr(text);
          expect(errors).toEqual([]);
          const [selector] = expr === undefined ? [] : selectors(expr);
          expect(selector?.name ?? selector?.matchers[0]?.value).toBe(name);
        }),
        run,
      );
      expect(inserted).toBeGreaterThan(40);
    });
  }
});

describe("any text at any cursor", () => {
  const fragments = fc.constantFrom(
    ..."sum rate foo by on group_left ( ) { } [ ] , = =~ != \" ' ` 5m 1 offset @ # \\ : - + / > \n bool $__x job 💩".split(
      " ",
    ),
  );
  const texts = fc
    .array(fragments, { maxLength: 25 })
    .chain((parts) => fc.constantFrom("", " ").map((glue) => parts.join(glue)));

  test("gives an answer that lies at the cursor", async () => {
    const environments = [fakeEnvironment("Dev", { series: [{ __name__: "foo", job: "a" }] })];
    await fc.assert(
      fc.asyncProperty(texts, fc.nat(), fc.boolean(), async (expr, at, inYaml) => {
        const text = inYaml ? ruleWith(expr) : expr;
        const offset = at % (text.length + 1);
        const snapshot = snapshotOf(text, environments, inYaml ? undefined : "a.promql");
        const list = await complete(snapshot, offset, neverCancelled);
        for (const { span } of list?.items ?? []) {
          expect(span.start).toBeLessThanOrEqual(offset);
          expect(span.end).toBeGreaterThanOrEqual(offset);
          expect(span.end).toBeLessThanOrEqual(text.length);
        }
        expect(list?.items.length ?? 0).toBeLessThanOrEqual(200);
        const shown = await hover(snapshot, offset, neverCancelled);
        if (shown !== undefined) expect(shown.span.start).toBeLessThanOrEqual(offset);
        signatureHelp(snapshot, offset);
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  test("of great depth", async () => {
    for (const open of ["(", "{", "[", "sum(", "sum by (", "-", "a{b=", "label_replace(", '"']) {
      const text = open.repeat(20_000);
      const list = await complete(snapshotOf(text, [], "a.promql"), text.length, neverCancelled);
      expect(list?.items.length ?? 0).toBeLessThanOrEqual(200);
    }
  });
});

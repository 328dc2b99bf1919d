import type { Span } from "../../base/text.ts";
import type { ParseError } from "../ast.ts";
import type { HistogramKey } from "./lexer.ts";

/** A label of a metric; the name of the metric is the label `__name__`, as in Prometheus. */
export interface SeriesLabel {
  readonly name: string;
  readonly value: string;
  /** Where it stands in the text. */
  readonly span: Span;
}

export type HistogramFields = Readonly<Partial<Record<HistogramKey, number | readonly number[] | string>>>;

/** What one item of the values gives: `times` samples, the first of them `base`. */
export type SeriesItem =
  | { readonly kind: "omitted" | "stale"; readonly times: number; readonly span: Span }
  | {
      readonly kind: "float";
      readonly base: number;
      readonly step: number | undefined;
      readonly times: number;
      readonly span: Span;
    }
  | {
      readonly kind: "histogram";
      readonly base: HistogramFields;
      /** What is added with each repetition; nothing where it stays as it is. */
      readonly step: { readonly fields: HistogramFields; readonly sign: 1 | -1 } | undefined;
      readonly times: number;
      readonly span: Span;
    };

export interface SeriesResult {
  readonly labels: readonly SeriesLabel[];
  readonly items: readonly SeriesItem[];
  /** The first error of Prometheus' parser; nothing exactly where it accepts the text. */
  readonly error: ParseError | undefined;
}

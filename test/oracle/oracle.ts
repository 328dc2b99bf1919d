import type { ParserOptions } from "../../server/src/promql/ast.ts";
import { ensureGoProgram, LineProgram } from "./go-program.ts";

/** One error of Prometheus' PromQL parser; byte offsets into the UTF-8 of the text. */
export interface OracleParseError {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

export interface ExprAnswer {
  /** Empty exactly where Prometheus accepts the expression; what follows is there only then. */
  readonly errors: readonly OracleParseError[];
  readonly type?: string;
  readonly string?: string;
  readonly pretty?: string;
  /** The tree as `program/dump.go` writes it. */
  readonly tree?: string;
}

/** A series description of a rule unit test, or a metric alone, as Prometheus reads it. */
export interface SeriesAnswer {
  readonly errors: readonly OracleParseError[];
  /** Empty where the text is refused. */
  readonly metric: string;
  /** The first 60 samples as Go prints them: `_` where there is none, `stale`, histograms in their own notation. */
  readonly values: readonly string[] | null;
  readonly count: number;
}

export interface RuleError {
  /** As promtool prints it behind the name of the file. */
  readonly message: string;
  readonly group?: string;
  readonly rule?: number;
  readonly ruleName?: string;
}

export interface RulesAnswer {
  readonly errors: readonly RuleError[];
  readonly groups: number;
}

export interface TemplateAnswer {
  /** Empty exactly where the template parses. */
  readonly error: string;
}

export interface ExpandAnswer {
  /** Empty exactly where the template can be executed. */
  readonly error: string;
  readonly text: string;
}

/** The alert for which a template is expanded; its external label is `cluster="eu"`. */
export interface OracleAlert {
  readonly labels: Readonly<Record<string, string>>;
  /** As Go reads it: `1.5`, `NaN`, `+Inf`. */
  readonly value: string;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** A hole, a float (`stale` ends a series), or a native histogram, whose shape chooses its schema and buckets. */
export type OracleSample =
  | number
  | null
  | "NaN"
  | "+Inf"
  | "-Inf"
  | "stale"
  | { readonly size: number; readonly shape: number };

/** A series with a sample every 15 seconds, the last of them at zero seconds. */
export interface OracleSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly OracleSample[];
  /** Whether its samples are native histograms. */
  readonly histogram?: boolean;
}

export interface EvalOptions extends ParserOptions {
  readonly delayedNameRemoval?: boolean;
}

/** When an expression is evaluated, in seconds: at zero if nothing is said, at several steps if there is a step. */
export interface EvalTime {
  readonly start: number;
  readonly end?: number;
  readonly step?: number;
}

export interface EvalAnswer {
  /** What the parser or the engine says instead of an answer. */
  readonly error?: string;
  /** One entry a series; a scalar is one without labels. */
  readonly labels: readonly Readonly<Record<string, string>>[] | null;
  /** As Go prints them; `histogram` for native ones. */
  readonly values: readonly string[] | null;
  /** What a query over a range answers at each step, instead of labels and values. */
  readonly steps?: readonly EvalAnswer[];
}

/** Prometheus' own parsers, in a process of their own. */
export interface Oracle {
  /** Parses PromQL; bytes are for text that is not UTF-8. */
  expr(text: string | Uint8Array, options?: ParserOptions): Promise<ExprAnswer>;
  /** Parses one selector, as `match[]` takes it; answers with errors alone. */
  selector(text: string, options?: ParserOptions): Promise<ExprAnswer>;
  /** Parses a series description as `promtool test rules` does. */
  seriesDescription(text: string): Promise<SeriesAnswer>;
  /** Parses the `labels` of an expected sample. */
  metric(text: string): Promise<SeriesAnswer>;
  /** Loads a rule file as Prometheus does (`model/rulefmt`). */
  rules(text: string | Uint8Array, options?: ParserOptions): Promise<RulesAnswer>;
  /** Parses a label or annotation of an alert as the loader of rule files does. */
  template(text: string, alert: string): Promise<TemplateAnswer>;
  /** Expands a label or annotation of an alert; queries give nothing. */
  expand(text: string, alert: OracleAlert): Promise<ExpandAnswer>;
  /** The series that `evaluate` sees from here on. */
  series(series: readonly OracleSeries[]): Promise<void>;
  /** Evaluates an expression with Prometheus' engine. */
  evaluate(text: string, options?: EvalOptions, at?: EvalTime): Promise<EvalAnswer>;
  close(): Promise<void>;
}

/** The path of the oracle, built where it is not there yet. */
export function ensureOracle(): Promise<string> {
  return ensureGoProgram("program", "oracle");
}

class Connection implements Oracle {
  readonly #program: LineProgram;

  constructor(path: string) {
    this.#program = new LineProgram(path);
  }

  async #ask(
    op: string,
    text: string | Uint8Array,
    options: EvalOptions,
    more?:
      | { readonly name?: string; readonly series?: readonly OracleSeries[]; readonly at?: EvalTime }
      | OracleAlert,
  ): Promise<unknown> {
    const body = typeof text === "string" ? { text } : { base64: Buffer.from(text).toString("base64") };
    const answer = (await this.#program.ask({ op, ...body, options, ...more })) as { oracleError?: string };
    if (answer.oracleError !== undefined) throw new Error(answer.oracleError);
    return answer;
  }

  async expr(text: string | Uint8Array, options: ParserOptions = {}): Promise<ExprAnswer> {
    return (await this.#ask("expr", text, options)) as ExprAnswer;
  }

  async selector(text: string, options: ParserOptions = {}): Promise<ExprAnswer> {
    return (await this.#ask("selector", text, options)) as ExprAnswer;
  }

  async seriesDescription(text: string): Promise<SeriesAnswer> {
    return (await this.#ask("seriesDescription", text, {})) as SeriesAnswer;
  }

  async metric(text: string): Promise<SeriesAnswer> {
    return (await this.#ask("metric", text, {})) as SeriesAnswer;
  }

  async rules(text: string | Uint8Array, options: ParserOptions = {}): Promise<RulesAnswer> {
    return (await this.#ask("rules", text, options)) as RulesAnswer;
  }

  async template(text: string, alert: string): Promise<TemplateAnswer> {
    return (await this.#ask("template", text, {}, { name: alert })) as TemplateAnswer;
  }

  async expand(text: string, alert: OracleAlert): Promise<ExpandAnswer> {
    return (await this.#ask("expand", text, {}, alert)) as ExpandAnswer;
  }

  async series(series: readonly OracleSeries[]): Promise<void> {
    await this.#ask("series", "", {}, { series });
  }

  async evaluate(text: string, options: EvalOptions = {}, at: EvalTime = { start: 0 }): Promise<EvalAnswer> {
    return (await this.#ask("eval", text, options, { at })) as EvalAnswer;
  }

  close(): Promise<void> {
    return this.#program.close();
  }
}

/** Starts the oracle. */
export async function startOracle(): Promise<Oracle> {
  return new Connection(await ensureOracle());
}

import { type Command, InvalidArgumentError, Option } from "commander";
import { neverCancelled } from "../base/cancellation.ts";
import { defaultCostLimits, questionBefore, refusalText } from "../world/cost.ts";
import type { ConnectLazily, Environment } from "../world/environment.ts";
import type { Queries } from "../world/ports.ts";
import type { QueryAnswer, QueryFailure, QueryRequest } from "../world/query.ts";
import { chosenEnvironments, projectOf } from "./environments.ts";
import { type CliIo, exitCodes, UsageError } from "./io.ts";
import { printAnswer, printable, type QueryFormat, queryFormats } from "./query-output.ts";
import { defaultStep, readStep, readTime } from "./query-times.ts";

interface QueryFlags {
  readonly env?: string;
  readonly backend?: string;
  readonly httpConfig?: string;
  readonly time?: string;
  readonly start?: string;
  readonly end?: string;
  readonly step?: string;
  readonly dedup: boolean;
  readonly strict: boolean;
  readonly yes: boolean;
  readonly deadline?: number;
  readonly format: QueryFormat;
}

/** Failures that lie in the query itself; all others mean that the backend could not be asked. */
const failedQuery: readonly QueryFailure["reason"][] = [
  "bad_data",
  "execution",
  "timeout",
  "limited",
  "cancelled",
];

/**
 * Runs one query and prints its answer; what is missing in it goes to standard error. Resolves to the exit code:
 * 0 for an answer, also an empty or partial one; 1 where the query failed, with `--strict` also where its answer
 * would be partial; 2 for a mistake in the arguments or a backend that cannot be reached or refuses us.
 */
async function runQuery(
  request: QueryRequest,
  format: QueryFormat,
  queries: Queries,
  io: CliIo,
): Promise<number> {
  const outcome = await queries.run(request, neverCancelled);
  if (!outcome.ok) {
    const { message, position, reason } = outcome.failure;
    io.warn(
      `promscope: ${printable(message)}\n${position === undefined ? "" : caret(request.expression, position)}`,
    );
    return failedQuery.includes(reason) ? exitCodes.findings : exitCodes.usage;
  }
  const { answer } = outcome;
  io.write(printAnswer(answer, format));
  if (format !== "json") io.warn(notes(answer));
  return exitCodes.clean;
}

/**
 * Whether the query may run: a protected environment and a heavy query are asked about at a terminal, and refused
 * where nobody can be asked.
 */
async function mayRun(
  request: QueryRequest,
  environment: Environment,
  queries: Queries,
  io: CliIo,
): Promise<boolean> {
  const cost = await queries.cost(request, neverCancelled);
  const asked = questionBefore(environment, cost, defaultCostLimits);
  if (asked === undefined) return true;
  if (io.confirm === undefined) {
    io.warn(`promscope: ${printable(refusalText(asked, "give --yes to run it"))}\n`);
    return false;
  }
  return await io.confirm(printable(asked.asking));
}

/** The line of the expression with a mark under the character at `position`. */
function caret(expression: string, position: number): string {
  const start = expression.lastIndexOf("\n", position - 1) + 1;
  const end = expression.indexOf("\n", position);
  const line = expression.slice(start, end < 0 ? undefined : end);
  return `  ${printable(line)}\n  ${" ".repeat(printable(line.slice(0, position - start)).length)}^\n`;
}

function notes({ series, warnings, infos, completeness, truncated, expression }: QueryAnswer): string {
  const lines = [
    ...(series.length === 0 ? [`no series for ${expression}`] : []),
    ...(truncated === undefined ? [] : [`cut to ${truncated.kept} of ${truncated.total} series`]),
    ...completeness.missing.map(({ store, reason }) => `partial: without ${store} (${reason})`),
    ...warnings.map((warning) => `warning: ${warning}`),
    ...infos.map((info) => `info: ${info}`),
  ];
  return lines.map((line) => `${printable(line)}\n`).join("");
}

/** The request that the options describe; throws `UsageError` for those that make none. */
function queryRequest(expression: string, flags: QueryFlags, now: number): QueryRequest {
  const { time, start, end, step } = flags;
  if (expression.trim() === "") throw new UsageError("The expression is empty; give PromQL in quotes.");
  const request: QueryRequest = {
    expression,
    deduplicate: flags.dedup,
    strict: flags.strict,
    deadlineMs: flags.deadline === undefined ? undefined : flags.deadline * 1000,
    keepSeries: Number.POSITIVE_INFINITY,
  };
  if (start === undefined) {
    if (end !== undefined || step !== undefined) throw new UsageError("--end and --step need --start.");
    return time === undefined ? request : { ...request, time: readTime(time, "--time", now) };
  }
  if (time !== undefined)
    throw new UsageError("--time is for one moment, --start for a range; give one of them.");
  const from = readTime(start, "--start", now);
  const to = end === undefined ? now : readTime(end, "--end", now);
  if (to < from) throw new UsageError("--end is before --start; exchange them.");
  const range = {
    start: from,
    end: to,
    step: step === undefined ? defaultStep(to - from) : readStep(step, "--step"),
  };
  return { ...request, range };
}

function seconds(value: string): number {
  const read = Number(value);
  if (!(read > 0) || read > 86_400) throw new InvalidArgumentError("Give a number of seconds.");
  return read;
}

/** Adds `promscope query` to the program; `exit` is told the exit code. */
export function registerQueryCommand(
  program: Command,
  connect: ConnectLazily,
  io: CliIo,
  exit: (code: number) => void,
): void {
  program
    .command("query")
    .description("Run a PromQL query against a Prometheus or a Thanos.")
    .argument("<expression>", "PromQL")
    .option("--backend <url>", "Prometheus-compatible API that is asked")
    .option("--env <name>", "environment of promscope.yaml that is asked")
    .option("--http-config <file>", "how to reach it, in Prometheus' http_config format")
    .option("--time <time>", "moment of an instant query (RFC 3339, unix seconds, -1h); default now")
    .option("--start <time>", "start of a range query")
    .option("--end <time>", "end of a range query; default now")
    .option("--step <duration>", "time between its points; default about 250 points")
    .option("--no-dedup", "Thanos: do not merge replicas")
    .option("--strict", "Thanos: fail rather than answer in part", false)
    .option("--yes", "run without asking, on a protected environment or where much would be read", false)
    .option("--deadline <seconds>", "how long to wait; default 10, for ranges 30", seconds)
    .addOption(
      new Option("--format <format>", "how the answer is printed").choices(queryFormats).default("table"),
    )
    .action(async (expression: string, flags: QueryFlags) => {
      const request = queryRequest(expression, flags, Date.now() / 1000);
      const [environment] = chosenEnvironments(flags, await projectOf(".", io), io);
      if (environment === undefined) throw new UsageError("Say what to ask: --backend URL or --env NAME.");
      const access = await connect(environment);
      try {
        if (access.queries === undefined)
          throw new UsageError(
            `The environment "${environment.name}" has no backend; set one in promscope.yaml.`,
          );
        if (!flags.yes && !(await mayRun(request, environment, access.queries, io)))
          return exit(exitCodes.usage);
        exit(await runQuery(request, flags.format, access.queries, io));
      } finally {
        access.dispose?.();
      }
    });
}

import { type Command, Option } from "commander";
import type { ConnectLazily } from "../world/environment.ts";
import { type CheckOptions, formats, runCheck } from "./check.ts";
import { chosenEnvironments, type EnvironmentFlags, projectOf } from "./environments.ts";
import { featureOption } from "./feature-option.ts";
import type { CliIo } from "./io.ts";
import { severityNames } from "./severity.ts";

const clock = { now: () => Date.now() };

interface CheckFlags extends EnvironmentFlags {
  readonly lint: CheckOptions["lint"];
  readonly format: CheckOptions["format"];
  readonly fix: boolean;
  readonly minSeverity: CheckOptions["minSeverity"];
  readonly failOn: CheckOptions["failOn"];
  readonly enableFeature: readonly string[];
  readonly stdinName: string;
  readonly history: boolean;
  readonly run: boolean;
  readonly countAlerts: boolean;
  readonly links: boolean;
}

/** Adds `promscope check`; `exit` is told its exit code. */
export function registerCheckCommand(
  program: Command,
  connect: ConnectLazily,
  version: string,
  io: CliIo,
  exit: (code: number) => void,
): void {
  program
    .command("check")
    .description("Check rule files, rule unit tests, PrometheusRules, ServiceMonitors and PodMonitors.")
    .argument("[paths...]", "files and folders; - for standard input", ["."])
    .addOption(new Option("--format <format>", "how findings are printed").choices(formats).default("text"))
    .addOption(
      new Option("--lint <what>", "none: only what a program refuses to load, as promtool --lint=none")
        .choices(["all", "none"])
        .default("all"),
    )
    .option("--fix", "apply the fixes that are marked safe, in the files", false)
    .addOption(
      new Option("--min-severity <severity>", "least severity that is printed")
        .choices(severityNames)
        .default("warning"),
    )
    .addOption(
      new Option("--fail-on <severity>", "least severity that makes the exit code 1")
        .choices(severityNames)
        .default("error"),
    )
    .addOption(featureOption())
    .option("--stdin-name <name>", "file name that standard input is judged by", "stdin.yaml")
    .option("--baseline <file>", "old findings, which are neither printed nor counted")
    .option("--write-baseline", "make what is found now the old findings", false)
    .option("--since <revision>", "only what is new since a git revision")
    .option("--summary <file>", "with --since: alerts and recording rules that changed, as Markdown or .json")
    .option("--env <name>", "environment of promscope.yaml whose live facts are used")
    .option("--backend <url>", "Prometheus-compatible API whose live facts are used")
    .option("--http-config <file>", "how to reach it, in Prometheus' http_config format")
    .option("--kubeconfig <file>", "kubeconfig of the cluster whose Services and Pods are used")
    .option("--context <name>", "context of the kubeconfig")
    .option(
      "--history",
      "run queries that look a week back for what is missing now: never there, or gone since when",
      false,
    )
    .option(
      "--run",
      "run the expressions of rules once: what fails, sides of operators that never match, what it costs",
      false,
    )
    .option(
      "--count-alerts",
      "run the expressions of alerts over the last day: how many alerts each would have fired",
      false,
    )
    .option("--links", "ask the addresses in annotations whether their pages are there", false)
    .action(async (paths: string[], flags: CheckFlags) => {
      const project = await projectOf(paths.find((path) => path !== "-") ?? ".", io);
      const environments = chosenEnvironments(flags, project, io);
      const queries = flags.history ? "--history" : flags.run ? "--run" : "--count-alerts";
      if ((flags.history || flags.run || flags.countAlerts) && environments.every(({ backend }) => !backend))
        io.warn(`promscope: ${queries} has no backend to ask: name one with --env or --backend.\n`);
      const accesses = await Promise.all(
        environments.map((environment) =>
          connect(environment, { history: flags.history, run: flags.run, alerts: flags.countAlerts }),
        ),
      );
      // Only it needs a client of HTTP.
      const links = flags.links ? (await import("../adapters/links.ts")).openLinks(clock) : undefined;
      try {
        const features = [...project.enableFeatures, ...flags.enableFeature];
        const options = { ...flags, features, levels: project.checks, version };
        exit(await runCheck(paths, options, accesses, io, links));
      } finally {
        await links?.dispose();
        for (const access of accesses) access.dispose?.();
      }
    });
}

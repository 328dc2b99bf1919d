import { resolve } from "node:path";
import type { Command } from "commander";
import { neverCancelled } from "../base/cancellation.ts";
import type { ConnectOutcome, ConnectRequest } from "../world/connection.ts";
import { type CliIo, exitCodes } from "./io.ts";

interface ConnectFlags {
  readonly httpConfig?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly label?: string;
}

/** Adds `promscope connect` to the program; `exit` is told the exit code. */
export function registerConnectCommand(program: Command, io: CliIo, exit: (code: number) => void): void {
  program
    .command("connect")
    .description("Find out what answers at an address, and print the settings that name it.")
    .argument("<address>", "a URL, or kubernetes:NAMESPACE/SERVICE:PORT")
    .option("--http-config <file>", "how to reach it, in Prometheus' http_config format")
    .option("--kubeconfig <file>", "kubeconfig of the cluster that the Service is in")
    .option("--context <name>", "context of the kubeconfig")
    .option("--label <name>", "external label to make environments by; empty for one environment in all")
    .action(async (address: string, flags: ConnectFlags) => {
      const { httpConfig, kubeconfig, context, label } = flags;
      const request: ConnectRequest = {
        address,
        context,
        clusterLabel: label,
        httpConfig: httpConfig === undefined ? undefined : resolve(io.cwd, httpConfig),
        kubeconfig: kubeconfig === undefined ? undefined : resolve(io.cwd, kubeconfig),
      };
      // Loaded late, as all that reaches servers.
      const { discover } = await import("../adapters/discovery/discover.ts");
      exit(printOutcome(await discover(request, {}, neverCancelled), label, io));
    });
}

/** Settings on standard output, everything else on standard error. */
function printOutcome(outcome: ConnectOutcome, label: string | undefined, io: CliIo): number {
  const say = (text: string): void => io.warn(`promscope: ${text}\n`);
  if (outcome.status === "credentials") {
    say(outcome.message);
    say("Name a file with them: --http-config FILE.");
    return exitCodes.usage;
  }
  if (outcome.status === "failed") {
    say(outcome.message);
    return exitCodes.usage;
  }
  say(`${outcome.title} at ${outcome.address}`);
  say(outcome.test.message);
  if (label !== undefined && label !== "" && outcome.clusterLabel !== label)
    say(`There is no external label "${label}" with several values there.`);
  if (outcome.clusterLabel !== undefined) say(`One environment for each value of "${outcome.clusterLabel}".`);
  for (const { label: other, environments } of outcome.otherLabels)
    say(`--label ${other} would make ${environments}.`);
  for (const { environment, contexts } of outcome.proposals)
    if (environment.context === undefined && contexts.length > 0)
      say(`"${environment.name}" may be the cluster of one of these contexts: ${contexts.join(", ")}.`);
  if (outcome.credentials !== undefined)
    say("The name and password of the address are not written down; name a file with them in httpConfig.");
  const entries = outcome.proposals.map(({ environment }) => environment);
  io.write(`${JSON.stringify({ "promscope.environments": entries }, null, 2)}\n`);
  return exitCodes.clean;
}

import { showsNothing } from "../adapters/prometheus/emptiness.ts";
import { neverCancelled } from "../base/cancellation.ts";
import type { EnvironmentAccess } from "../world/environment.ts";
import type { CliIo } from "./io.ts";
import { printable } from "./query-output.ts";

/** A backend that does not answer, or shows nothing, makes live checks silent; the person who named it must know. */
export async function warnOfBackends(environments: readonly EnvironmentAccess[], io: CliIo): Promise<void> {
  await Promise.all(
    environments.map(async ({ environment, metrics, live }) => {
      const end = live?.ended?.();
      if (end !== undefined) io.warn(`promscope: ${printable(environment.name)} ${end}\n`);
      const fact = await metrics?.health(neverCancelled);
      if (fact?.status === "unavailable") io.warn(`promscope: ${printable(fact.message)}\n`);
      else if (fact?.value.empty) io.warn(`promscope: ${printable(environment.name)} ${showsNothing}.\n`);
    }),
  );
}

import type { CheckLevels } from "../world/settings.ts";
import { allChecks, loadChecks } from "./registry.ts";

/** Switches off all that is no refusal: for files that a project does not want to be looked at. */
export const onlyRefusals: CheckLevels = Object.fromEntries(
  allChecks.filter((check) => !loadChecks.includes(check)).map(({ id }) => [id, "off"]),
);

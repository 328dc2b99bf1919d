import { InvalidArgumentError, Option } from "commander";

/** `--enable-feature`, which Prometheus takes likewise: names with commas between them, and as often as one likes. */
export function featureOption(): Option {
  return new Option(
    "--enable-feature <names>",
    "features that are switched on in your Prometheus, by its own names",
  )
    .argParser(featureList)
    .default([]);
}

function featureList(value: string, earlier: readonly string[]): readonly string[] {
  const names = value.split(",").map((name) => name.trim());
  if (names.some((name) => name === "")) throw new InvalidArgumentError("Name features separated by commas.");
  return [...earlier, ...names];
}

import type { Environment } from "../environment.ts";
import { parseSettings } from "../settings.ts";
import type { HclBlock, HclBody, HclValue } from "./hcl.ts";

/** What pint says of a server and what counts here; the rest is about how pint asks. */
const notRead: readonly (readonly [key: string, instead: string])[] = [
  ["headers", "name a file in httpConfig, or keep credentials in the editor"],
  ["failover", "name one address that is always there"],
];

/**
 * The environments that `prometheus "NAME" { uri, include, exclude }` blocks name. One whose files cannot be told is
 * left out: it would be held against rules that are not its own.
 */
export function environmentsOf(
  blocks: readonly HclBlock[],
  warn: (what: string) => void,
): readonly Environment[] {
  const given = blocks.flatMap(({ type, labels: [name = ""], body }) => {
    if (type !== "prometheus") return [];
    const backend = textAt(body, "uri");
    const files = filesOf(body);
    const left = (why: string): readonly never[] => {
      warn(`prometheus "${name}" is left out: ${why}.`);
      return [];
    };
    if (backend === undefined || backend.includes("${")) return left("its uri is not written out");
    if (files === undefined)
      return left("its include and exclude are no plain paths; name it in promscope.yaml");
    for (const [key, instead] of notRead)
      if (body.attributes.has(key)) warn(`${key} of prometheus "${name}" is not read: ${instead}.`);
    if (body.blocks.some((block) => block.type === "tls"))
      warn(`tls of prometheus "${name}" is not read: name a file in httpConfig.`);
    return [{ name, backend, ...(files.length === 0 ? {} : { files }) }];
  });
  const { settings, warnings } = parseSettings({ environments: given });
  for (const warning of warnings) warn(warning);
  return settings.environments;
}

/** Globs of the files of a server, none for all; nothing where its patterns have no globs. */
function filesOf(body: HclBody): readonly string[] | undefined {
  // Globs only add files.
  if (textsAt(body, "exclude").length > 0) return undefined;
  const globs: string[] = [];
  for (const pattern of textsAt(body, "include")) {
    const glob = globOf(pattern);
    if (glob === undefined) return undefined;
    globs.push(glob);
  }
  return globs;
}

/** A pattern of paths as a glob: names, `.*` and `.+`, `[^/]+`, choices of names, `a?` of one letter. */
export function globOf(pattern: string): string | undefined {
  let rest = pattern.replace(/^\^/, "").replace(/\$$/, "");
  let glob = "";
  while (rest !== "") {
    const [found = "", folders, anyFolder, any, segment, choice, optional, plain] =
      /^(?:((?:\(\.[*+]\/\)|\(\?:\.[*+]\/\))\?)|(\.[*+]\/)|(\.[*+])|(\[\^\/\][*+])|\((?:\?:)?([\w.|-]+)\)|([\w-])\?|(\\[./-]|[\w/@ ~-]))/.exec(
        rest,
      ) ?? [];
    if (found === "") return undefined;
    rest = rest.slice(found.length);
    if (/^[*+?{]/.test(rest)) return undefined;
    if (folders !== undefined || anyFolder !== undefined) {
      if (glob !== "" && !glob.endsWith("/")) return undefined;
      glob += found === ".+/" ? "**/*/" : "**/";
    } else if (any !== undefined) {
      if (rest === "" && (glob === "" || glob.endsWith("/"))) glob += "**";
      else if (rest.includes("/")) return undefined;
      else glob += glob === "" || glob.endsWith("/") ? "**/*" : "*";
    } else if (segment !== undefined) glob += "*";
    else if (choice !== undefined) {
      if (choice.includes(".")) return undefined;
      glob += `{${choice.split("|").join(",")}}`;
    } else if (optional !== undefined) glob += `{${optional},}`;
    else glob += (plain ?? "").replace(/^\\/, "");
  }
  return glob;
}

function textAt({ attributes }: HclBody, name: string): string | undefined {
  const value: HclValue | undefined = attributes.get(name);
  return typeof value === "string" ? value : undefined;
}

function textsAt({ attributes }: HclBody, name: string): readonly string[] {
  const value = attributes.get(name);
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

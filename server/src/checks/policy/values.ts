import { nearest } from "../../base/nearest.ts";
import { parseDuration } from "../../promql/literals.ts";
import { parseExpr } from "../../promql/parse.ts";
import type { ValueDemand } from "../../world/policy/types.ts";
import { short } from "../monitor/words.ts";

/** What is wrong with a value: how the sentence that begins with its name goes on. */
export interface ValueFault {
  readonly words: string;
  /** A value that would do and is near. */
  readonly meant?: string | undefined;
}

/** What is wrong with a value; nothing where it does, or where a template in it leaves that open. */
export function valueFault(value: string, demand: ValueDemand): ValueFault | undefined {
  if (value.includes("{{")) return templateFault(value, demand);
  if (demand.template)
    return { words: `${quoted(value)} has no {{ }}, so it says of no alert what it is about` };
  const items = demand.tokens?.(value) ?? splitBy(value, demand.split);
  for (const item of items) {
    const fault = itemFault(item, demand);
    if (fault === undefined) continue;
    // Of a list only the whole value could be replaced.
    return items.length === 1 && items[0] === value ? fault : { words: fault.words };
  }
  return undefined;
}

function splitBy(value: string, by: string | undefined): readonly string[] {
  return by === undefined ? [value] : value.split(by).map((item) => item.trim());
}

function itemFault(item: string, { pattern, values, is }: ValueDemand): ValueFault | undefined {
  if (values !== undefined && !values.includes(item))
    return { words: `${quoted(item)} is not ${choice(values)}`, meant: nearest(item, values) };
  if (pattern !== undefined && !pattern.regex.matches(item)) {
    const { literals, source } = pattern;
    return literals === undefined
      ? { words: `${quoted(item)} does not match ${short(source)}` }
      : { words: `${quoted(item)} is not ${choice(literals)}`, meant: nearest(item, literals) };
  }
  if (is === "url" && !isUrl(item)) return { words: `${quoted(item)} is no http or https address` };
  if (is === "duration" && parseDuration(item).error !== undefined)
    return { words: `${quoted(item)} is no duration such as 5m` };
  const [error] = is === "promql" ? parseExpr(item).errors : [];
  return error === undefined
    ? undefined
    : { words: `${quoted(item)} is no PromQL (${short(error.message)})` };
}

function isUrl(text: string): boolean {
  return /^https?:\/\/[^\s/?#]+(?:[/?#]\S*)?$/i.test(text);
}

/** Of a value with a template what stands before and behind its actions is known, and nothing else. */
function templateFault(
  value: string,
  { pattern, values, split, tokens, is }: ValueDemand,
): ValueFault | undefined {
  if (split !== undefined || tokens !== undefined) return undefined;
  const prefix = value.slice(0, value.indexOf("{{"));
  const suffix = value.includes("}}") ? value.slice(value.lastIndexOf("}}") + 2) : "";
  const room = prefix.length + suffix.length;
  const choices = [values, pattern?.literals].filter((each) => each !== undefined);
  for (const texts of choices)
    if (!texts.some((text) => text.length >= room && text.startsWith(prefix) && text.endsWith(suffix)))
      return { words: `${quoted(value)} can never be ${choice(texts)}` };
  if (is === "url" && prefix !== "" && !"https://".startsWith(prefix) && !/^https?:\/\/\S*$/i.test(prefix))
    return { words: `${quoted(value)} can never be an http or https address` };
  return undefined;
}

function choice(values: readonly string[]): string {
  const shown = values.slice(0, 4).map((value) => short(value, 20));
  if (values.length > shown.length) return `one of ${shown.join(", ")}, …`;
  const last = shown.at(-1) ?? "";
  return shown.length > 1 ? `${shown.slice(0, -1).join(", ")} or ${last}` : last;
}

function quoted(text: string): string {
  return `"${short(text, 30)}"`;
}

import { isBag } from "./wire.ts";

const isText = (value: unknown): boolean => typeof value === "string";
const isListOf = (value: unknown, is: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(is);
const isBagOf = (value: unknown, is: (item: unknown) => boolean): boolean =>
  isBag(value) && Object.values(value).every(is);
const isTexts = (value: unknown): boolean => isListOf(value, isText);
const isLabels = (value: unknown): boolean => isBagOf(value, isText);
const isNothing = (value: unknown): boolean => value === undefined || value === null;

const isStore = (value: unknown): boolean =>
  isBag(value) &&
  isText(value["name"]) &&
  (isNothing(value["labelSets"]) || isListOf(value["labelSets"], isLabels));

/** What `data` of a look-up must be, by the end of its endpoint. */
const shapes: Readonly<Record<string, (data: unknown) => boolean>> = {
  labels: isTexts,
  values: isTexts,
  series: (data) => isListOf(data, isLabels),
  metadata: (data) => isBagOf(data, (entries) => isListOf(entries, isBag)),
  stores: (data) => isBagOf(data, (entries) => isListOf(entries, isStore)),
};

/**
 * Whether the data of a look-up is what its endpoint promises. An answer that cannot be read in whole says nothing
 * about what is not in it: read in part, it would make things look missing that are there.
 */
export function isShaped(endpoint: string, data: unknown): boolean {
  return shapes[endpoint.slice(endpoint.lastIndexOf("/") + 1)]?.(data) ?? true;
}

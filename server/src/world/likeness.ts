/** Words of a name: `gke_project_europe_prod-na` has five. */
function wordsOf(name: string): readonly string[] {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

/**
 * How much a candidate's name is like `name`, from 0 to 1: 1 where they have the same words; 0 unless all words of
 * `name` stand in the candidate, one after the other.
 */
export function likeness(name: string, candidate: string): number {
  const wanted = wordsOf(name);
  const words = wordsOf(candidate);
  if (wanted.length === 0 || wanted.length > words.length) return 0;
  const found = words.some((_, at) => wanted.every((word, offset) => words[at + offset] === word));
  return found ? wanted.length / words.length : 0;
}

/** The candidates that are like the name, the most alike first. */
export function alike<T>(name: string, candidates: readonly T[], nameOf: (one: T) => string): readonly T[] {
  return candidates
    .map((one) => ({ one, score: likeness(name, nameOf(one)) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map(({ one }) => one);
}

/** The one candidate that is more like the name than all others; nothing where that cannot be told. */
export function mostAlike<T>(
  name: string,
  candidates: readonly T[],
  nameOf: (one: T) => string,
): T | undefined {
  const [first, second] = alike(name, candidates, nameOf);
  if (first === undefined) return undefined;
  const tied = second !== undefined && likeness(name, nameOf(second)) === likeness(name, nameOf(first));
  return tied ? undefined : first;
}

/** What is in one list and not in the other, but for what both begin and end with. */
export function difference<T>(
  before: readonly T[],
  next: readonly T[],
): { readonly removed: readonly T[]; readonly added: readonly T[] } {
  let start = 0;
  while (start < before.length && start < next.length && before[start] === next[start]) start++;
  let [a, b] = [before.length, next.length];
  while (a > start && b > start && before[a - 1] === next[b - 1]) {
    a--;
    b--;
  }
  return { removed: before.slice(start, a), added: next.slice(start, b) };
}

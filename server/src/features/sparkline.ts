/** The levels of a text sparkline, from the lowest to the highest. */
const levels = [..."▁▂▃▄▅▆▇█"];
const gap = "·";

/**
 * The course of values in one line of text, at most `width` characters: each is the mean of its share of the
 * values, and a share without a finite value is a gap. Nothing where no value is finite.
 */
export function sparkline(values: readonly number[], width = 40): string | undefined {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return undefined;
  const low = finite.reduce((a, b) => Math.min(a, b));
  const high = finite.reduce((a, b) => Math.max(a, b));
  const count = Math.min(width, values.length);
  let text = "";
  for (let i = 0; i < count; i++) {
    const share = values
      .slice(Math.floor((i * values.length) / count), Math.floor(((i + 1) * values.length) / count))
      .filter(Number.isFinite);
    const mean = share.reduce((sum, value) => sum + value / share.length, 0);
    // Halves first: the difference of the largest numbers is none.
    const place = high === low ? 0 : (mean / 2 - low / 2) / (high / 2 - low / 2);
    const level = Math.round(Math.min(1, Math.max(0, place)) * (levels.length - 1));
    text += share.length === 0 ? gap : (levels[level] ?? gap);
  }
  return text;
}

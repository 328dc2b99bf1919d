/** By convention every counter ends so, and nothing else (Prometheus' naming practices; OpenMetrics demands it). */
export function isCounterName(name: string | undefined): boolean {
  return name?.endsWith("_total") === true && !name.includes(":");
}

/** Counters inside of histograms and summaries; some exporters give these endings to gauges. */
export function mayBeCounterName(name: string): boolean {
  return /_(?:total|count|sum|bucket|created)$/.test(name) || name.includes(":");
}

/** What only gauges are called. */
export function isGaugeName(name: string | undefined): boolean {
  if (name === undefined || mayBeCounterName(name)) return false;
  return (
    name === "up" ||
    /_(?:ratio|percent|percentage|celsius|temperature|info|limit|limits|capacity|available|usage|utilization|up)$/.test(
      name,
    ) ||
    /_timestamp(?:_seconds)?$/.test(name) ||
    /(?:^|_)(?:memory|filesystem|disk)_(?:\w+_)?(?:free|used|size|avail|total)_bytes$/i.test(name)
  );
}

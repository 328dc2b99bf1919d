/** What a spreadsheet takes for the beginning of a formula. */
const formula = /^[=+\-@\t\r]/;
/** Numbers as Prometheus writes them begin with a sign too, and stay what they are. */
const number = /^[+-]?(?:Inf|NaN|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/;

/**
 * Rows as CSV after RFC 4180, lines ended by CR LF. A cell that a spreadsheet would run as a formula gets an
 * apostrophe before it, for its text comes from servers that nobody here vouches for.
 */
export function csvText(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function cell(value: string): string {
  const safe = formula.test(value) && !number.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** How many labels a sentence names. */
const most = 2;

/** `the label a`, `the labels a and b`, `the labels a, b and 3 more`. */
export function labelsText(labels: readonly { readonly name: string }[]): string {
  const names = labels.map(({ name }) => name);
  const [only = ""] = names;
  if (names.length <= 1) return `the label ${only}`;
  const rest = names.length - most;
  return rest > 0
    ? `the labels ${names.slice(0, most).join(", ")} and ${rest} more`
    : `the labels ${names.join(" and ")}`;
}

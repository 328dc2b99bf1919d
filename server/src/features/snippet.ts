/** Text that stands in a snippet as it is. */
export function escapedForSnippet(text: string): string {
  return text.replace(/[\\$}]/g, "\\$&");
}

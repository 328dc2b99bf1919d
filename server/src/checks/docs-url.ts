/**
 * Where the pages of the checks are published: the `homepage` of the manifest and a path, for whoever has nothing but
 * an address. The pages are also shipped with the program, as `docs/checks/ID.md`.
 */
export const docsHome = "https://github.com/promscope/promscope/blob/main/docs/checks";

/** The address of the page of a check. */
export function docsUrl(check: string): string {
  return `${docsHome}/${check}.md`;
}

import type { NameIndex } from "../../world/names/index.ts";
import type { NamePlace } from "../../world/names/rule.ts";
import type { SymbolKind } from "../types.ts";

export interface WorkspaceSymbol {
  readonly name: string;
  readonly kind: SymbolKind;
  /** The group of a rule, the path of the file of a group. */
  readonly container: string;
  readonly place: NamePlace;
}

/** More than this nobody reads; who types more letters gets those that are left. */
const maxSymbols = 500;

/**
 * Rules and groups of all files that have the letters of the query in their names in its order; those first that begin
 * with it, then those that hold it in one piece.
 */
export function workspaceSymbols(names: NameIndex, query: string): readonly WorkspaceSymbol[] {
  const wanted = query.toLowerCase();
  const found: { readonly rank: number; readonly make: () => WorkspaceSymbol; readonly name: string }[] = [];
  for (const file of names.files()) {
    for (const rule of file.rules) {
      const rank = rankOf(rule.name.toLowerCase(), wanted);
      if (rank === undefined) continue;
      const { name, kind, group } = rule;
      found.push({ rank, name, make: () => ({ name, kind, container: group.name, place: rule.namePlace }) });
    }
    for (const [index, { name }] of file.groups.entries()) {
      const rank = rankOf(name.toLowerCase(), wanted);
      if (rank === undefined || name === "") continue;
      const make = (): WorkspaceSymbol => {
        const span = file.groupSpans()[index] ?? { start: 0, end: 0 };
        const { uri, path, lines } = file;
        return { name, kind: "group", container: path, place: { uri, path, span, range: lines.range(span) } };
      };
      found.push({ rank, name, make });
    }
  }
  found.sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return found.slice(0, maxSymbols).map(({ make }) => make());
}

function rankOf(name: string, wanted: string): number | undefined {
  const at = name.indexOf(wanted);
  if (at >= 0) return at === 0 ? 0 : 1;
  let from = 0;
  for (const letter of wanted) {
    const next = name.indexOf(letter, from);
    if (next < 0) return undefined;
    from = next + letter.length;
  }
  return 2;
}

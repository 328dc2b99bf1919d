import type { NameList } from "../../world/ports.ts";

/** Names that contain `search`, whatever the case, at most `limit`; those that begin with it come first. */
export function cutNames(list: NameList, search: string | undefined, limit: number): NameList {
  const wanted = search?.toLowerCase() ?? "";
  if (wanted === "") {
    if (list.names.length <= limit) return list;
    return { names: list.names.slice(0, limit), complete: false };
  }
  const first: string[] = [];
  const later: string[] = [];
  let found = 0;
  for (const name of list.names) {
    const at = name.toLowerCase().indexOf(wanted);
    if (at < 0) continue;
    found++;
    if (at === 0) {
      if (first.length < limit) first.push(name);
    } else if (later.length < limit) later.push(name);
    // Nothing that follows could be shown.
    if (first.length >= limit && found > limit) break;
  }
  return { names: [...first, ...later].slice(0, limit), complete: list.complete && found <= limit };
}

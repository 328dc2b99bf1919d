import { h } from "./dom.ts";

export interface Tabs {
  readonly element: HTMLElement;
  /** Replaces what the tabs show; each is made when it is first looked at. Without pages the tabs are hidden. */
  show(pages: Readonly<Record<string, () => HTMLElement>>, first?: string): void;
  readonly panel: HTMLElement;
}

/** A tab list after the ARIA pattern: arrow keys move, the chosen tab alone is in the tab order. */
export function createTabs(names: readonly string[]): Tabs {
  const panel = h("div", { id: "page", class: "page", role: "tabpanel" });
  let pages: Readonly<Record<string, () => HTMLElement>> = {};
  let made = new Map<string, HTMLElement>();
  let chosen = names[0] ?? "";

  const tabs = names.map((name) => {
    const tab = h(
      "button",
      { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": "page" },
      name,
    );
    tab.addEventListener("click", () => choose(name));
    return tab;
  });

  const choose = (name: string): void => {
    chosen = name;
    tabs.forEach((tab, index) => {
      const selected = names[index] === name;
      tab.setAttribute("aria-selected", String(selected));
      tab.tabIndex = selected ? 0 : -1;
    });
    panel.setAttribute("aria-labelledby", `tab-${name}`);
    const page = made.get(name) ?? pages[name]?.();
    if (page !== undefined) made.set(name, page);
    panel.replaceChildren(...(page === undefined ? [] : [page]));
  };

  const list = h("div", { class: "tabs", role: "tablist", "aria-label": "Views of the result" }, ...tabs);
  list.addEventListener("keydown", (event) => {
    const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const next = (names.indexOf(chosen) + move + names.length) % names.length;
    choose(names[next] ?? chosen);
    tabs[next]?.focus();
  });

  choose(chosen);
  list.hidden = true;
  return {
    element: list,
    panel,
    show(next, first) {
      pages = next;
      made = new Map();
      list.hidden = Object.keys(next).length === 0;
      choose(first ?? chosen);
    },
  };
}

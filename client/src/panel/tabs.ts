import { h } from "./dom.ts";

/** The pages by their names; each is made when it is first looked at. */
export type Pages = Readonly<Record<string, () => HTMLElement>>;

export interface Tabs {
  readonly element: HTMLElement;
  readonly panel: HTMLElement;
  /** Replaces what the tabs show; the chosen one stays chosen where it is still there. Without pages they are hidden. */
  show(pages: Pages): void;
  choose(name: string): void;
  /** Makes one page anew, and leaves the others as they are. */
  renew(name: string, make: () => HTMLElement): void;
}

/** A tab list after the ARIA pattern: arrow keys, Home and End move, the chosen tab alone is in the tab order. */
export function createTabs(): Tabs {
  const panel = h("div", { id: "page", class: "page", role: "tabpanel", tabindex: "-1" });
  const list = h("div", { class: "tabs", role: "tablist", "aria-label": "Views of the result" });
  let pages: Pages = {};
  let made = new Map<string, HTMLElement>();
  let tabs = new Map<string, HTMLElement>();
  /** What the user looked at last, also while there is no such page. */
  let wanted = "Table";
  let chosen = "";

  const open = (name: string): void => {
    chosen = name;
    for (const [other, tab] of tabs) {
      tab.setAttribute("aria-selected", String(other === name));
      tab.tabIndex = other === name ? 0 : -1;
    }
    panel.setAttribute("aria-labelledby", idOf(name));
    const page = made.get(name) ?? pages[name]?.();
    if (page !== undefined) made.set(name, page);
    panel.replaceChildren(...(page === undefined ? [] : [page]));
  };
  const choose = (name: string): void => {
    wanted = name;
    open(name);
  };

  list.addEventListener("keydown", (event) => {
    const names = [...tabs.keys()];
    const at = names.indexOf(chosen);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = names[(to + names.length) % names.length];
    if (next === undefined) return;
    choose(next);
    tabs.get(next)?.focus();
  });

  list.hidden = true;
  return {
    element: list,
    panel,
    choose,
    renew(name, make) {
      if (!Object.hasOwn(pages, name)) return;
      pages = { ...pages, [name]: make };
      made.delete(name);
      if (chosen === name) open(name);
    },
    show(next) {
      pages = next;
      made = new Map();
      const names = Object.keys(next);
      // The same tabs stay in the page: one that has the focus keeps it.
      if (names.join() !== [...tabs.keys()].join()) {
        tabs = new Map(names.map((name) => [name, createTab(name, () => choose(name))]));
        list.replaceChildren(...tabs.values());
      }
      list.hidden = names.length === 0;
      open(names.includes(wanted) ? wanted : (names[0] ?? ""));
    },
  };
}

function createTab(name: string, onClick: () => void): HTMLElement {
  const tab = h("button", { type: "button", role: "tab", id: idOf(name), "aria-controls": "page" }, name);
  tab.addEventListener("click", onClick);
  return tab;
}

function idOf(name: string): string {
  return `tab-${name.replaceAll(" ", "-")}`;
}

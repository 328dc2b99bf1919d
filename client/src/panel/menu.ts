import { button, h } from "./dom.ts";

export interface MenuItem {
  readonly text: string;
  readonly title?: string;
  readonly run: () => void;
}

let menus = 0;

/**
 * A button that opens a list of actions, after the ARIA pattern: Enter, Space and the down arrow open it, arrows
 * move, Escape closes it and goes back to the button. `items` is asked each time it opens.
 */
export function createMenu(label: string, items: () => readonly MenuItem[]): HTMLElement {
  const id = `menu-${++menus}`;
  const list = h("div", { class: "menu", role: "menu", id, "aria-label": label });
  list.hidden = true;
  const opener = button(label, () => (list.hidden ? open() : close(false)), {
    class: "opener",
    "aria-haspopup": "menu",
    "aria-expanded": "false",
    "aria-controls": id,
  });
  const element = h("div", { class: "menu-holder" }, opener, list);

  const entries = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>("[role=menuitem]")];

  const open = (): void => {
    list.replaceChildren(
      ...items().map(({ text, title = "", run }) =>
        button(
          text,
          () => {
            close(true);
            run();
          },
          { role: "menuitem", tabindex: "-1", title },
        ),
      ),
    );
    list.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    entries()[0]?.focus();
  };

  const close = (back: boolean): void => {
    list.hidden = true;
    opener.setAttribute("aria-expanded", "false");
    if (back) opener.focus();
  };

  opener.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    open();
  });
  list.addEventListener("keydown", (event) => {
    const all = entries();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === "Escape") close(true);
    else if (next !== undefined) all[(next + all.length) % all.length]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  element.addEventListener("focusout", (event) => {
    if (!(event.relatedTarget instanceof Node && element.contains(event.relatedTarget))) close(false);
  });
  return element;
}

import { h } from "./dom.ts";

export interface Legend {
  readonly element: HTMLElement;
  /** Which lines are on. */
  readonly shown: readonly boolean[];
  /** What each line has at the moment that is told. */
  values(time: string, values: readonly string[]): void;
  colour(colours: readonly string[]): void;
  note(text: string): void;
}

/**
 * The names of the lines with their values. A click shows one line alone, and all again; with Ctrl, Cmd or Shift it
 * switches one on and off.
 */
export function createLegend(
  names: readonly string[],
  onShow: (index: number, show: boolean) => void,
): Legend {
  const shown = names.map(() => true);
  const values = names.map(() => h("span", { class: "at" }));
  const swatches = names.map(() => h("span", { class: "swatch" }));
  const entries = names.map((name, index) =>
    h(
      "button",
      {
        type: "button",
        "aria-pressed": "true",
        title: `${name}\nClick: this line alone. Ctrl+click: on or off.`,
      },
      swatches[index] ?? "",
      h("span", { class: "name" }, name),
      values[index] ?? "",
    ),
  );
  const time = h("div", { class: "time" });
  const element = h("div", { class: "legend", role: "group", "aria-label": "Lines" }, time, ...entries);

  const show = (index: number, on: boolean): void => {
    if (shown[index] === on) return;
    shown[index] = on;
    entries[index]?.setAttribute("aria-pressed", String(on));
    onShow(index, on);
  };
  entries.forEach((entry, index) => {
    entry.addEventListener("click", ({ ctrlKey, metaKey, shiftKey }) => {
      if (ctrlKey || metaKey || shiftKey) return show(index, !shown[index]);
      const alone = shown.every((on, other) => on === (other === index));
      for (let other = 0; other < shown.length; other++) show(other, alone || other === index);
    });
    entry.addEventListener("keydown", (event) => {
      const to = { ArrowDown: index + 1, ArrowUp: index - 1 }[event.key];
      if (to === undefined) return;
      entries[to]?.focus();
      event.preventDefault();
    });
  });
  return {
    element,
    shown,
    values(at, texts) {
      time.textContent = at;
      values.forEach((value, index) => {
        value.textContent = texts[index] ?? "";
      });
    },
    colour(colours) {
      swatches.forEach((swatch, index) => {
        swatch.style.backgroundColor = colours[index] ?? "";
      });
    },
    note: (text) => element.append(h("div", { class: "note" }, text)),
  };
}

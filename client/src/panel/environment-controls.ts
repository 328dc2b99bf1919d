import type { PanelEnvironment, PanelQuery } from "../panel-messages.ts";
import { button, h, select } from "./dom.ts";

export type Where = Pick<PanelQuery, "environment" | "compare">;

export interface EnvironmentControls {
  readonly elements: readonly HTMLElement[];
  where(): Where;
  set(where: Where): void;
  setEnvironments(environments: readonly PanelEnvironment[]): void;
}

/** Chooses one environment, or several that are asked side by side. */
export function createEnvironmentControls(saved: Where, onChange: () => void): EnvironmentControls {
  let all: readonly PanelEnvironment[] = [];
  let { environment: wanted, compare } = saved;

  const one = select("Environment", [], (value) => {
    wanted = value;
    onChange();
  });
  const side = button("Side by Side", () => {
    compare = compare.length > 0 ? [] : all.map(({ name }) => name);
    show();
    onChange();
  });
  side.title = "Run on several environments and compare what they say";
  const chips = h("div", { class: "chips", role: "group", "aria-label": "Environments side by side" });

  const toggle = (name: string): void => {
    const next = all.map((each) => each.name).filter((each) => (each === name) !== compare.includes(each));
    // The last one stays: without any there would be nothing to ask.
    if (next.length === 0) return;
    compare = next;
    show();
    onChange();
    chips.querySelector<HTMLElement>(`[data-name="${CSS.escape(name)}"]`)?.focus();
  };

  const show = (): void => {
    const several = compare.length > 0;
    side.hidden = all.length < 2;
    side.setAttribute("aria-pressed", String(several));
    one.hidden = several || all.length === 0;
    chips.hidden = !several;
    chips.replaceChildren(
      ...all.map(({ name, health }) =>
        button(health === "down" ? `${name} (down)` : name, () => toggle(name), {
          class: "chip",
          "data-name": name,
          "aria-pressed": String(compare.includes(name)),
        }),
      ),
    );
  };

  show();
  return {
    elements: [one, chips, side],
    where: () => ({ environment: one.value, compare }),
    set(where) {
      compare = where.compare.filter((name) => all.length === 0 || all.some((known) => known.name === name));
      if (where.environment !== "") wanted = where.environment;
      if ([...one.options].some(({ value }) => value === wanted)) one.value = wanted;
      show();
    },
    setEnvironments(environments) {
      const withBackend = environments.filter(({ health }) => health !== "none");
      const changed = JSON.stringify(withBackend) !== JSON.stringify(all);
      all = withBackend;
      if (!changed) return;
      one.replaceChildren(
        ...all.map(({ name, health, version, message }) =>
          h(
            "option",
            { value: name, title: version === "" ? message : version },
            health === "down" ? `${name} (down)` : name,
          ),
        ),
      );
      if (all.some(({ name }) => name === wanted)) one.value = wanted;
      compare = compare.filter((name) => all.some((known) => known.name === name));
      show();
    },
  };
}

type Child = Node | string;

/**
 * An element with attributes and children. Strings become text nodes, never markup: label values, HELP texts and
 * messages come from servers that nobody here vouches for.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A button with a visible text. */
export function button(
  text: string,
  onClick: (event: MouseEvent) => void,
  attributes: Readonly<Record<string, string>> = {},
): HTMLButtonElement {
  const element = h("button", { type: "button", ...attributes }, text);
  element.addEventListener("click", onClick);
  return element;
}

/** A labelled choice between fixed values. */
export function select(
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  onChange: (value: string) => void,
): HTMLSelectElement {
  const element = h(
    "select",
    { "aria-label": label, title: label },
    ...options.map(([value, text]) => h("option", { value }, text)),
  );
  element.addEventListener("change", () => onChange(element.value));
  return element;
}

/** A labelled check box; `title` says what it does. */
export function checkbox(label: string, title: string, onChange: (checked: boolean) => void) {
  const input = h("input", { type: "checkbox" });
  input.addEventListener("change", () => onChange(input.checked));
  return { input, element: h("label", { class: "check", title }, input, label) };
}

/** A text with what it means before it; `onCommit` is called on Enter and when the field is left changed. */
export function field(
  label: string,
  attributes: Readonly<Record<string, string>>,
  onCommit: (value: string) => void,
): { readonly input: HTMLInputElement; readonly element: HTMLLabelElement } {
  const input = h("input", { type: "text", spellcheck: "false", ...attributes });
  input.addEventListener("change", () => onCommit(input.value.trim()));
  return { input, element: h("label", { class: "field" }, label, input) };
}

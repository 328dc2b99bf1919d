/** A colour or font of the editor's theme as the page has it now. */
export function themeValue(name: string, otherwise: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || otherwise;
}

/** Whether VS Code shows a light theme, of high contrast or not. */
export function isLight(): boolean {
  const { classList } = document.body;
  return classList.contains("vscode-light") || classList.contains("vscode-high-contrast-light");
}

/**
 * Draws once the place has a size, follows its size, and draws anew in the colours of another theme. `draw` is told
 * whether only the size is another.
 */
export function keepDrawn(element: HTMLElement, place: HTMLElement, draw: (onlySize: boolean) => void): void {
  let drawn = false;
  new ResizeObserver(() => {
    if (place.clientWidth === 0 || place.clientHeight === 0) return;
    draw(drawn);
    drawn = true;
  }).observe(place);
  const themes = new MutationObserver(() => {
    if (!element.isConnected) return;
    if (drawn) draw(false);
  });
  themes.observe(document.body, { attributes: true, attributeFilter: ["class"] });
}

/** The theme's own chart colours first, then hues spread around the circle as bright as the theme needs. */
export function palette(size: number): string[] {
  const own = ["blue", "green", "yellow", "purple", "red"]
    .map((name) => themeValue(`--vscode-charts-${name}`, ""))
    .filter((colour, index, all) => colour !== "" && all.indexOf(colour) === index);
  const light = isLight();
  return Array.from(
    { length: size },
    (_, index) => own[index] ?? `hsl(${Math.round((index * 137.5) % 360)} 65% ${light ? 38 : 65}%)`,
  );
}

// Builds nodes from text and attributes. Nothing here parses markup, so no text can become any.

type Child = Node | string | null;
type Props = Record<string, string | boolean | ((event: Event) => void)>;

/** `el("button", { class: "btn", onclick: press }, "Copy")`; `false` leaves an attribute out. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** An icon of 24 units with lines of 1.5: `path` is one of `icons.ts`. */
export function icon(path: string, large = false): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", large ? "i l" : "i");
  svg.setAttribute("aria-hidden", "true");
  svg.append(shape(path));
  return svg;
}

export function shape(d: string): SVGPathElement {
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", d);
  return path;
}

/** Replaces what `main` shows, names the document after it and takes the reader to its heading. */
export function show(title: string, ...children: Child[]): void {
  const main = document.querySelector("main");
  main?.replaceChildren(...children.filter((child) => child !== null));
  main?.removeAttribute("aria-busy");
  // What was announced belongs to the state that is over.
  document.getElementById("live")?.replaceChildren();
  document.title = title;
  const heading = main?.querySelector("h1");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus({ preventScroll: true });
  scrollTo(0, 0);
}

/** Has a screen reader say `text`. */
export function announce(text: string): void {
  const live = document.getElementById("live");
  if (!live) return;
  // The same words twice are no change, and no change is not read out.
  live.textContent = live.textContent === text ? `${text}\u00a0` : text;
}

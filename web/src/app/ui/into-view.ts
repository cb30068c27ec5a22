/** Scrolls what just appeared into view: in a long form on a phone it may be below the fold. */
export function intoView(node: HTMLElement): void {
  node.scrollIntoView({ block: "nearest" });
}

// Arrow keys in a grid of cards: left and right go along the reading order, up and down to the card
// above or below, wherever the grid broke its rows.

export function gridKeys(event: KeyboardEvent): void {
  const grid = event.currentTarget;
  const from = event.target;
  if (!(grid instanceof HTMLElement) || !(from instanceof HTMLElement) || !from.matches("[data-cell]")) return;
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const cells = Array.from(grid.querySelectorAll<HTMLElement>("[data-cell]"));
  const target = next(event.key, cells, cells.indexOf(from));
  if (!target) return;
  event.preventDefault();
  target.focus();
}

function next(key: string, cells: HTMLElement[], at: number): HTMLElement | undefined {
  switch (key) {
    case "ArrowRight":
      return cells[at + 1];
    case "ArrowLeft":
      return cells[at - 1];
    case "ArrowDown":
      return cells[at + columns(cells)] ?? cells.at(-1);
    case "ArrowUp":
      return cells[at - columns(cells)];
    case "Home":
      return cells[0];
    case "End":
      return cells.at(-1);
    default:
      return undefined;
  }
}

function columns(cells: HTMLElement[]): number {
  const top = (cell: HTMLElement | undefined) => cell?.closest("article")?.offsetTop;
  const first = top(cells[0]);
  const below = cells.findIndex((cell) => top(cell) !== first);
  return below === -1 ? cells.length : below;
}

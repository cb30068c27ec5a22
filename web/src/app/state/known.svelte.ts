// The workspaces that somebody signed in to with this browser, the last one first: so that their sign-in
// pages can be found again, and so that other tabs notice a change.

export interface Known {
  id: string;
  name: string;
}

const KEY = "guestpass.workspaces";
const MOST = 8;

export function read(kept: string | null): Known[] {
  try {
    const list: unknown = JSON.parse(kept ?? "[]");
    return Array.isArray(list) ? list.filter(isKnown).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

function isKnown(value: unknown): value is Known {
  const known = value as Partial<Known> | null;
  return typeof known?.name === "string" && typeof known.id === "string" && /^wsp_[0-9a-f]{32}$/.test(known.id);
}

/** The list with one at its beginning. */
export function withFirst(list: readonly Known[], { id, name }: Known): Known[] {
  return [{ id, name }, ...list.filter((each) => each.id !== id)].slice(0, MOST);
}

function stored(): Known[] {
  try {
    return read(localStorage.getItem(KEY));
  } catch {
    return [];
  }
}

class KnownWorkspaces {
  #list = $state.raw<readonly Known[]>(stored());

  get list(): readonly Known[] {
    return this.#list;
  }

  met(workspace: Known): void {
    const first = this.#list[0];
    if (first?.id === workspace.id && first.name === workspace.name) return;
    this.#keep(withFirst(stored(), workspace));
  }

  forget(id: string): void {
    this.#keep(stored().filter((each) => each.id !== id));
  }

  /** Calls back when another tab of this browser went on in another workspace. */
  onChange(call: (last: Known | undefined) => void): () => void {
    const listener = (event: StorageEvent) => {
      if (event.key !== KEY) return;
      this.#list = read(event.newValue);
      call(this.#list[0]);
    };
    addEventListener("storage", listener);
    return () => removeEventListener("storage", listener);
  }

  #keep(list: readonly Known[]): void {
    this.#list = list;
    try {
      localStorage.setItem(KEY, JSON.stringify(list));
    } catch {
      // Where storage is blocked they are known as long as the page.
    }
  }
}

export const known = new KnownWorkspaces();

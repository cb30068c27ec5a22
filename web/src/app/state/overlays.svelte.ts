// Which dialog is open over the page, and where the focus goes when it closes.

import { tick } from "svelte";
import type { ItemKind, ItemSummary, MemberBrief, ProviderDetails, Team, TeamDetails } from "../../shared/api";

export type Overlay =
  | { kind: "share-item"; item: ItemSummary }
  | { kind: "share-link"; item: ItemSummary }
  | { kind: "add"; item: ItemKind }
  | { kind: "edit"; item: ItemSummary }
  | { kind: "delete"; item: ItemSummary }
  | { kind: "invite" }
  | { kind: "leave"; member: MemberBrief; forGood: boolean }
  /** Everything that one member owns, or (without one) the workspace. */
  | { kind: "hand-over"; from: MemberBrief | null }
  | { kind: "provider"; provider?: ProviderDetails }
  | { kind: "remove-provider"; provider: ProviderDetails }
  /** Another name, or (without a team) a new one. */
  | { kind: "team-name"; team?: Team }
  | { kind: "team-add"; team: TeamDetails }
  | { kind: "team-leave"; team: Team }
  | { kind: "team-remove"; team: Team }
  | { kind: "palette"; pick?: (item: ItemSummary) => void };

class Overlays {
  current = $state.raw<Overlay | null>(null);
  #origin: HTMLElement | null = null;

  /** `origin` gets the focus back; by default what has it now. */
  open(overlay: Overlay, origin: Element | null = document.activeElement): void {
    // A dialog opened from a dialog (the palette) keeps the first one's origin.
    if (!this.current && origin instanceof HTMLElement) this.#origin = origin;
    this.current = overlay;
  }

  close(): void {
    this.current = null;
    const origin = this.#origin;
    this.#origin = null;
    void tick().then(() => {
      if (this.current) return;
      const target = origin?.isConnected ? origin : document.getElementById("main");
      target?.focus({ preventScroll: true });
    });
  }
}

export const overlays = new Overlays();

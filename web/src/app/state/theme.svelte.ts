// Light, dark or what the system says; remembered on this device only.

export type Theme = "system" | "light" | "dark";

const KEY = "guestpass.theme";

function remembered(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system";
  }
}

class ThemeState {
  #value = $state<Theme>(remembered());

  get value(): Theme {
    return this.#value;
  }

  set value(theme: Theme) {
    this.#value = theme;
    this.apply();
    try {
      if (theme === "system") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, theme);
    } catch {
      // Where storage is blocked the choice lasts as long as the page.
    }
  }

  apply(): void {
    if (this.#value === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.#value;
  }
}

export const theme = new ThemeState();

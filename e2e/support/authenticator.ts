// A virtual authenticator of Chromium's: it keeps passkeys, and verifies its holder without asking.

import type { CDPSession, Page } from "@playwright/test";

export class Authenticator {
  private constructor(
    private readonly devtools: CDPSession,
    private readonly id: string,
  ) {}

  static async in(page: Page): Promise<Authenticator> {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("WebAuthn.enable", { enableUI: false });
    const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        ctap2Version: "ctap2_1",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return new Authenticator(devtools, authenticatorId);
  }

  /** Whether its holder touches it when they are asked. */
  async present(there: boolean): Promise<void> {
    await this.devtools.send("WebAuthn.setAutomaticPresenceSimulation", {
      authenticatorId: this.id,
      enabled: there,
    });
  }

  /** Whether its holder's finger or PIN is the right one. */
  async verified(right: boolean): Promise<void> {
    await this.devtools.send("WebAuthn.setUserVerified", {
      authenticatorId: this.id,
      isUserVerified: right,
    });
  }

  /** The passkeys it keeps. */
  async passkeys(): Promise<{ rpId?: string; isResidentCredential: boolean }[]> {
    const { credentials } = await this.devtools.send("WebAuthn.getCredentials", {
      authenticatorId: this.id,
    });
    return credentials;
  }
}

// Reads a QR code as a phone does: from what is on the screen.

import type { Locator } from "@playwright/test";
import jsQR from "jsqr";
import { PNG } from "pngjs";

export async function readQr(shown: Locator): Promise<string> {
  await shown.scrollIntoViewIfNeeded();
  return decode(await shown.screenshot());
}

export function decode(picture: Buffer): string {
  const { data, width, height } = PNG.sync.read(picture);
  const code = jsQR(new Uint8ClampedArray(data), width, height);
  if (!code) throw new Error("no QR code can be read from this picture");
  return code.data;
}

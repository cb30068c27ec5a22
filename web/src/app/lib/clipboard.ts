// Copying. Some browsers let a page write to the clipboard only within the click itself, so a value
// that must be fetched first is handed over as a promise.

export async function copy(value: string | (() => Promise<string>)): Promise<void> {
  if (typeof value === "string") return navigator.clipboard.writeText(value);
  const fetched = value();
  if (typeof ClipboardItem === "undefined" || !("write" in navigator.clipboard)) {
    return navigator.clipboard.writeText(await fetched);
  }
  const blob = fetched.then((text) => new Blob([text], { type: "text/plain" }));
  try {
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
  } catch (error) {
    // Why fetching failed says more than that the clipboard got nothing.
    const text = await fetched;
    if (error instanceof DOMException && error.name === "NotAllowedError") throw error;
    await navigator.clipboard.writeText(text);
  }
}

export function clearClipboard(): Promise<void> {
  // An empty text is ignored by some systems; a space is not.
  return navigator.clipboard.writeText(" ");
}

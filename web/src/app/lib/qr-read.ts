// Reads the QR code in a picture, here in the browser: an MFA key in a screenshot goes nowhere else.

interface Detector {
  detect(image: ImageBitmap): Promise<{ rawValue: string }[]>;
}

type DetectorClass = new (options: { formats: string[] }) => Detector;

// Large photos are scaled down: finding a code in them takes seconds otherwise.
const LONGEST_SIDE = 1600;

/** The text of the code, nothing when there is none; rejects when the file is no picture. */
export async function readQr(file: Blob): Promise<string | null> {
  const image = await createImageBitmap(file);
  try {
    return (await detect(image)) ?? (await decode(image));
  } finally {
    image.close();
  }
}

async function detect(image: ImageBitmap): Promise<string | null> {
  const Detector = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  if (!Detector) return null;
  try {
    const found = await new Detector({ formats: ["qr_code"] }).detect(image);
    return found[0]?.rawValue ?? null;
  } catch {
    // Some systems announce the detector and then have none; the decoder below always works.
    return null;
  }
}

async function decode(image: ImageBitmap): Promise<string | null> {
  const { default: jsQR } = await import("jsqr");
  const scale = Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height));
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return null;
  // Transparent pictures would turn black on black.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  return jsQR(data, width, height)?.data ?? null;
}

// The browser's reader of QR codes; not every browser has one.

interface Detector { detect(image: HTMLVideoElement): Promise<{ rawValue: string }[]> }
type Reader = new (options: { formats: string[] }) => Detector;

const reader = (): Reader | undefined => (globalThis as { BarcodeDetector?: Reader }).BarcodeDetector;

export const canScan = (): boolean => reader() !== undefined && !!navigator.mediaDevices;

export function detector(): Detector | undefined {
  const Made = reader();
  return Made && new Made({ formats: ['qr_code'] });
}

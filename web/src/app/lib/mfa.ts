// What can be told of an MFA key before asking the server.

/** Whether a QR code's text may be an MFA key: an otpauth address for time-based codes. */
export function isOtpauth(text: string): boolean {
  return /^otpauth:\/\/totp\//i.test(text.trim());
}

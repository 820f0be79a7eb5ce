/**
 * Returns whether bytes start like HTML. A captive portal answers with status 200 and its login
 * page; no image starts like one.
 */
export function startsLikeHtml(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 256)).toString('latin1')
  return /^\s*<(!doctype html|html)\b/i.test(text)
}

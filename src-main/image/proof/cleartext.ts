import { readCleartextMessage } from 'openpgp'
import { KindlingError, reasonOf } from '../../../src-shared/failure.ts'
import { say, type Said } from '../../../src-shared/phrases.ts'

const opening = '-----BEGIN PGP SIGNED MESSAGE-----'
const middle = '-----BEGIN PGP SIGNATURE-----'
const closing = '-----END PGP SIGNATURE-----'

/** A text with its signature around it, as `gpg --clearsign` writes it (RFC 9580, 7). */
export interface Cleartext {
  /** The signed text alone. Its lines end in a line feed. */
  text: string
  /**
   * The bytes that the signature covers: the lines without whitespace at their ends, joined by
   * CRLF.
   */
  signed: Uint8Array
  /** Packets of the signature, not yet verified. */
  packets: unknown[]
}

/**
 * Reads the signed part of a text. Text before and after it is left out.
 * @param source – name of the file, for messages
 * @returns null if the text has no signed part
 * @throws signature-malformed, also for more than one part
 */
export async function readCleartext(file: string, source: string): Promise<Cleartext | null> {
  const malformed = (reason: Said) => new KindlingError('signature-malformed', { source, reason })
  const lines = file.split('\n').map((line) => line.replace(/[ \t\r]+$/, ''))
  const [starts, signatures, ends] = [opening, middle, closing].map((mark) =>
    lines.flatMap((line, index) => (line === mark ? [index] : [])),
  ) as [number[], number[], number[]]
  if (starts.length === 0) return null
  if (starts.length > 1) throw malformed(say('cleartext-several'))
  const [start, signature, end] = [starts[0]!, signatures[0] ?? -1, ends[0] ?? -1]
  const isWhole = signatures.length === 1 && ends.length === 1 && start < signature && signature < end
  const body = lines.slice(start + 1, signature)
  // Each line of the text that begins with a dash is escaped, so that it is not taken for a marker.
  if (!isWhole || body.some((line) => line.startsWith('-') && !line.startsWith('- ')))
    throw malformed(say('cleartext-broken'))
  const cleartextMessage = `${lines.slice(start, end + 1).join('\n')}\n`
  try {
    const message = await readCleartextMessage({ cleartextMessage })
    const text = message.getText()
    const { packets } = (message as unknown as { signature: { packets: unknown[] } }).signature
    return { text, signed: Buffer.from(text.replaceAll('\n', '\r\n')), packets: [...packets] }
  } catch (error) {
    throw malformed(reasonOf(error))
  }
}

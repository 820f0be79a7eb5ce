import { findWords } from './index.ts'

/** Keywords in texts of libraries and tools that have no error code. */
const known: [RegExp, string][] = [
  [/certificate|altnames/i, 'certificate'],
  [/\b(ssl|tls)\b/i, 'encryption'],
  [/other side closed|socket hang ?up|terminated|aborted/i, 'closed'],
  [/timeout/i, 'timeout'],
  [/HTTPParser|HPE_|Parse Error|invalid (header|status)/i, 'protocol'],
  [/\bis busy\b/i, 'busy'],
  [/\bJSON\b/, 'json'],
  [/armor|packet|OpenPGP/i, 'openpgp'],
  [
    /^(incorrect|invalid|unknown) (header|data|block|code|distance|literal|bit|window|stored|compression)/i,
    'compressed',
  ],
]

/**
 * Translates an error text of the system or a library by its error code or a keyword. Otherwise
 * quotes the text.
 */
export function describeSystemText(text: string): string {
  for (const [code] of text.matchAll(/\bE[A-Z_]{2,}\b/g)) {
    const words = findWords(`system.${code}`)
    if (words !== null) return words
  }
  // A single word is a path or a name.
  if (!/\s/.test(text)) return text
  const key = known.find(([pattern]) => pattern.test(text))?.[1]
  return (key && findWords(`system.${key}`)) ?? findWords('system.said', { text }) ?? text
}

import { findWords } from './index.ts'

/** What libraries and tools say without a code. */
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

/** What the system or a library says, by its code; what has none here is quoted. */
export function wordSystemText(text: string): string {
  for (const [code] of text.matchAll(/\bE[A-Z_]{2,}\b/g)) {
    const words = findWords(`system.${code}`)
    if (words !== null) return words
  }
  // A path or a name.
  if (!/\s/.test(text)) return text
  const key = known.find(([pattern]) => pattern.test(text))?.[1]
  return (key && findWords(`system.${key}`)) ?? findWords('system.said', { text }) ?? text
}

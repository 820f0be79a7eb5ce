import { createProblem, type Problem } from './problem.ts'

/** Maximum size of a config, in bytes: far more than the area of a live ISO holds. */
export const maxConfig = 16 * 1024 * 1024

export type Recognized = { text: string; problem: null } | { text: null; problem: Problem }

const archives: [kind: string, start: number[]][] = [
  ['gzip', [0x1f, 0x8b]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
]

/**
 * Returns the text of a config, or the problem of a file that is something else: each kind of file
 * that is handed over instead of a config is named.
 * @param wanted – the language that the text should have
 */
export function recognize(bytes: Uint8Array, wanted: 'ignition' | 'butane'): Recognized {
  const is = (...args: Parameters<typeof createProblem>): Recognized => ({
    text: null,
    problem: createProblem(...args),
  })
  if (bytes.length > maxConfig) return is('file-too-large', null, [], { most: maxConfig })
  for (const [kind, start] of archives)
    if (start.every((byte, index) => bytes[index] === byte)) return is('packed-file', null, [], { kind })
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return is('utf16-text')
  if (wanted === 'ignition' && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return is('byte-order-mark')
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return is('not-utf8')
  }
  const start = text.trimStart()
  if (start === '') return is('file-empty')
  if (/^#cloud-config\b/.test(start)) return is('cloud-config')
  if (start.startsWith('#!')) return is('shell-script')
  if (start.startsWith('<')) return is('html-page')
  if (/^-----BEGIN [\w ]*PRIVATE KEY-----/.test(start)) return is('private-key')
  if (/^(?:ssh-|ecdsa-|sk-)[\w@.-]+ AAAA/.test(start)) return is('public-key')
  if (wanted === 'ignition' && !/^[{[]/.test(start)) {
    if (/^kind:\s*MachineConfig\b/m.test(start)) return is('machine-config')
    if (/^variant:/m.test(start)) return is('butane-config')
  }
  return { text, problem: null }
}

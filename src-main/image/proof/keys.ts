import { join } from 'node:path'
import { readKeys, type Key, type KeyID } from 'openpgp'
import { KindlingError, reasonOf } from '../../../src-shared/failure.ts'
import { say, type Said } from '../../../src-shared/phrases.ts'
import { plain } from '../../../src-shared/plain.ts'
import { statusError } from '../../net/http.ts'
import { readAll } from '../../net/read-all.ts'
import type { Ports } from '../../ports.ts'
import { fileRefused } from '../../files/refused-by-system.ts'
import { readSmallFile, replaceFile } from '../../files/regular-file.ts'
import { createRetries, isRetryable } from '../../net/retries.ts'
import { makeDirectory } from '../../files/make-directory.ts'

export interface TrustedKey {
  key: Key
  trustedBy: 'pinned' | 'keyring'
  /** The Fedora release that a pinned key signs; null for a key of a keyring. */
  fedora: number | null
  /** Owner for display: "Fedora 44", or the key's own user id. */
  owner: string | null
}

/**
 * Maximum size of a key file in bytes, and maximum number of armored blocks. Fedora's key file has
 * a few dozen keys in under 200 kB.
 */
const maxKeyFile = 4 * 1024 * 1024
const maxBlocks = 1000

/**
 * Finds the key that made a signature: in the user's keyring first, then among the pinned keys.
 * Only a pinned key that is not stored yet is downloaded, with the same retries as other files. A
 * downloaded key is accepted by its computed fingerprint alone.
 * @throws keyring-unreadable, key-unknown, key-not-pinned, key-unavailable
 */
export async function findKey(ports: KeyPorts, issuer: KeyID, { keyring, ...asking }: KeySearch): Promise<TrustedKey> {
  if (keyring !== null) {
    const key = (await readKeyring(keyring)).find((candidate) => candidate.getKeys(issuer).length > 0)
    if (key) return { key, trustedBy: 'keyring', fedora: null, owner: ownerOf(key) }
  }
  const id = issuer.toHex().toUpperCase()
  const pinned = ports.keys.pinned.find(({ fingerprint }) => keyIdOf(fingerprint) === id)
  if (pinned === undefined)
    throw keyring === null
      ? new KindlingError('key-not-pinned', { key: id })
      : new KindlingError('key-unknown', { key: id, keyring })
  const { release: fedora } = pinned
  return { key: await getPinnedKey(ports, pinned, asking), trustedBy: 'pinned', fedora, owner: `Fedora ${fedora}` }
}

/**
 * Returns the key id. It is the end of a version 4 fingerprint, which has 40 digits, and the start
 * of a version 6 fingerprint, which has 64 (RFC 9580, 5.5.4.2 and 5.5.4.3).
 */
const keyIdOf = (fingerprint: string): string =>
  fingerprint.length === 64 ? fingerprint.slice(0, 16) : fingerprint.slice(-16)

/**
 * Returns the first user id of a key, made safe for display: the creator of the key chose the text.
 */
function ownerOf(key: Key): string | null {
  const [id] = key.getUserIDs()
  return id === undefined ? null : plain(id, 200)
}

export type KeyPorts = Pick<Ports, 'keys' | 'paths' | 'http' | 'now' | 'sleep' | 'random' | 'onRetry'>

export interface KeySearch {
  /** Path of a keyring that is searched first, or null. */
  keyring: string | null
  /** Number of retries after the first round of requests; null for no limit. */
  retries: number | null
  /** See `Asking`. */
  within?: number | undefined
  signal: AbortSignal
}

async function getPinnedKey(
  ports: KeyPorts,
  pinned: { fingerprint: string; release: number },
  { retries, within, signal }: Omit<KeySearch, 'keyring'>,
): Promise<Key> {
  const stored = join(ports.paths.cache, 'keys', `${pinned.fingerprint}.asc`)
  const held = [await ports.keys.bundled(pinned.fingerprint), await readStored(stored)]
  for (const blocks of held) {
    const key = blocks === null ? undefined : pickKey(await parseKeys(blocks), pinned.fingerprint)
    if (key) return key
  }
  const attempts = createRetries(ports, { retries, within }, signal)
  for (;;) {
    const reasons: Said[] = []
    let passing: unknown = null
    for (const url of ports.keys.urls(pinned.release))
      try {
        const key = await fetchKey(ports, url, pinned.fingerprint, signal)
        await keep(stored, key.armor())
        return key
      } catch (error) {
        signal.throwIfAborted()
        reasons.push(reasonOf(error))
        if (isRetryable(error)) passing ??= error
      }
    const { fingerprint: key, release } = pinned
    const unavailable = new KindlingError('key-unavailable', { key, release, reason: reasons.join('; ') })
    if (passing === null) throw unavailable
    await attempts.afterFailure(passing).catch(() => {
      signal.throwIfAborted()
      throw unavailable
    })
  }
}

async function fetchKey({ http }: KeyPorts, url: string, fingerprint: string, signal: AbortSignal): Promise<Key> {
  const answer = await http({ url, signal })
  const body = await readAll(answer, maxKeyFile)
  if (answer.status !== 200) throw statusError(answer)
  const key = pickKey(await parseKeys(Buffer.from(body).toString('latin1')), fingerprint)
  if (!key) throw new Error(`${url} does not hold it`)
  return key
}

const readStored = (file: string) =>
  readSmallFile(file, maxKeyFile).then(
    (bytes) => bytes.toString('latin1'),
    () => null,
  )

/**
 * Stores a downloaded key. An error is ignored, because the key is then downloaded again next time.
 */
async function keep(file: string, armored: string): Promise<void> {
  try {
    await makeDirectory(join(file, '..'))
    await replaceFile(file, armored)
  } catch {
    return
  }
}

const pickKey = (keys: Key[], fingerprint: string) =>
  keys.find((key) => key.getFingerprint().toUpperCase() === fingerprint)

/**
 * Reads all public keys of a file, armored or binary.
 * @throws keyring-unreadable, also for a file with a private key, so that a user who gives one away
 *   by mistake learns of it
 */
export async function readKeyring(path: string): Promise<Key[]> {
  const unreadable = (reason: Said, cause?: unknown) =>
    new KindlingError('keyring-unreadable', { keyring: path, reason }, { cause })
  const bytes = await readSmallFile(path, maxKeyFile).catch((error: unknown) => {
    throw fileRefused(path, error, 'read') ?? unreadable(reasonOf(error), error)
  })
  const text = bytes.toString('latin1')
  const keys = text.includes('-----BEGIN PGP')
    ? await parseKeys(text)
    : await readKeys({ binaryKeys: new Uint8Array(bytes) }).catch(() => [] as Key[])
  if (text.includes('-----BEGIN PGP PRIVATE KEY BLOCK-----') || keys.some((key) => key.isPrivate()))
    throw unreadable(say('keyring-private'))
  if (keys.length === 0) throw unreadable(say('keyring-empty'))
  return keys
}

/**
 * Parses armored keys. openpgp.js reads only the first of several armored blocks, so the blocks are
 * parsed one by one. A block that it cannot read is left out.
 */
async function parseKeys(text: string): Promise<Key[]> {
  const keys: Key[] = []
  for (const armoredKeys of takeBlocks(text)) keys.push(...(await readKeys({ armoredKeys }).catch(() => [])))
  return keys
}

function takeBlocks(text: string): string[] {
  const [head, tail] = ['-----BEGIN PGP PUBLIC KEY BLOCK-----', '-----END PGP PUBLIC KEY BLOCK-----']
  const blocks: string[] = []
  // Not a regular expression: for each of many block starts without an end, it would search the
  // rest of the text again.
  for (let start = text.indexOf(head); start !== -1 && blocks.length < maxBlocks;) {
    const end = text.indexOf(tail, start)
    if (end === -1) break
    blocks.push(text.slice(start, end + tail.length))
    start = text.indexOf(head, end)
  }
  return blocks
}

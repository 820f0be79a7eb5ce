import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readKey, readKeys, type Key, type KeyID } from 'openpgp'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { readAll } from '../http.ts'
import type { Ports } from '../ports.ts'

export interface TrustedKey {
  key: Key
  trustedBy: 'pinned' | 'keyring'
  /** For people: "Fedora 44", or the key's own user id. */
  owner: string | null
}

/** Fedora's key file holds a few dozen keys in under 200 kB. */
const maxKeyFile = 4 * 1024 * 1024

/**
 * Finds the key that made a signature: in the person's keyring first, then among the pinned keys. The network is asked
 * only for a pinned key that is not held yet, and what comes is accepted by its computed fingerprint alone.
 * @param keyring path, or null
 * @throws keyring-unreadable, key-unknown, key-not-pinned, key-unavailable
 */
export async function findKey(ports: KeyPorts, issuer: KeyID, keyring: string | null): Promise<TrustedKey> {
  if (keyring !== null) {
    const key = (await readKeyring(keyring)).find((candidate) => candidate.getKeys(issuer).length > 0)
    if (key) return { key, trustedBy: 'keyring', owner: key.getUserIDs()[0] ?? null }
  }
  const id = issuer.toHex().toUpperCase()
  // The key id of a version 4 key is the end of its fingerprint (RFC 9580, 5.5.4.2).
  const pinned = ports.keys.pinned.find(({ fingerprint }) => fingerprint.endsWith(id))
  if (pinned === undefined)
    throw keyring === null
      ? new KindlingError('key-not-pinned', { key: id })
      : new KindlingError('key-unknown', { key: id, keyring })
  return { key: await getPinnedKey(ports, pinned), trustedBy: 'pinned', owner: `Fedora ${pinned.release}` }
}

export type KeyPorts = Pick<Ports, 'keys' | 'paths' | 'http'>

async function getPinnedKey(ports: KeyPorts, pinned: { fingerprint: string; release: number }): Promise<Key> {
  const stored = join(ports.paths.cache, 'keys', `${pinned.fingerprint}.asc`)
  const held = [await ports.keys.bundled(pinned.fingerprint), await readFile(stored, 'utf8').catch(() => null)]
  for (const blocks of held) {
    const key = blocks === null ? undefined : pickKey(await parseKeys(blocks), pinned.fingerprint)
    if (key) return key
  }
  const reasons: string[] = []
  for (const url of ports.keys.urls(pinned.release)) {
    try {
      const answer = await ports.http({ url })
      const body = await readAll(answer, maxKeyFile)
      if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}`)
      const key = pickKey(await parseKeys(Buffer.from(body).toString('latin1')), pinned.fingerprint)
      if (!key) throw new Error(`${url} does not hold it`)
      await keep(stored, key.armor())
      return key
    } catch (error) {
      reasons.push(reasonOf(error))
    }
  }
  throw new KindlingError('key-unavailable', {
    key: pinned.fingerprint,
    release: pinned.release,
    reason: reasons.join('; '),
  })
}

/** A key that cannot be kept is fetched again next time: no reason to fail. */
async function keep(file: string, armored: string): Promise<void> {
  try {
    await mkdir(join(file, '..'), { recursive: true })
    const temporary = `${file}.${process.pid}.tmp`
    await writeFile(temporary, armored)
    await rename(temporary, file)
  } catch {
    return
  }
}

const pickKey = (keys: Key[], fingerprint: string) =>
  keys.find((key) => key.getFingerprint().toUpperCase() === fingerprint)

/**
 * All public keys of a file, armored or binary.
 * @throws keyring-unreadable
 */
export async function readKeyring(path: string): Promise<Key[]> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new KindlingError('keyring-unreadable', { keyring: path, reason: reasonOf(error) }, { cause: error })
  })
  const text = bytes.toString('latin1')
  const keys = text.includes('-----BEGIN PGP')
    ? await parseKeys(text)
    : await readKeys({ binaryKeys: bytes }).catch(() => [] as Key[])
  if (keys.length === 0)
    throw new KindlingError('keyring-unreadable', { keyring: path, reason: 'it holds no public key' })
  return keys
}

/** openpgp.js reads only the first of several armored blocks, so they are taken apart; a block it cannot read is left out. */
async function parseKeys(text: string): Promise<Key[]> {
  const blocks = text.match(/-----BEGIN PGP PUBLIC KEY BLOCK-----[\s\S]*?-----END PGP PUBLIC KEY BLOCK-----/g) ?? []
  const parsed = await Promise.all(
    blocks.map((armoredKeys) =>
      readKeys({ armoredKeys }).catch(() =>
        readKey({ armoredKey: armoredKeys }).then(
          (key) => [key],
          () => [],
        ),
      ),
    ),
  )
  return parsed.flat()
}
